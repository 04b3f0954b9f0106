import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, readmeOf, TcpTuning, type TcpTuningArgs } from "../components";
import { describeDiagnostic } from "./diagnostic";
import { expandPath } from "./home-path";
import { InventoryError } from "./inventory";
import { DEFAULT_KNOWN_HOSTS, loadTunedInventory, type TunedHost } from "./inventory/tuned";
import type { SshTarget } from "./ssh";

/**
 * The program behind Pulumi.yaml: tunes every host of the YAML inventory that the stack's configuration names.
 * Configuration: `inventory` (a file), `knownHosts` (a file; `~/.ssh/known_hosts` unless the inventory says another).
 * A relative path starts at Pulumi.yaml.
 *
 * @throws RunError with everything that is wrong with the inventory, each finding with file and line
 */
async function tuneInventory(): Promise<Record<string, unknown>> {
    const config = new pulumi.Config("pulumi-tcp-tuning");
    const configured = config.get("knownHosts");
    const knownHosts = configured === undefined ? DEFAULT_KNOWN_HOSTS : fromRoot(configured);
    const hosts = readHosts(fromRoot(config.require("inventory")));
    const tunings = hosts.map((host) => [host.name, new TcpTuning(host.name, argsOf(host, knownHosts))] as const);
    const summaries = tunings.map(([name, { summary }]) => [name, summary ?? "applied, not verified"] as const);
    return { summary: Object.fromEntries(summaries), readme: readmeOf(Object.fromEntries(tunings)) };
}

function fromRoot(path: string): string {
    return expandPath(path, pulumi.getRootDirectory());
}

/** All hosts at once, so that one preview shows every mistake. */
function readHosts(file: string): readonly TunedHost[] {
    try {
        const { hosts, untuned, warnings } = loadTunedInventory(file);
        warnings.forEach((warning) => void pulumi.log.warn(describeDiagnostic(warning)));
        if (untuned.length > 0) {
            void pulumi.log.info(`left alone, since no tcp_tuning reaches them: ${untuned.join(", ")}`);
        }
        return hosts;
    } catch (error) {
        throw error instanceof InventoryError ? new pulumi.RunError(`${error.message}\nNo host was touched.`) : error;
    }
}

function argsOf({ tuning, connection, become, target }: TunedHost, knownHosts: string): TcpTuningArgs {
    return {
        ...(tuning as Pick<
            TcpTuningArgs,
            "profile" | "parameters" | "confirmWithinSeconds" | "observe" | "onOverride" | "restore"
        >),
        become,
        connection: connectionOf(target),
        knownHosts: connection.knownHosts ?? knownHosts,
        insecureIgnoreHostKey: connection.insecureIgnoreHostKey,
    };
}

function connectionOf({ proxy, password, privateKey, ...open }: SshTarget): ConnectionArgs {
    return { ...open, password: secret(password), privateKey: secret(privateKey), proxy: proxy && connectionOf(proxy) };
}

function secret(text: string | undefined): pulumi.Output<string> | undefined {
    return text === undefined ? undefined : pulumi.secret(text);
}

export = tuneInventory;
