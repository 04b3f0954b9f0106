import { setTimeout as sleep } from "node:timers/promises";
import { launchPacked } from "../agent/launcher";
import { quote } from "../diagnostic";
import { type Bastions, runOverSsh, type SshResult, UnreachedError } from "../ssh";
import type { Outcome } from "./outcome";
import { type HostRequest, requestText } from "./request";
import type { Rollout } from "./rollout";

/** What the way to every host needs. */
export interface Way {
    readonly agent: string;
    readonly rollout: Pick<Rollout, "connectSeconds" | "soakSeconds">;
    readonly bastions: Bastions;
    /** Takes its turn among the connections that are open at the same time. */
    readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The agent has applied, and waits for its confirmation. */
const WAITS = 75;
/** The agent was only asked whether all is as wanted, and it is not. */
const NOT_IN_STEP = 67;
/** Seconds that a connection may take beyond the agent's own end. */
const LEAVE_SECONDS = 30;
/** The longest pause between two attempts to reach a host. */
const LONGEST_PAUSE = 8;

/** Applies and verifies; a host whose values are to soak is confirmed over a second connection. Never rejects. */
export async function takeHost(host: HostRequest, isNew: boolean, way: Way): Promise<Outcome> {
    const { name, guardSeconds } = host;
    const apply = () => way.inTurn(() => run(host, isNew, way));
    try {
        const first = await apply();
        if (first.code !== WAITS || guardSeconds === undefined) {
            return outcomeOf(name, first);
        }
        await sleep(way.rollout.soakSeconds * 1000);
        return await confirmed(name, guardSeconds, apply);
    } catch (error) {
        return failed(name, whyNot(error as Error));
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
export async function probeHost(host: HostRequest, way: Way): Promise<Outcome | undefined> {
    try {
        const result = await way.inTurn(() => run(host, false, way, "probe=yes"));
        return result.code === NOT_IN_STEP ? undefined : outcomeOf(host.name, result);
    } catch {
        // Its own wave tells why.
        return undefined;
    }
}

function run(host: HostRequest, isNew: boolean, way: Way, option?: string): Promise<SshResult> {
    const { target, seconds } = host;
    const { agent, bastions, rollout } = way;
    const command = launchPacked(isNew ? "apply anew" : "apply", seconds);
    const input = requestText(host, agent, option);
    return patiently(rollout.connectSeconds, (connectSeconds) =>
        runOverSsh(target, command, input, { seconds: seconds + LEAVE_SECONDS, connectSeconds, bastions }),
    );
}

/** The longest attempt to reach a host, in seconds. */
const LONGEST_ATTEMPT = 10;

/** Tries again while nobody is logged in: a machine that was just started has no SSH server yet. */
async function patiently<T>(seconds: number, attempt: (seconds: number) => Promise<T>): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        const left = Math.ceil((end - Date.now()) / 1000);
        try {
            return await attempt(Math.max(1, Math.min(left, LONGEST_ATTEMPT)));
        } catch (error) {
            if (!(error instanceof UnreachedError) || error.isFinal || Date.now() + pause * 1000 > end) {
                throw error;
            }
            await sleep(pause * 1000);
        }
    }
}

function outcomeOf(host: string, { code, stdout, stderr }: SshResult): Outcome {
    if (code !== 0) {
        return failed(host, said(stderr) || `exit code ${code}, and no reason`);
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

/** The agent's own words, on one line. */
function said(stderr: string): string {
    return stderr
        .trim()
        .split("\n")
        .map((line) => line.replace(/^tcp-tuning: /, "").trim())
        .filter((line) => line !== "")
        .join("; ")
        .slice(0, 2000);
}

function whyNot(error: Error): string {
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
