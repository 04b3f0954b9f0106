import { createHash } from "node:crypto";
import { launchPacked } from "./agent/launcher";
import type { Diagnostic } from "./diagnostic";
import { type Observation, parseObservation } from "./report";
import { inTurns } from "./rollout/turns";
import type { Target } from "./rules";
import { resolveSettings, type Tuning } from "./settings";
import { Bastions, runOverSsh, type SshTarget } from "./ssh";

/** The agent's exit code for a login user who is not root and cannot become it. */
const NOT_ROOT = 77;

/** The host refuses to be looked at as it would refuse an apply: no try later will help. */
export class RefusedError extends Error {
    public override readonly name = "RefusedError";
}

/**
 * Looks at a host, read-only: what an apply of this request would find there.
 *
 * @throws RefusedError when the login user is not root there, and cannot become it
 * @throws Error when the host cannot be reached or does not answer as the agent does
 */
export async function observe(target: SshTarget, request: string, bastions?: Bastions): Promise<Observation> {
    const { code, stdout, stderr } = await runOverSsh(target, launchPacked("observe"), request, { bastions });
    const said = stderr
        .trim()
        .replace(/^tcp-tuning: /, "")
        .slice(0, 500);
    if (code === NOT_ROOT) {
        throw new RefusedError(said);
    }
    if (code !== 0) {
        throw new Error(`exit code ${code}: ${said}`);
    }
    return parseObservation(stdout);
}

/** Hosts that are looked at together. */
const AT_ONCE = 32;

/** Looks at each host in its turn, through one connection to a bastion; the answers are in the order of the hosts. */
export async function lookAtEach<Host, Seen>(
    hosts: readonly Host[],
    look: (host: Host, bastions: Bastions) => Promise<Seen>,
): Promise<Seen[]> {
    const bastions = new Bastions();
    try {
        return await inTurns(AT_ONCE, hosts, (host) => look(host, bastions));
    } finally {
        bastions.close();
    }
}

/** Another one for each drift of these hosts, also for the same once more: a mend leaves another trace. */
export function driftToken(...seen: readonly Observation[]): string {
    return createHash("sha256")
        .update(JSON.stringify(seen.map(({ name, trace, drift }) => [name, trace, drift])))
        .digest("hex")
        .slice(0, 12);
}

/** Rules that look at what a kernel should have, where the agent has looked at what it has. */
const SEEN_BY_AGENT: ReadonlySet<string> = new Set([
    "KEY-TOO-NEW",
    "KEY-GLOBAL-IN-NETNS",
    "KEY-MISSING",
    "KEY-READ-ONLY",
    "KEY-MODULE",
    "MEM-PAGES",
    "CC",
]);

/**
 * What the rules say of a tuning now that the host is known, beyond what they said before: with its RAM, kernel, page size,
 * network namespace and listeners, and with the values that bounds and facts come to there.
 */
export function hostFindings(tuning: Tuning, target: Target, seen: Observation): Diagnostic[] {
    const { kernel, memoryBytes, pageSize, namespace, listening } = seen;
    const host = { ...target, kernel, memoryBytes, pageSize, listening, container: namespace === "other" };
    const comesTo = Object.fromEntries(Object.entries(seen.keys).map(([key, { wanted }]) => [key, wanted]));
    const known = new Set(resolveSettings(tuning, target).diagnostics.map(subjectOf));
    return resolveSettings(tuning, host, comesTo).diagnostics.filter(
        (diagnostic) => !SEEN_BY_AGENT.has(diagnostic.id) && !known.has(subjectOf(diagnostic)),
    );
}

function subjectOf({ id, severity, key }: Diagnostic): string {
    return [id, severity, key].join(" ");
}
