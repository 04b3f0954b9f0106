import { setTimeout as sleep } from "node:timers/promises";
import { Bastions, runOverSsh, type SshResult, type SshTarget, UnreachedError } from "../ssh";
import type { Rollout } from "./rollout";
import { turns } from "./turns";

/** What the way to every host needs. */
export interface Way {
    /** Longest wait for a host that does not answer, in seconds. */
    readonly connectSeconds: number;
    readonly bastions: Bastions;
    /** Takes its turn among the connections that are open at the same time. */
    readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A way for the time of `use`. */
export async function withWay<T>(
    { parallel, connectSeconds }: Pick<Rollout, "parallel" | "connectSeconds">,
    use: (way: Way) => Promise<T>,
): Promise<T> {
    const bastions = new Bastions();
    try {
        return await use({ connectSeconds, bastions, inTurn: turns(parallel) });
    } finally {
        bastions.close();
    }
}

/** What one host's agent is told. */
export interface Message {
    readonly target: SshTarget;
    /** How it is started. */
    readonly command: string;
    /** Its request. */
    readonly input: string;
    /** Its longest run, in seconds. */
    readonly seconds: number;
}

/** Seconds that a connection may take beyond the agent's own end. */
const LEAVE_SECONDS = 30;
/** The longest pause between two attempts to reach a host. */
const LONGEST_PAUSE = 8;
/** The longest attempt to reach a host, in seconds. */
const LONGEST_ATTEMPT = 10;

/** Tells a host's agent something, in its turn. @throws UnreachedError; Error when the connection broke meanwhile */
export function tellHost({ target, command, input, seconds }: Message, way: Way): Promise<SshResult> {
    const { bastions } = way;
    return way.inTurn(() =>
        patiently(way.connectSeconds, (connectSeconds) =>
            runOverSsh(target, command, input, { seconds: seconds + LEAVE_SECONDS, connectSeconds, bastions }),
        ),
    );
}

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

/** The agent's own words, on one line. */
export function said(stderr: string): string {
    return stderr
        .trim()
        .split("\n")
        .map((line) => line.replace(/^tcp-tuning: /, "").trim())
        .filter((line) => line !== "")
        .join("; ")
        .slice(0, 2000);
}

/** Why a host did not do what it was told, in the words of its agent. */
export function whyNot({ code, stderr }: SshResult): string {
    return said(stderr) || `exit code ${code}, and no reason`;
}
