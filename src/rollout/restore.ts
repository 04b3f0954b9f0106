import { APPLY_SECONDS, launchPacked } from "../agent/launcher";
import { plural } from "../counted";
import { printable } from "../diagnostic";
import type { Member, RosterRequest } from "./roster";
import { said, tellHost, type Way, whyNot, withWay } from "./way";

/** Nobody waits for longer until a host is given up that has to be restored. */
const LONGEST_WAIT = 30;

type Terms = Pick<RosterRequest, "agent" | "parallel" | "connectSeconds">;

/**
 * Gives hosts back what they had, all at once, and tells what their agents have to say.
 *
 * @returns why, of each host that could not be restored
 */
export async function restore(
    members: readonly Member[],
    { agent, parallel, connectSeconds }: Terms,
    tell: (line: string) => void,
): Promise<string[]> {
    const outcomes = await withWay({ parallel, connectSeconds: Math.min(connectSeconds, LONGEST_WAIT) }, (way) =>
        Promise.all(members.map((member) => restoreOne(member, agent, way, tell))),
    );
    tell(`${plural(outcomes.filter((outcome) => outcome === "restored").length, "host")} restored`);
    return outcomes.flatMap((outcome) => (typeof outcome === "object" ? [outcome.failure] : []));
}

/** What the agent says where it has nothing to give back. */
const NOTHING = /^(?:left as it is|nothing is applied)/;

type Restored = "restored" | "nothing to restore" | { readonly failure: string };

async function restoreOne(
    { name, target, header }: Member,
    agent: string,
    way: Way,
    tell: (line: string) => void,
): Promise<Restored> {
    const message = {
        target,
        command: launchPacked("restore"),
        input: `${header}\n${agent}\n=end\n`,
        seconds: APPLY_SECONDS,
    };
    try {
        const result = await tellHost(message, way);
        if (result.code !== 0) {
            return failed(name, whyNot(result));
        }
        const notes = said(result.stderr);
        if (notes !== "") {
            tell(printable(`${name}: ${notes}`));
        }
        return NOTHING.test(notes) ? "nothing to restore" : "restored";
    } catch (error) {
        return failed(name, (error as Error).message);
    }
}

function failed(name: string, reason: string): Restored {
    return { failure: printable(`${name} could not be restored, and may be tuned still: ${reason}`) };
}
