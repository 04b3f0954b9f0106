import { setTimeout as sleep } from "node:timers/promises";
import { launchPacked } from "../agent/launcher";
import { quote } from "../diagnostic";
import { type SshResult, UnreachedError } from "../ssh";
import type { Outcome } from "./outcome";
import { type HostRequest, requestText } from "./request";
import { tellHost, type Way, whyNot } from "./way";

/** The way to the hosts of a roll-out. */
export interface RolloutWay extends Way {
    /** The packed agent. */
    readonly agent: string;
    readonly soakSeconds: number;
}

/** The agent has applied, and waits for its confirmation. */
const WAITS = 75;
/** The agent was only asked whether all is as wanted, and it is not. */
const NOT_IN_STEP = 67;

/** Applies and verifies; a host whose values are to soak is confirmed over a second connection. Never rejects. */
export async function takeHost(host: HostRequest, isNew: boolean, way: RolloutWay): Promise<Outcome> {
    const { name, guardSeconds } = host;
    const apply = () => run(host, isNew, way);
    try {
        const first = await apply();
        if (first.code !== WAITS || guardSeconds === undefined) {
            return outcomeOf(name, first);
        }
        await sleep(way.soakSeconds * 1000);
        return await confirmed(name, guardSeconds, apply);
    } catch (error) {
        return failed(name, whyUnreached(error as Error));
    }
}

/** What a second connection finds, which confirms the values. */
async function confirmed(host: string, seconds: number, apply: () => Promise<SshResult>): Promise<Outcome> {
    try {
        const result = await apply();
        return result.code === WAITS ? failed(host, tooLate(seconds)) : outcomeOf(host, result);
    } catch (error) {
        return failed(host, unreachedAgain(seconds, error as Error));
    }
}

/** The outcome of a host that has everything already; undefined for any other, on which nothing was changed. Never rejects. */
export async function probeHost(host: HostRequest, way: RolloutWay): Promise<Outcome | undefined> {
    try {
        const result = await run(host, false, way, "probe=yes");
        return result.code === NOT_IN_STEP ? undefined : outcomeOf(host.name, result);
    } catch {
        // Its own wave tells why.
        return undefined;
    }
}

function run(host: HostRequest, isNew: boolean, way: RolloutWay, option?: string): Promise<SshResult> {
    const { target, seconds } = host;
    const command = launchPacked(isNew ? "apply anew" : "apply", seconds);
    return tellHost({ target, command, input: requestText(host, way.agent, option), seconds }, way);
}

function outcomeOf(host: string, result: SshResult): Outcome {
    const { code, stdout } = result;
    if (code !== 0) {
        return failed(host, whyNot(result));
    }
    const answers = stdout.split("\n").filter((line) => line.startsWith('{"schema":1,'));
    const receipt = answers.find((line) => line.includes('"verb":"apply"'));
    if (receipt === undefined) {
        return failed(host, `the agent gave no receipt, but ${quote(stdout)}`);
    }
    const { changed } = JSON.parse(receipt) as { readonly changed: number };
    const report = answers.find((line) => line.includes('"verb":"verify"'));
    return { host, state: changed > 0 ? "tuned" : "as wanted", ...(report !== undefined && { report }) };
}

function whyUnreached(error: Error): string {
    return error instanceof UnreachedError
        ? `could not be reached, so it is as before: ${error.message}. The next up tries again`
        : `${error.message}, while the agent was at work; it ends by itself, as wanted or as before, and the next up tells which`;
}

function unreachedAgain(seconds: number, { message }: Error): string {
    return (
        `the values were in force, and then it could not be reached again to confirm them (${message}). It puts everything ` +
        `back by itself within ${seconds} s. Find out whether this tuning or the network cut the connection`
    );
}

function tooLate(seconds: number): string {
    return (
        "its values were put back before they were confirmed, and are in force once more, unconfirmed: it puts them back " +
        `within ${seconds} s. It is slow, or was cut off meanwhile`
    );
}

function failed(host: string, reason: string): Outcome {
    return { host, state: "failed", reason };
}
