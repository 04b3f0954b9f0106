import { applyRequest, ownerOf } from "./agent/request";
import type { Diagnostic } from "./diagnostic";
import { dropInPath, nameOf, renderDropIn } from "./drop-in";
import { DEFAULT_KNOWN_HOSTS, limitsOf, type TunedHost } from "./inventory/tuned";
import { type HostKeyPolicy, hostKeyOf } from "./known-hosts";
import { hostFindings, lookAtEach, observe } from "./observe";
import type { StackName } from "./pulumi-project";
import type { Observation } from "./report";
import type { Tuning } from "./settings";
import type { Bastions, SshTarget } from "./ssh";

/** What was seen of one host; without an observation, why not. */
export type Look = { readonly host: string } & (
    | { readonly state: "as wanted" | "differs"; readonly seen: Observation; readonly findings: readonly Diagnostic[] }
    | { readonly state: "not seen"; readonly reason: string }
);

export interface LookOptions {
    /** Whose tuning it is; absent: values and boot are compared, and nothing that was applied before. */
    readonly stack?: StackName;
    /** For hosts whose inventory names no file. @default ~/.ssh/known_hosts */
    readonly knownHosts?: string;
    /** What sudo asks for on hosts that become root by it, where the inventory says no password. @default none: `sudo -n` */
    readonly becomePassword?: string;
}

/** Looks at every host, read-only, and in the order of the hosts; one that cannot be seen keeps no other from it. */
export function lookAt(hosts: readonly TunedHost[], options: LookOptions): Promise<Look[]> {
    return lookAtEach(hosts, (host, bastions) => look(host, options, bastions));
}

async function look(host: TunedHost, options: LookOptions, bastions: Bastions): Promise<Look> {
    const { stack, knownHosts = DEFAULT_KNOWN_HOSTS } = options;
    const { name, connection, tuning } = host;
    try {
        const { insecureIgnoreHostKey } = connection;
        const target = pinned(host.target, { knownHosts: connection.knownHosts ?? knownHosts, insecureIgnoreHostKey });
        const observed = await observe(target, requestOf(host, options), bastions);
        const seen = stack === undefined ? withoutName(observed) : observed;
        const findings = hostFindings(tuning as Tuning, limitsOf(tuning), seen);
        return {
            host: name,
            state: isAsWanted(seen, findings, tuning.onOverride) ? "as wanted" : "differs",
            seen,
            findings,
        };
    } catch (error) {
        return { host: name, state: "not seen", reason: (error as Error).message };
    }
}

function pinned(target: SshTarget, policy: HostKeyPolicy): SshTarget {
    const { proxy } = target;
    return { ...target, hostKey: hostKeyOf(target, policy), proxy: proxy && pinned(proxy, policy) };
}

/** An apply would change nothing, refuse nothing, and last, unless the tuning takes it knowingly that it does not. */
function isAsWanted(
    { drift, refusals, keys }: Observation,
    findings: readonly Diagnostic[],
    onOverride: string | undefined,
): boolean {
    return (
        drift.length === 0 &&
        refusals.length === 0 &&
        findings.every(({ severity }) => severity !== "error") &&
        Object.values(keys).every(
            ({ status }) => status !== "differs" && (status !== "overridden" || onOverride === "warn"),
        )
    );
}

/** Its drop-in would sort before all others, so that what is in those decides at the next boot. */
const NO_NAME = "0";
const NO_DROP_IN = `${dropInPath(NO_NAME)}:`;

function requestOf(host: TunedHost, { stack, becomePassword: otherwise }: LookOptions): string {
    const { name: resource, settings, become, becomePassword = otherwise, tuning } = host;
    const name = stack === undefined ? NO_NAME : nameOf(stack.project, stack.stack, resource);
    const owner = stack === undefined ? NO_NAME : ownerOf(stack.project, stack.stack, resource);
    const onOverride = tuning.onOverride === "warn" ? "warn" : "error";
    return applyRequest({ name, owner, dropIn: renderDropIn(name, settings), become, becomePassword, onOverride });
}

/** Without what follows from the name alone: that nothing is applied under it, and its drop-in, which is nowhere, and loses. */
function withoutName(seen: Observation): Observation {
    const keys = Object.entries(seen.keys).map(([key, { atBoot, ...now }]) => [
        key,
        atBoot === undefined || atBoot.by.startsWith(NO_DROP_IN) ? now : { ...now, atBoot },
    ]);
    const refusals = seen.refusals.filter((text) => !/^(?:KEY-OWNED|NAME-TAKEN|BOOT-OVERRIDDEN):/.test(text));
    return { ...seen, name: "", keys: Object.fromEntries(keys), drift: [], refusals };
}
