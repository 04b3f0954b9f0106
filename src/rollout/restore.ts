import { APPLY_SECONDS, launchPacked } from "../agent/launcher";
import { plural } from "../counted";
import { printable } from "../diagnostic";
import { Bastions } from "../ssh";
import type { Member, RosterRequest } from "./roster";
import { turns } from "./turns";
import { said, tellHost, type Way, whyNot } from "./way";

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
    const way = {
        connectSeconds: Math.min(connectSeconds, LONGEST_WAIT),
        bastions: new Bastions(),
        inTurn: turns(parallel),
    };
    try {
        const failures = await Promise.all(members.map((member) => restoreOne(member, agent, way, tell)));
        const failed = failures.filter((failure) => failure !== undefined);
        tell(`${plural(members.length - failed.length, "host")} restored`);
        return failed;
    } finally {
        way.bastions.close();
    }
}

async function restoreOne(
    { name, target, header }: Member,
    agent: string,
    way: Way,
    tell: (line: string) => void,
): Promise<string | undefined> {
    const message = {
        target,
        command: launchPacked("restore"),
        input: `${header}\n${agent}\n=end\n`,
        seconds: APPLY_SECONDS,
    };
    try {
        const result = await tellHost(message, way);
        if (result.code !== 0) {
            return printable(`${name}: ${whyNot(result)}`);
        }
        const notes = said(result.stderr);
        if (notes !== "") {
            tell(printable(`${name}: ${notes}`));
        }
        return undefined;
    } catch (error) {
        return printable(`${name} could not be restored, and may be tuned still: ${(error as Error).message}`);
    }
}
