import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { linkAddress } from "./link-address";
import { mustRun, run, systemEnvironment } from "./run";

/** Where the shell scripts are: they stay in the source tree, beside this file's source. */
const SCRIPTS = resolve(__dirname, "../../../../test/support/hosts");

/** A lab: the bridge and the disks of one set of hosts, and the network through which this machine reaches them. */
export interface Lab {
    /** The lab's first process, as this machine counts it. */
    readonly pid: number;
    /** Readable from this machine as well: keys and known_hosts. Gone with the lab. */
    readonly folder: string;
    /** The interface of this machine that leads to the hosts. */
    readonly uplink: string;
    readonly network: Network;
    stop(): Promise<void>;
}

/** One /22 of 198.18.0.0/15, the range that RFC 2544 sets apart for tests of networks: as wide as a bridge has ports. */
export interface Network {
    /** Its address with that number, 1 to 1022. */
    readonly address: (number: number) => string;
    readonly prefix: number;
    /** This machine's own address in it. */
    readonly gateway: string;
}

const PREFIX = 22;

/** The path of a shell script of the test hosts. */
export function scriptPath(name: string): string {
    return join(SCRIPTS, name);
}

/** Makes a lab. It ends with {@link Lab.stop}, and by itself when this process ends, whatever way. */
export async function startLab(): Promise<Lab> {
    const keeper = spawn("sh", [scriptPath("lab.sh")], {
        detached: true, // Ctrl-C is for the owner
        env: systemEnvironment(),
        stdio: ["pipe", "pipe", "pipe"],
    });
    keeper.stdin.on("error", () => undefined); // it may be gone already
    try {
        const [, pid = "", ...folder] = await firstLine(keeper, "lab");
        release(keeper);
        const { uplink, network } = await connectLab(Number(pid));
        return { pid: Number(pid), folder: folder.join(" "), uplink, network, stop: () => stopLab(keeper, uplink) };
    } catch (error) {
        await stopLab(keeper);
        throw error;
    }
}

async function stopLab(keeper: ChildProcess, uplink?: string): Promise<void> {
    if (keeper.exitCode !== null || keeper.signalCode !== null) {
        return;
    }
    if (uplink !== undefined) {
        await run(["ip", "link", "del", uplink]); // goes by itself too, but some milliseconds after the lab
    }
    const exit = once(keeper, "exit");
    keeper.ref();
    keeper.stdin?.end();
    await exit;
}

/** The words of a child's first line, which begins with `word`. Rejects, with its stderr, if it ends before. */
export async function firstLine(child: ChildProcess, word: string): Promise<string[]> {
    const complaints: Buffer[] = [];
    child.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk));
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", () => {
            const reason = Buffer.concat(complaints).toString().trim() || "no reason given";
            reject(new Error(`A test host's ${word} script ended early: ${reason}`));
        });
        const lines = createInterface(child.stdout as Readable);
        lines.on("line", (line) => line.startsWith(`${word} `) && resolve(line.split(" ")));
        lines.on("close", () => child.stdin?.end());
    });
}

/** A child that does not keep this process from ending. */
export function release(child: ChildProcess): void {
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
        (stream as { unref?: () => void } | null)?.unref?.();
    }
}

/**
 * Connects the lab's bridge with this machine. The interface's name is the claim on its network: the kernel gives it
 * to one lab only, and takes it back with the lab.
 */
async function connectLab(pid: number): Promise<{ uplink: string; network: Network }> {
    for (let attempt = 0; attempt < 100; attempt++) {
        const second = 18 + Math.floor(Math.random() * 2);
        const third = 4 * Math.floor(Math.random() * 64);
        const address = (number: number) => `198.${second}.${third + (number >> 8)}.${number & 255}`;
        const uplink = `test-${second}-${third}`;
        if (await claim(uplink, `${address(0)}/${PREFIX}`, pid)) {
            const network = { address, prefix: PREFIX, gateway: address(1) };
            const link = `address ${linkAddress(network.gateway)} addrgenmode none up`;
            const input = `addr add ${network.gateway}/${PREFIX} dev ${uplink}\nlink set ${uplink} ${link}`;
            await mustRun(["ip", "-batch", "-"], { input });
            return { uplink, network };
        }
    }
    throw new Error("No free /22 of 198.18.0.0/15 found in 100 attempts: do other test hosts run? See `ip link`.");
}

async function claim(uplink: string, network: string, pid: number): Promise<boolean> {
    const taken = await mustRun(["ip", "-4", "route", "show", "root", network]); // the network's, and of parts of it
    if (taken !== "") {
        return false;
    }
    const cable = ["type", "veth", "peer", "name", "uplink", "netns", String(pid)];
    const { code, stderr } = await run(["ip", "link", "add", uplink, ...cable]);
    if (code !== 0 && !stderr.includes("File exists")) {
        throw new Error(`Could not connect the test hosts with this machine (ip link add ${uplink}): ${stderr.trim()}`);
    }
    if (code === 0) {
        await mustRun(["nsenter", "-t", String(pid), "-n", "ip", "link", "set", "uplink", "master", "bridge0", "up"]);
    }
    return code === 0;
}
