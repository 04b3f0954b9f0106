import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, type ConnectionArgs, type TcpTuningArgs } from "../components";
import { describeDiagnostic, formatDiagnostic, type Diagnostic } from "./diagnostic";
import { expandPath } from "./home-path";
import { InventoryError, loadInventory, locate, type InventoryConnection, type InventoryHost } from "./inventory";
import { resolveSettings, type Tuning } from "./settings";

const DEFAULT_KNOWN_HOSTS = "~/.ssh/known_hosts";

/**
 * The program behind Pulumi.yaml: tunes every host of the YAML inventory that the stack's configuration names.
 * Configuration: `inventory` (a file; a relative path starts at Pulumi.yaml), `knownHosts` (a file;
 * `~/.ssh/known_hosts` unless the inventory says another).
 *
 * @throws RunError with everything that is wrong with the inventory, each finding with file and line
 */
async function tuneInventory(): Promise<Record<string, unknown>> {
    const config = new pulumi.Config("pulumi-tcp-tuning");
    const knownHosts = config.get("knownHosts") ?? DEFAULT_KNOWN_HOSTS;
    const hosts = readHosts(fromRoot(config.require("inventory")));
    const tunings = hosts.map((host) => [host.name, new TcpTuning(host.name, argsOf(host, knownHosts))] as const);
    const summaries = tunings.map(([name, { summary }]) => [name, summary ?? "applied, not verified"] as const);
    return { summary: Object.fromEntries(summaries) };
}

function fromRoot(path: string): string {
    const expanded = expandPath(path, ".");
    return isAbsolute(expanded) ? expanded : join(pulumi.getRootDirectory(), expanded);
}

/** All hosts at once, so that one preview shows every mistake. */
function readHosts(file: string): readonly InventoryHost[] {
    try {
        const { hosts, untuned, warnings } = loadInventory(file);
        const wrong = hosts.flatMap(errorsOf);
        if (wrong.length > 0) {
            throw new InventoryError(unique(wrong));
        }
        warnings.forEach((warning) => void pulumi.log.warn(describeDiagnostic(warning)));
        if (untuned.length > 0) {
            void pulumi.log.info(`left alone, since no tcp_tuning reaches them: ${untuned.join(", ")}`);
        }
        return hosts;
    } catch (error) {
        throw error instanceof InventoryError
            ? new pulumi.RunError(`${error.message}\nNo host was touched.`)
            : error;
    }
}

function errorsOf(host: InventoryHost): Diagnostic[] {
    const { verify } = host.tuning;
    const target = { maxTimeWait: verify ? verify.maxTimeWait : undefined };
    return resolveSettings(host.tuning as Tuning, target).diagnostics
        .filter(({ severity }) => severity === "error")
        .map((diagnostic) => ({ ...diagnostic, location: placeOf(host, diagnostic) }));
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

function argsOf({ tuning, connection, become }: InventoryHost, knownHosts: string): TcpTuningArgs {
    return {
        ...(tuning as Pick<TcpTuningArgs, "profile" | "parameters" | "confirmWithinSeconds" | "observe" | "onOverride" | "restore">),
        become,
        connection: connectionOf(connection),
        knownHosts: connection.knownHosts ?? knownHosts,
        insecureIgnoreHostKey: connection.insecureIgnoreHostKey,
    };
}

function connectionOf(given: InventoryConnection): ConnectionArgs {
    const { host, port, user, password, hostKey, privateKeyFile, proxy } = given;
    const key = privateKeyFile === undefined ? {} : { privateKey: pulumi.secret(readKey(privateKeyFile)) };
    return {
        host, port, user, hostKey, ...key,
        password: password === undefined ? undefined : pulumi.secret(password),
        proxy: proxy && { ...proxy, ...key },
    };
}

function readKey(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new pulumi.RunError(
            `The private key ${file} cannot be read: ${(error as Error).message}. Name another file in ` +
                "ansible_ssh_private_key_file, or leave it out to use the SSH agent. No host was touched.");
    }
}

export = tuneInventory;
