import { randomBytes } from "node:crypto";
import { namesOf } from "../host-scope";
import type { Ending, Surroundings } from "./ending";
import { LONGEST_OUTPUT } from "./memory";
import { parsePlan, planText } from "./plan";
import { unpackRequest } from "./request";
import { restore } from "./restore";
import { leavers, type Member, type RosterRequest, seal, unseal } from "./roster";

/** Stores a plan, after the hosts that have left since the last one were restored: else it fails, and nothing follows. */
export async function planHosts(input: string, { previous, tell }: Surroundings): Promise<Ending> {
    const request = unpackRequest<RosterRequest>(input);
    if (request.refusals.length > 0) {
        return refused([...request.refusals, "no host was touched"], tell);
    }
    const former = parsePlan(previous);
    const members = seal(request.members, request.key);
    if (members.length > LONGEST_OUTPUT) {
        const { length } = request.members;
        const advice = `${length} hosts are more than a fleet can remember; make several of it, or stacks`;
        return refused([advice, "no host was touched"], tell);
    }
    let left: Member[];
    try {
        left = former === undefined ? [] : leavers(unseal(former.members, request.key), request);
    } catch {
        return refused([UNREADABLE, "no host was touched"], tell);
    }
    if (left.length > 0) {
        const names = left.map(({ name, target }) => `${name} at ${target.host}`);
        tell(`${namesOf(names)}: ${names.length === 1 ? "is" : "are"} not in the fleet any more`);
        const failures = await restore(left, request, tell);
        if (failures.length > 0) {
            return refused([...failures, GONE, "no other host was touched"], tell);
        }
    }
    const plan = { token: randomBytes(6).toString("hex"), previous: former?.token, members };
    return { exitCode: 0, stdout: planText(plan) };
}

/** Restores all hosts; the next run asks all again. */
export async function restoreHosts(input: string, { tell }: Surroundings): Promise<Ending> {
    const request = unpackRequest<RosterRequest>(input);
    const members = request.members.filter(({ header }) => header !== undefined);
    const failures = members.length === 0 ? [] : await restore(members, request, tell);
    return failures.length > 0 ? refused([...failures, DESTROY], tell) : { exitCode: 0, stdout: "" };
}

function refused(lines: readonly string[], tell: (line: string) => void): Ending {
    lines.forEach(tell);
    return { exitCode: 1, stdout: "" };
}

const GONE =
    "pulumi up tries again. For a host that is gone for good, write its name or address into the fleet's gone " +
    "(pulumi-tcp-tuning:gone of an inventory's stack): it is not asked then";
const DESTROY =
    "pulumi destroy asks all hosts again. For one that is gone for good, take it out of the fleet, write its name or address into " +
    "gone, and run pulumi up before";
const UNREADABLE =
    "the hosts that the fleet had before are sealed by another key than the state has, so nobody knows which of them have left. " +
    "Restore by hand those that have (sh /var/lib/tcp-tuning/NAME/agent restore NAME), then take this resource out of the state " +
    "(pulumi state delete) and run pulumi up again";
