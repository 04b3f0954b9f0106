import * as pulumi from "@pulumi/pulumi";
import { describeDiagnostic } from "../src/diagnostic";
import { expandPath } from "../src/home-path";
import { InventoryError } from "../src/inventory";
import { PatternError, selectHosts } from "../src/inventory/host-pattern";
import { DEFAULT_KNOWN_HOSTS, loadTunedInventory, type TunedHost } from "../src/inventory/tuned";
import type { SshTarget } from "../src/ssh";
import type { ConnectionArgs } from "./connection";
import { type FleetHost, hostOf, sharer } from "./fleet-hosts";
import type { FleetTuningArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/**
 * The hosts of an inventory that `select` selects; what the file leaves open, `args` says.
 *
 * @throws RunError with everything that is wrong with the inventory, each finding with file and line, or for a pattern that
 *   selects no host
 */
export function inventoryHosts(
    file: string,
    args: TcpTuningFleetArgs,
    resource?: pulumi.Resource,
): readonly FleetHost[] {
    const share = sharer();
    return readHosts(fromRoot(file), args.select, resource).map((host) => hostOf(host.name, argsOf(host, args), share));
}

/** A relative path starts at Pulumi.yaml. */
export function fromRoot(path: string): string {
    return expandPath(path, pulumi.getRootDirectory());
}

/** All hosts at once, so that one preview shows every mistake. */
function readHosts(file: string, pattern: string | undefined, resource?: pulumi.Resource): readonly TunedHost[] {
    try {
        const inventory = loadTunedInventory(file);
        const { untuned, warnings } = inventory;
        warnings.forEach((warning) => void pulumi.log.warn(describeDiagnostic(warning), resource));
        if (untuned.length > 0) {
            void pulumi.log.info(`left alone, since no tcp_tuning reaches them: ${untuned.join(", ")}`, resource);
        }
        return pattern === undefined ? inventory.hosts : selectHosts(inventory, pattern);
    } catch (error) {
        const isWrong = error instanceof InventoryError || error instanceof PatternError;
        throw isWrong ? new pulumi.RunError(`${error.message}\nNo host was touched.`) : error;
    }
}

function argsOf({ tuning, connection, become, becomePassword, target }: TunedHost, args: TcpTuningFleetArgs) {
    return {
        ...(tuning as FleetTuningArgs),
        observe: tuning.observe ?? args.observe,
        become,
        becomePassword: become ? (secret(becomePassword) ?? args.becomePassword) : undefined,
        connection: connectionOf(target),
        knownHosts: connection.knownHosts ?? args.knownHosts ?? DEFAULT_KNOWN_HOSTS,
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
