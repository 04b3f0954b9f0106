import { namesOf } from "../host-scope";
import type { Ending, Surroundings } from "./ending";
import { isGone } from "./gone";
import { LONGEST_OUTPUT } from "./memory";
import { unpackRequest } from "./request";
import { restore } from "./restore";
import { leavers, type Member, newRosterId, parseRoster, type RosterRequest, rosterText, seal, unseal } from "./roster";

type Tell = Surroundings["tell"];

/** Stores which hosts there are, after those that have left were restored: else it fails, and nothing follows. */
export async function keepHosts(input: string, { previous, tell }: Surroundings): Promise<Ending> {
    const request = unpackRequest<RosterRequest>(input);
    if (request.refusals.length > 0) {
        return refused([...request.refusals, "no host was touched"], tell);
    }
    const former = parseRoster(previous);
    const members = seal(request.members, request.key);
    if (members.length > LONGEST_OUTPUT) {
        const advice = `${request.members.length} hosts are more than a fleet can remember; make several of it, or stacks`;
        return refused([advice, "no host was touched"], tell);
    }
    let left: Member[];
    try {
        left = former === undefined ? [] : leavers(unseal(former.members, request.key), request);
    } catch {
        return refused([unreadable(request), "no host was touched"], tell);
    }
    const failures = await release(left, request, tell);
    if (failures.length > 0) {
        return refused([...failures, ...LEFT, "no other host was touched"], tell);
    }
    return { exitCode: 0, stdout: rosterText({ id: former?.id ?? newRosterId(), members }) };
}

/** Restores those who have left, or says that they stay as they are. */
async function release(left: readonly Member[], request: RosterRequest, tell: Tell): Promise<string[]> {
    const restored = left.filter((each) => isRestored(each) && !isGone(each.name, each.target.host, request.gone));
    const stay = left.filter((each) => !restored.includes(each));
    if (stay.length > 0) {
        tell(`${placesOf(stay)}: not in the fleet any more, and nobody restores what is tuned there`);
    }
    if (restored.length === 0) {
        return [];
    }
    tell(`${placesOf(restored)}: not in the fleet any more`);
    return restore(restored, request, tell);
}

function isRestored({ header }: Member): boolean {
    return header !== undefined;
}

function placesOf(members: readonly Member[]): string {
    return namesOf(members.map(({ name, target }) => `${name} at ${target.host}`));
}

/** Restores all hosts; the next run asks all again. */
export async function restoreHosts(input: string, { tell }: Surroundings): Promise<Ending> {
    const request = unpackRequest<RosterRequest>(input);
    const [stay, go] = [request.members.filter((each) => !isRestored(each)), request.members.filter(isRestored)];
    if (stay.length > 0) {
        tell(`${placesOf(stay)}: left as it is, and nobody restores what is tuned there`);
    }
    const failures = go.length === 0 ? [] : await restore(go, request, tell);
    return failures.length > 0 ? refused([...failures, destroyed(request)], tell) : { exitCode: 0, stdout: "" };
}

function refused(lines: readonly string[], tell: Tell): Ending {
    lines.forEach(tell);
    return { exitCode: 1, stdout: "" };
}

const LEFT = [
    "pulumi up tries again. One that is logged in to otherwise now: put it back, run pulumi up, and take it out then",
    "One that is gone for good, or never was there: write its name or address into gone (an inventory's stack: pulumi-tcp-tuning:gone)",
];

function destroyed({ resource }: RosterRequest): string {
    return (
        "it is tried again by the next run, which asks all hosts. For one that is gone for good, or never was there, write its name or " +
        `address into gone (an inventory's stack: pulumi-tcp-tuning:gone), run pulumi up --target '**${resource}', and destroy again`
    );
}

function unreadable({ resource }: RosterRequest): string {
    return (
        "the hosts that the fleet had before are sealed by another key than the state has, so nobody knows which of them have left. " +
        "Restore by hand those that have (sh /var/lib/tcp-tuning/NAME/agent restore NAME there), take this resource out of the state " +
        `(pulumi state delete --target-dependents with the URN of ${resource}), and run pulumi up again`
    );
}
