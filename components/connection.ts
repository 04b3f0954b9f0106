import type { types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type HostKeyPolicy, hostKeyOf } from "../src/known-hosts";

/** How to reach a host, as in `@pulumi/command`. `agentSocketPath` is not used: set `SSH_AUTH_SOCK`. */
export type ConnectionArgs = types.input.remote.ConnectionArgs;

type Hop = pulumi.Unwrap<types.input.remote.ProxyConnectionArgs>;
type Connection = pulumi.Unwrap<ConnectionArgs>;

/**
 * The connection as it goes into the state: known fields only, since the plugin's messages would show unknown ones,
 * and never `agentSocketPath`, which is another one in each session.
 */
export function pinnedConnection(
    given: pulumi.Input<ConnectionArgs>,
    policy: HostKeyPolicy,
): pulumi.Output<Connection> {
    return pulumi.secret(given).apply((connection) =>
        withoutUndefined({
            ...pinnedHop(connection, policy),
            proxy: connection.proxy && pinnedHop(connection.proxy, policy),
        }),
    );
}

/** The address alone, which is no secret though the rest of the connection is. */
export function hostOf(given: pulumi.Input<ConnectionArgs>): pulumi.Output<string> {
    return isLate(given) ? pulumi.output(given).apply(({ host }) => host) : pulumi.output(given.host);
}

/** Nothing stays nothing: a secret that holds none would make what is made of it one, too. */
export function asSecret<T>(given: pulumi.Input<T> | undefined): pulumi.Output<T> | undefined {
    return given === undefined ? undefined : (pulumi.secret(given) as pulumi.Output<T>);
}

/** Whether a value is known only once the program runs. */
export function isLate(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** What is wrong with the host keys, as far as it can be known before the program has run. */
export function hostKeyProblem(given: pulumi.Input<ConnectionArgs>, policy: HostKeyPolicy): string | undefined {
    if (policy.insecureIgnoreHostKey || isLate(given)) {
        return undefined;
    }
    const { proxy } = given;
    const hops = proxy === undefined || isLate(proxy) ? [given] : [given, proxy];
    return hops.map((hop) => hopProblem(hop, policy)).find((problem) => problem !== undefined);
}

function hopProblem(
    hop: Pick<types.input.remote.ProxyConnectionArgs, "host" | "port" | "hostKey">,
    policy: HostKeyPolicy,
): string | undefined {
    if ([hop.host, hop.port, hop.hostKey].some(isLate)) {
        return undefined;
    }
    try {
        hostKeyOf(hop as Hop, policy);
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}

function pinnedHop(hop: Hop, policy: HostKeyPolicy): Hop {
    const { host, port, user, password, privateKey, privateKeyPassword, dialErrorLimit, perDialTimeout } = hop;
    const known = { host, port, user, password, privateKey, privateKeyPassword, dialErrorLimit, perDialTimeout };
    return withoutUndefined({ ...known, hostKey: hostKeyOf(hop, policy) });
}

function withoutUndefined<T extends object>(fields: T): T {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
