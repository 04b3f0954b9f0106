import { join } from "node:path";
import type { TestHost } from "./hosts";
import { mustRun } from "./hosts/run";

/** What a burst did, and the host's sockets in TIME_WAIT around it. */
export interface TimeWaitBurst {
    /** Connections opened and closed. */
    readonly connections: number;
    readonly timeWaitBefore: number;
    readonly timeWaitAfter: number;
}

export interface TimeWaitBurstOptions {
    /** 1 to 100,000. */
    readonly connections: number;
    /** The burst ends then, however far it is. @default 30 */
    readonly seconds?: number;
}

const MOST_CONNECTIONS = 100_000;

/**
 * Opens and closes that many loopback connections inside the host's network, whose clients close first: each leaves a
 * socket in TIME_WAIT for 60 seconds, as far as the host's `tcp_max_tw_buckets` allows.
 */
export async function timeWaitBurst(host: TestHost, options: TimeWaitBurstOptions): Promise<TimeWaitBurst> {
    const { connections, seconds = 30 } = options;
    if (!Number.isInteger(connections) || connections < 1 || connections > MOST_CONNECTIONS) {
        const range = `a whole number from 1 to ${MOST_CONNECTIONS}`;
        throw new Error(`timeWaitBurst: connections must be ${range}. Received: ${connections}`);
    }
    const timeWaitBefore = await countTimeWait(host);
    const enter = ["nsenter", "-t", String(host.pid), "-n", "-p", "--"];
    const client = [process.execPath, join(__dirname, "loopback-connections.js"), String(connections), String(seconds)];
    const done = await mustRun([...enter, ...client]);
    return { connections: Number(done), timeWaitBefore, timeWaitAfter: await countTimeWait(host) };
}

/** Sockets in TIME_WAIT in the host's network, as `/proc/net/sockstat` counts them. */
export async function countTimeWait(host: TestHost): Promise<number> {
    const sockstat = await host.readFile("/proc/net/sockstat");
    const count = /^TCP:.* tw (\d+)/m.exec(sockstat)?.[1];
    if (count === undefined) {
        throw new Error(`No TIME_WAIT count in /proc/net/sockstat of test host ${host.name}: ${sockstat}`);
    }
    return Number(count);
}
