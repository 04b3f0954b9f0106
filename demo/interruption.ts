import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

type Signal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGPIPE";

/** Why the demo ended early: the reason of its abort signal. */
export class Interruption extends Error {
    constructor(readonly signal: Signal) {
        super(`interrupted by ${signal}`);
        this.name = "Interruption";
    }

    /** As shells count. */
    get exitCode(): number {
        return 128 + constants.signals[this.signal];
    }
}

/** Calls `interrupt` once, at the first signal or when nobody reads any longer; a second signal ends at once. */
export function onInterruption(interrupt: (reason: Interruption) => void): void {
    let interrupted = false;
    const handle = (signal: Signal) => {
        const reason = new Interruption(signal);
        if (interrupted) {
            process.exit(reason.exitCode);
        }
        interrupted = true;
        interrupt(reason);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.on(signal, () => handle(signal));
    }
    process.stdout.on("error", () => interrupted || handle("SIGPIPE"));
}

/** Their trees end with the demo: a running engine, and a compiler that builds one. */
const programs = new Set(["pulumi", "go"]);
/** At the first signal they finish what is under way, at the second they give up. */
const FIRST_MS = 2000;
const SECOND_MS = 5000;

/** Ends what the engine has running; what does not listen is killed. */
export async function endEngine(): Promise<void> {
    const roots = children(process.pid).filter((pid) => programs.has(status(pid)?.name ?? ""));
    const tree = roots.flatMap(descendants);
    roots.forEach((pid) => kill(pid, "SIGINT"));
    if (!(await haveEnded(tree, FIRST_MS))) {
        roots.forEach((pid) => kill(pid, "SIGINT"));
        await haveEnded(tree, SECOND_MS);
        tree.forEach((pid) => kill(pid, "SIGKILL"));
    }
}

async function haveEnded(pids: readonly number[], limitMs: number): Promise<boolean> {
    for (const start = Date.now(); pids.some(status); await sleep(50)) {
        if (Date.now() - start > limitMs) {
            return false;
        }
    }
    return true;
}

function descendants(pid: number): number[] {
    return [pid, ...children(pid).flatMap(descendants)];
}

function children(parent: number): number[] {
    return readdirSync("/proc")
        .map(Number)
        .filter((pid) => pid > 0 && status(pid)?.parent === parent);
}

/** Undefined for a process that has ended, or has only not been waited for. */
function status(pid: number): { name: string; parent: number } | undefined {
    try {
        const text = readFileSync(`/proc/${pid}/status`, "utf8");
        const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(text)?.[1] ?? "";
        return field("State") === "Z" ? undefined : { name: field("Name"), parent: Number(field("PPid")) };
    } catch {
        return undefined;
    }
}

function kill(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch {
        // it has ended
    }
}
