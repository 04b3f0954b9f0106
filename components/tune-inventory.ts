import * as pulumi from "@pulumi/pulumi";
import { describeDiagnostic } from "../src/diagnostic";
import { expandPath } from "../src/home-path";
import { InventoryError } from "../src/inventory";
import { PatternError, selectHosts } from "../src/inventory/host-pattern";
import { DEFAULT_KNOWN_HOSTS, loadTunedInventory, type TunedHost } from "../src/inventory/tuned";
import { DEFAULT_INVENTORY } from "../src/pulumi-project";
import type { SshTarget } from "../src/ssh";
import type { ConnectionArgs } from "./connection";
import { readmeOf } from "./readme";
import { TcpTuning } from "./tcp-tuning";
import type { TcpTuningArgs } from "./tcp-tuning-args";

/** What a program of {@link tuneInventory} exports. */
export interface InventoryOutputs {
    /** Host to its report in one line, or to `applied, not verified`. */
    readonly summary: Readonly<Record<string, pulumi.Output<string> | string>>;
    /** The page of {@link readmeOf} about all hosts. */
    readonly readme: pulumi.Output<string>;
}

/**
 * A whole program: tunes every host of a YAML inventory in Ansible's format. In a CommonJS project, TypeScript's usual one, it is
 * `import { tuneInventory } from "pulumi-tcp-tuning"; export = tuneInventory;`, in ES modules
 * `export { tuneInventory as default } from "pulumi-tcp-tuning";`. What it returns are the stack's outputs.
 *
 * The stack's configuration, where a relative path starts at Pulumi.yaml, and `~` is the home folder:
 *
 * - `pulumi-tcp-tuning:inventory`: the file; `inventory.yaml` unless it is given
 * - `pulumi-tcp-tuning:hosts`: the hosts of this stack, by an Ansible pattern such as `web:&prod:!web3`; all unless it is given.
 *   A host that it no longer selects is restored, like one that is taken out of the inventory
 * - `pulumi-tcp-tuning:knownHosts`: the known_hosts file of hosts whose inventory names none; `~/.ssh/known_hosts` unless it is given
 * - `pulumi-tcp-tuning:becomePassword`: what sudo asks for on hosts that become root by it, where the inventory says no password;
 *   a secret
 * - `pulumi-tcp-tuning:observe`: look at the hosts in every preview, where the inventory says nothing of it; `false` unless it is given
 *
 * @throws RunError with everything that is wrong with the inventory, each finding with file and line, or for a pattern that
 *   selects no host; no host was touched
 * @throws InputPropertiesError for a host that cannot be connected to as the inventory says, such as one without a known key
 */
export async function tuneInventory(): Promise<InventoryOutputs> {
    const config = new pulumi.Config("pulumi-tcp-tuning");
    const configured = config.get("knownHosts");
    const knownHosts = configured === undefined ? DEFAULT_KNOWN_HOSTS : fromRoot(configured);
    const hosts = readHosts(fromRoot(config.get("inventory") ?? DEFAULT_INVENTORY), config.get("hosts"));
    const becomePassword = config.getSecret("becomePassword");
    const tunings = hosts.map(
        (host) => [host.name, new TcpTuning(host.name, argsOf(host, { knownHosts, becomePassword }))] as const,
    );
    const summaries = tunings.map(([name, { summary }]) => [name, summary ?? "applied, not verified"] as const);
    return { summary: Object.fromEntries(summaries), readme: readmeOf(Object.fromEntries(tunings)) };
}

function fromRoot(path: string): string {
    return expandPath(path, pulumi.getRootDirectory());
}

/** All hosts at once, so that one preview shows every mistake. */
function readHosts(file: string, pattern: string | undefined): readonly TunedHost[] {
    try {
        const inventory = loadTunedInventory(file);
        const { untuned, warnings } = inventory;
        warnings.forEach((warning) => void pulumi.log.warn(describeDiagnostic(warning)));
        if (untuned.length > 0) {
            void pulumi.log.info(`left alone, since no tcp_tuning reaches them: ${untuned.join(", ")}`);
        }
        return pattern === undefined ? inventory.hosts : selectHosts(inventory, pattern);
    } catch (error) {
        const isWrong = error instanceof InventoryError || error instanceof PatternError;
        throw isWrong ? new pulumi.RunError(`${error.message}\nNo host was touched.`) : error;
    }
}

/** What the stack's configuration says of hosts whose inventory says nothing. */
type Defaults = Required<Pick<TcpTuningArgs, "knownHosts">> & Pick<TcpTuningArgs, "becomePassword">;

function argsOf({ tuning, connection, become, becomePassword, target }: TunedHost, defaults: Defaults): TcpTuningArgs {
    return {
        ...(tuning as Pick<
            TcpTuningArgs,
            "profile" | "parameters" | "confirmWithinSeconds" | "observe" | "onOverride" | "restore"
        >),
        become,
        becomePassword: become ? (secret(becomePassword) ?? defaults.becomePassword) : undefined,
        connection: connectionOf(target),
        knownHosts: connection.knownHosts ?? defaults.knownHosts,
        insecureIgnoreHostKey: connection.insecureIgnoreHostKey,
    };
}

function connectionOf({ proxy, password, privateKey, privateKeyPassword, ...open }: SshTarget): ConnectionArgs {
    return {
        ...open,
        password: secret(password),
        privateKey: secret(privateKey),
        privateKeyPassword: secret(privateKeyPassword),
        proxy: proxy && connectionOf(proxy),
    };
}

function secret(text: string | undefined): pulumi.Output<string> | undefined {
    return text === undefined ? undefined : pulumi.secret(text);
}
