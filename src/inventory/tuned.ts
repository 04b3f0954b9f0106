import { existsSync, readFileSync } from "node:fs";
import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import { isEncrypted, type PassphraseMistake, passphraseMistake, privateKeyProblem } from "../private-key";
import { HANDLED_BY_AGENT, type Target } from "../rules";
import type { Setting } from "../setting";
import { type Resolution, resolveSettings, type Tuning } from "../settings";
import type { SshTarget } from "../ssh";
import {
    type HostTuning,
    type Inventory,
    type InventoryConnection,
    InventoryError,
    type InventoryHost,
    locate,
    readInventory,
} from ".";

/** Where host keys are looked up unless something else is said. */
export const DEFAULT_KNOWN_HOSTS = "~/.ssh/known_hosts";

/** A host whose tuning is in order, with what it comes to. */
export interface TunedHost extends InventoryHost {
    readonly settings: readonly Setting[];
    /** What the rules warn of before the host is known, and nobody accepted. */
    readonly ruleWarnings: readonly Diagnostic[];
    /** The way to the host, with password and private key themselves: nothing to be printed. */
    readonly target: SshTarget;
}

export interface TunedInventory extends Inventory {
    readonly hosts: readonly TunedHost[];
}

/**
 * Reads an inventory and checks the tuning of every host, so that all mistakes are told together.
 *
 * @param origin Where a relative path starts, for the message about a file that is not there.
 * @throws InventoryError with everything that is wrong, each with file and line where it has one
 */
export function loadTunedInventory(file: string, origin?: string): TunedInventory {
    const { errors, ...inventory } = readInventory(file, origin);
    const wrong: Diagnostic[] = [];
    const hosts = inventory.hosts.map((host) => ({
        ...host,
        ...resolved(host, wrong),
        target: targetOf(host.connection, wrong),
    }));
    const mistakes = [...errors, ...(errors.length > 0 ? wrong.filter(isWrongByItself) : wrong)];
    if (mistakes.length > 0) {
        throw new InventoryError(unique(mistakes));
    }
    return { ...inventory, hosts };
}

/** What was found in an inventory that no host is asked about. */
export interface InventoryFindings {
    /** How many hosts it tunes. */
    readonly hosts: number;
    /** Each once, with those that the inventory itself accepts; what a profile accepts and notes is in its documentation. */
    readonly diagnostics: readonly Diagnostic[];
}

/**
 * What is wrong with an inventory and the tuning of its hosts; whoever checks it may have no key of theirs.
 *
 * @param target What all of its hosts are like.
 */
export function checkInventory(file: string, target: Target, origin?: string): InventoryFindings {
    try {
        const { hosts, errors, warnings } = readInventory(file, origin);
        const found = hosts.flatMap((host) => [
            ...judged(host, target).diagnostics.filter((diagnostic) => !isOfProfile(host, diagnostic)),
            ...mistakesOfKeysHere(host.connection),
        ]);
        const diagnostics = [...errors, ...warnings, ...(errors.length > 0 ? found.filter(isWrongByItself) : found)];
        return { hosts: hosts.length, diagnostics: unique(diagnostics) };
    } catch (error) {
        if (error instanceof InventoryError) {
            return { hosts: 0, diagnostics: error.problems };
        }
        throw error;
    }
}

function mistakesOfKeysHere(connection: InventoryConnection): Diagnostic[] {
    const wrong: Diagnostic[] = [];
    const { privateKeyFile } = connection;
    if (privateKeyFile === undefined || existsSync(privateKeyFile)) {
        targetOf(connection, wrong);
    }
    return wrong;
}

function isOfProfile({ tuning, locations }: InventoryHost, { id, key, severity, accepted }: Diagnostic): boolean {
    return accepted !== undefined
        ? !Object.hasOwn(tuning.accept, id)
        : severity === "note" && key !== undefined && !locations.has(key);
}

/** Not only beside something else, which may be missing since it could not be read. */
function isWrongByItself({ id }: Diagnostic): boolean {
    return /^(?:INVENTORY$|PORTLIST$|UNLISTED-TWICE$|(?:KEY|VAL|BOUND|FACT|TRIPLE|PROFILE|ACCEPT)-)/.test(id);
}

/** What the rules have to know of a host's verification. */
export function limitsOf({ verify }: HostTuning): Target {
    return { maxTimeWait: verify ? verify.maxTimeWait : undefined };
}

function resolved(host: InventoryHost, wrong: Diagnostic[]): Pick<TunedHost, "settings" | "ruleWarnings"> {
    const { settings, diagnostics } = judged(host);
    wrong.push(...diagnostics.filter(({ severity }) => severity === "error"));
    const ruleWarnings = diagnostics.filter(
        ({ severity, accepted }) => severity === "warning" && accepted === undefined,
    );
    return { settings, ruleWarnings };
}

/** The settings of a host, and what the rules say of them, each where it was written. */
function judged(host: InventoryHost, target: Target = {}): Resolution {
    const { settings, diagnostics } = resolveSettings(host.tuning as Tuning, { ...target, ...limitsOf(host.tuning) });
    const located = diagnostics.map((diagnostic) => ({ ...diagnostic, location: placeOf(host, diagnostic) }));
    return { settings, diagnostics: located.filter(({ id }) => id !== HANDLED_BY_AGENT) };
}

/** Where the mistake was written: the key's own line, its rule's or its field's, or the host's. */
function placeOf(host: InventoryHost, { key, id }: Diagnostic): Diagnostic["location"] {
    const field = id.split("-")[0]?.toLowerCase();
    return locate(host, key ?? id) ?? locate(host, field === "verify" ? "verify" : "profile") ?? host.location;
}

/** A mistake in a group's vars is told once, not for every host. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    return [...new Map(diagnostics.map((each) => [formatDiagnostic(each), each])).values()];
}

/** One private key opens host and bastion, as with Ansible. */
function targetOf({ privateKeyFile, proxy, ...given }: InventoryConnection, wrong: Diagnostic[]): SshTarget {
    const { host, port, user, password, hostKey } = given;
    const privateKey = given.privateKey ?? (privateKeyFile === undefined ? undefined : readKey(privateKeyFile, wrong));
    // Ansible pays no heed to one that is not needed, either.
    const isNeeded = privateKey !== undefined && isEncrypted(privateKey);
    const key = { privateKey, privateKeyPassword: isNeeded ? given.privateKeyPassword : undefined };
    wrong.push(...keyMistakes(key, given.privateKey === undefined ? privateKeyFile : undefined));
    return { host, port, user, password, hostKey, ...key, proxy: proxy && { ...proxy, ...key } };
}

/** What is wrong with a private key, without anything of it. */
function keyMistakes(
    { privateKey, privateKeyPassword }: Pick<SshTarget, "privateKey" | "privateKeyPassword">,
    file: string | undefined,
): Diagnostic[] {
    if (privateKey === undefined) {
        return [];
    }
    const what = file === undefined ? "The private key" : `The private key ${file}`;
    const problem = privateKeyProblem(privateKey);
    if (problem !== undefined) {
        const [message, suggestion] = problem.split(/; (.*)/s);
        return [wrongKey(`${what} is not one: ${message}`, suggestion)];
    }
    const mistake = passphraseMistake(privateKey, privateKeyPassword);
    return mistake === undefined ? [] : [wrongKey(`${what} ${passphraseWords[mistake]}`, PASSPHRASE_ADVICE)];
}

const passphraseWords: Readonly<Record<PassphraseMistake, string>> = {
    missing: "is encrypted, and nothing says its passphrase",
    wrong: "is not opened by its passphrase",
};

const PASSPHRASE_ADVICE =
    "Write ansible_private_key_passphrase, or leave ansible_ssh_private_key_file out and give the key to the SSH agent: ssh-add FILE";

function wrongKey(message: string, suggestion: string | undefined): Diagnostic {
    return { id: "INVENTORY", severity: "error", message, suggestion };
}

function readKey(file: string, wrong: Diagnostic[]): string | undefined {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        wrong.push(
            wrongKey(
                `The private key ${file} cannot be read: ${(error as Error).message}`,
                "Name another file in ansible_ssh_private_key_file, or leave it out to use the SSH agent",
            ),
        );
        return undefined;
    }
}
