import type { Ending, Surroundings } from "./ending";
import { EVERY_HOST, type Occasion } from "./launcher";
import { failureLine, progressLine, summaryLines, waitLine } from "./lines";
import { type Memory, NOTHING, packMemory, type RememberedHost, unpackMemory } from "./memory";
import { isFailure, type Outcome } from "./outcome";
import { type HostRequest, type RolloutRequest, unpackRequest } from "./request";
import { type Progress, rollOut } from "./roll-out";
import type { Rollout } from "./rollout";
import { probeHost, takeHost } from "./take-host";
import { withWay } from "./way";

/** Rolls a request out: only to the hosts that do not have it yet, by what the last roll-out left; after a failure nothing is left, so that the next run asks every host again. */
export async function run(input: string, occasion: Occasion, surroundings: Surroundings): Promise<Ending> {
    const request = unpackRequest<RolloutRequest>(input);
    const { rollout, plan, hosts } = request;
    const former = unpackMemory(surroundings.previous) ?? NOTHING;
    // Where another plan came between, which failed, nobody knows what hosts have.
    const isOfPlan = former.token === plan.previous || former.token === plan.token;
    const isTrusted = isOfPlan && former.roster === request.roster;
    const memory = isTrusted ? former : NOTHING;
    const { drift, drifted } = occasion;
    const isDrifted = (name: string) =>
        drift !== memory.drift && (drifted.includes(name) || drifted.includes(EVERY_HOST));
    const isKnown = ({ name, id }: HostRequest) => memory.hosts[name]?.id === id && !isDrifted(name);
    const asked = hosts.filter((host) => !isKnown(host));
    const progress = await take(
        request,
        asked,
        (name) => occasion.isNew || !Object.hasOwn(former.hosts, name),
        surroundings,
    );
    if (asked.length > 0) {
        summaryLines(progress, rollout.maxFailures).forEach(surroundings.tell);
    }
    const failed = progress.outcomes.some(isFailure);
    return {
        exitCode: failed ? 1 : 0,
        stdout: failed ? "" : packMemory(remember(request, memory, progress, occasion)),
    };
}

async function take(
    { rollout, agent, hosts }: RolloutRequest,
    asked: readonly HostRequest[],
    isNew: (name: string) => boolean,
    surroundings: Surroundings,
): Promise<Progress> {
    const byName = new Map(hosts.map((host) => [host.name, host]));
    const requestOf = (name: string) => byName.get(name) as HostRequest;
    const { soakSeconds } = rollout;
    return withWay(rollout, (shared) => {
        const way = { ...shared, agent, soakSeconds };
        return rollOut(
            asked.map(({ name }) => name),
            rollout,
            {
                take: (name) => takeHost(requestOf(name), isNew(name), way),
                probe: (name) => probeHost(requestOf(name), way),
            },
            teller(surroundings, rollout),
        );
    });
}

/** The shortest time between two lines of progress, which replace each other on a terminal. */
const LINE_MS = 1000;

/** Failures at once, and how far it is: when a wave begins, and on a terminal every second, too. */
function teller({ tell, isPlain }: Surroundings, { soakSeconds }: Rollout): (progress: Progress) => void {
    const began = Date.now();
    let [failures, wave, toldAt] = [0, 0, began];
    return (progress) => {
        const failed = progress.outcomes.filter(isFailure);
        failed.slice(failures).map(failureLine).forEach(tell);
        failures = failed.length;
        const now = Date.now();
        const isNewWave = progress.wave > wave;
        if (isNewWave || (!isPlain && now - toldAt >= LINE_MS)) {
            tell(progressLine(progress, (now - began) / 1000));
            [wave, toldAt] = [progress.wave, now];
        }
        waitLine(progress, soakSeconds, isNewWave).forEach(tell);
    };
}

/** What is true of all hosts of the request now. */
function remember(
    { hosts, plan, roster }: RolloutRequest,
    memory: Memory,
    { outcomes }: Progress,
    { drift = memory.drift }: Occasion,
): Memory {
    const newest = new Map(outcomes.map((outcome) => [outcome.host, outcome]));
    const remembered = hosts.map(({ name, id }) => [name, rememberedHost(id, newest.get(name), memory.hosts[name])]);
    return { token: plan.token, roster, drift, hosts: Object.fromEntries(remembered) as Memory["hosts"] };
}

function rememberedHost(id: string, outcome: Outcome | undefined, former: RememberedHost | undefined): RememberedHost {
    if (outcome === undefined || isFailure(outcome)) {
        return { id, ...(former?.report !== undefined && { report: former.report }) };
    }
    return { id, ...(outcome.report !== undefined && { report: outcome.report }) };
}
