import { readFileSync } from "node:fs";
import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import { HANDLED_BY_AGENT, type Target } from "../rules";
import type { Setting } from "../setting";
import { resolveSettings, type Tuning } from "../settings";
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

/** Not only beside something else, which may be missing since it could not be read. */
function isWrongByItself({ id }: Diagnostic): boolean {
    return /^(?:INVENTORY$|PORTLIST$|UNLISTED-TWICE$|(?:KEY|VAL|BOUND|FACT|TRIPLE|PROFILE|ACCEPT)-)/.test(id);
}

/** What the rules have to know of a host's verification. */
export function limitsOf({ verify }: HostTuning): Target {
    return { maxTimeWait: verify ? verify.maxTimeWait : undefined };
}

function resolved(host: InventoryHost, wrong: Diagnostic[]): Pick<TunedHost, "settings" | "ruleWarnings"> {
    const { settings, diagnostics } = resolveSettings(host.tuning as Tuning, limitsOf(host.tuning));
    const located = diagnostics.map((diagnostic) => ({ ...diagnostic, location: placeOf(host, diagnostic) }));
    wrong.push(...located.filter(({ severity }) => severity === "error"));
    const ruleWarnings = located.filter(
        ({ id, severity, accepted }) => severity === "warning" && accepted === undefined && id !== HANDLED_BY_AGENT,
    );
    return { settings, ruleWarnings };
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
    const privateKey = privateKeyFile === undefined ? undefined : readKey(privateKeyFile, wrong);
    return { host, port, user, password, hostKey, privateKey, proxy: proxy && { ...proxy, privateKey } };
}

function readKey(file: string, wrong: Diagnostic[]): string | undefined {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        wrong.push({
            id: "INVENTORY",
            severity: "error",
            message: `The private key ${file} cannot be read: ${(error as Error).message}`,
            suggestion: "Name another file in ansible_ssh_private_key_file, or leave it out to use the SSH agent",
        });
        return undefined;
    }
}
