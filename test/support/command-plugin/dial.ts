import { lookup } from "node:dns/promises";
import { isIP, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CANCELLED, cancelled } from "./cancellation";
import type { EngineLog } from "./engine-log";

const FIRST_DELAY_MS = 100;
const BACK_OFF = 1.5;
const LONGEST_DELAY_MS = 5000;

/**
 * Repeats `dial` until it succeeds or has failed more than `limit` times; -1 is for ever. The pauses grow by half
 * from 0.1 s to 5 s.
 */
export async function withRetries<T>(what: string, limit: number, log: EngineLog, dial: () => Promise<T>): Promise<T> {
    for (let failed = 0, delay = FIRST_DELAY_MS; ; delay = Math.min(delay * BACK_OFF, LONGEST_DELAY_MS)) {
        try {
            return await dial();
        } catch (error) {
            if (limit >= 0 && failed >= limit) {
                throw new Error(`after ${failed} failed attempts: ${(error as Error).message}`, { cause: error });
            }
        }
        failed += 1;
        await log.status(`${what} ${failed}/${limit < 0 ? "inf" : limit} failed: retrying`);
        await pause(delay);
    }
}

async function pause(delay: number): Promise<void> {
    try {
        await sleep(delay, undefined, { signal: cancelled });
    } catch {
        throw new Error(CANCELLED);
    }
}

/** A TCP connection, or an error in the words of Go's `net` package. */
export async function dialTcp(host: string, port: number, timeoutSeconds: number): Promise<Socket> {
    const address = isIP(host) ? host : await resolve(host);
    const endpoint = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
    const socket = new Socket();
    return new Promise((done, fail) => {
        const give = (reason: string) => {
            socket.destroy();
            fail(new Error(`dial tcp ${endpoint}: ${reason}`));
        };
        const timer = timeoutSeconds > 0 ? setTimeout(() => give("i/o timeout"), timeoutSeconds * 1000) : undefined;
        socket.once("error", (error: NodeJS.ErrnoException) => (clearTimeout(timer), give(reasonOf(error))));
        socket.connect({ host: address, port }, () => {
            clearTimeout(timer);
            socket.removeAllListeners("error");
            done(socket);
        });
    });
}

async function resolve(host: string): Promise<string> {
    try {
        return (await lookup(host)).address;
    } catch {
        throw new Error(`dial tcp: lookup ${host}: no such host`);
    }
}

const REASONS: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connect: connection refused",
    ECONNRESET: "connect: connection reset by peer",
    EHOSTUNREACH: "connect: no route to host",
    ENETUNREACH: "connect: network is unreachable",
    ETIMEDOUT: "connect: connection timed out",
};

function reasonOf(error: NodeJS.ErrnoException): string {
    return REASONS[error.code ?? ""] ?? error.message;
}
