import { performance } from "node:perf_hooks";
import { childrenOf, killTree, residentBytes, treeOf } from "./processes";

export interface Measured<T> {
    readonly result: T;
    readonly seconds: number;
    /** The most that all processes which it started had in memory at once, looked at ten times a second. */
    readonly peakBytes: number;
}

const EVERY_MS = 100;

/**
 * Measures what `work` takes, with the processes that it starts. When `signal` aborts, they are killed.
 *
 * @throws the signal's reason; whatever `work` throws
 */
export async function measure<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Measured<T>> {
    signal.throwIfAborted();
    const others = new Set(childrenOf(process.pid));
    const started = () => childrenOf(process.pid).filter((pid) => !others.has(pid));
    let peakBytes = 0;
    const look = setInterval(() => {
        const bytes = started()
            .flatMap(treeOf)
            .reduce((sum, pid) => sum + residentBytes(pid), 0);
        peakBytes = Math.max(peakBytes, bytes);
    }, EVERY_MS);
    const end = () => started().forEach(killTree);
    signal.addEventListener("abort", end);
    try {
        const start = performance.now();
        const result = await work();
        return { result, seconds: (performance.now() - start) / 1000, peakBytes };
    } catch (error) {
        signal.throwIfAborted();
        throw error;
    } finally {
        clearInterval(look);
        signal.removeEventListener("abort", end);
    }
}
