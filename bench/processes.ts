import { readdirSync, readFileSync } from "node:fs";

/** The processes that a process has started and that are still there. */
export function childrenOf(pid: number): number[] {
    return (
        read(() =>
            readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
                readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
                    .trim()
                    .split(" ")
                    .filter(Boolean)
                    .map(Number),
            ),
        ) ?? []
    );
}

/** A process with all below it. */
export function treeOf(pid: number): number[] {
    return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** A process's resident memory in bytes; 0 when it has ended. */
export function residentBytes(pid: number): number {
    const status = read(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Kills a process with all below it. Each is stopped first, so that it starts no other meanwhile. */
export function killTree(pid: number): void {
    signal(pid, "SIGSTOP");
    childrenOf(pid).forEach(killTree);
    signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
    read(() => process.kill(pid, name));
}

/** Undefined where the process ended before. */
function read<T>(work: () => T): T | undefined {
    try {
        return work();
    } catch {
        return undefined;
    }
}
