/**
 * Test hosts: Linux network namespaces, each with a real OpenSSH server and network parameters of its own. All is
 * gone with {@link TestHosts.stop}, and also when the process that started them ends in any other way.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inTurns } from "../../../src/rollout/turns";
import { fillDisk, makeKey } from "./disk";
import { TestHost } from "./host";
import { type Lab, startLab } from "./lab";
import { linkAddress } from "./link-address";
import { mustRun } from "./run";
import { type Flavour, hostsUnavailable } from "./unavailable";
import { DEFAULT_USERS, type HostUser } from "./users";

export type { HostKeys } from "./disk";
export { TestHost, type Undo } from "./host";
export type { Network } from "./lab";
export type { CommandResult } from "./run";
export { type Flavour, hostsUnavailable } from "./unavailable";
export type { HostUser } from "./users";

/** The first host's number in the network: 1 is this machine. */
const FIRST_ADDRESS = 11;
/** As many as one lab holds. */
export const MOST_HOSTS = 1000;
/** Each waits a while only for what it has started; all at once would wait for each other. */
const STARTED_AT_ONCE = 32;

export interface StartHostsOptions {
    /** 1 to 1,000. */
    readonly count: number;
    /** Hosts are named with it and a number from 1. @default "host" */
    readonly prefix?: string;
    /** Whether the hosts' only programs are busybox, sshd and sudo. @default false */
    readonly busybox?: boolean;
    /** Users beside root. @default `deploy`, with sudo and no password, and `nosudo`, without the right */
    readonly users?: readonly HostUser[];
}

/** A set of running hosts. They reach each other, and this machine reaches them, at their addresses. */
export interface TestHosts {
    readonly hosts: readonly TestHost[];
    /** Both keys of every host. */
    readonly knownHostsFile: string;
    /** OpenSSH format, ed25519, no passphrase; logs in as root and as every user. */
    readonly privateKey: string;
    readonly privateKeyFile: string;
    readonly publicKey: string;
    /** The interface of this machine that leads to the hosts. */
    readonly uplink: string;
    /** Takes everything away; calls after the first do nothing. */
    stop(): Promise<void>;
}

/**
 * Starts hosts and waits until their SSH servers listen.
 *
 * @throws where test hosts cannot be had, with the reason of {@link hostsUnavailable}
 */
export async function startHosts(options: StartHostsOptions): Promise<TestHosts> {
    const { count } = options;
    if (!Number.isInteger(count) || count < 1 || count > MOST_HOSTS) {
        throw new Error(`startHosts: count must be a whole number from 1 to ${MOST_HOSTS}. Received: ${count}`);
    }
    const unavailable = hostsUnavailable(options.busybox === true ? "busybox" : "debian");
    if (unavailable !== undefined) {
        throw new Error(unavailable);
    }
    const lab = await startLab();
    try {
        return await populate(lab, options);
    } catch (error) {
        await lab.stop();
        throw error;
    }
}

/** What sets one host of a lab apart. */
interface Seat {
    readonly name: string;
    /** Counted from 0. */
    readonly index: number;
    readonly address: string;
    /** Its folder in the lab's mount namespace. */
    readonly disk: string;
}

async function populate(lab: Lab, options: StartHostsOptions): Promise<TestHosts> {
    const { folder, network, uplink } = lab;
    const privateKeyFile = join(folder, "id_ed25519");
    const publicKey = await makeKey("ed25519", privateKeyFile);
    const seats = Array.from({ length: options.count }, (_, index): Seat => {
        const name = `${options.prefix ?? "host"}${index + 1}`;
        return { name, index, address: network.address(FIRST_ADDRESS + index), disk: join(folder, "disks", name) };
    });
    await mountDisks(lab, seats);
    await introduce(lab, seats);
    const hosts = await inTurns(STARTED_AT_ONCE, seats, (seat) => makeHost(lab, seat, publicKey, options));
    const knownHostsFile = join(folder, "known_hosts");
    writeFileSync(knownHostsFile, hosts.map(knownHosts).join(""));
    const privateKey = readFileSync(privateKeyFile, "utf8");
    return { hosts, knownHostsFile, privateKey, privateKeyFile, publicKey, uplink, stop: () => lab.stop() };
}

/** /etc and /var are file systems of their own, small enough to be filled. */
async function mountDisks(lab: Lab, seats: readonly Seat[]): Promise<void> {
    const script = `
        for disk; do
            mkdir -p "$disk/etc" "$disk/var"
            mount -t tmpfs -o mode=755,size=4m tmpfs "$disk/etc"
            mount -t tmpfs -o mode=755,size=16m tmpfs "$disk/var"
        done`;
    const disks = seats.map(({ disk }) => disk);
    await mustRun(["nsenter", "-t", String(lab.pid), "-m", "sh", "-euc", script, "mount-disks", ...disks]);
}

/**
 * Tells this machine the hosts' hardware addresses for good: a host that comes back is reached at once, and one that
 * is away is silent, as behind a router.
 */
async function introduce(lab: Lab, seats: readonly Seat[]): Promise<void> {
    const entries = seats.map(({ address }) => `neigh add ${address} lladdr ${linkAddress(address)} dev ${lab.uplink}`);
    await mustRun(["ip", "-batch", "-"], { input: entries.join("\n") });
}

async function makeHost(lab: Lab, seat: Seat, authorizedKey: string, options: StartHostsOptions): Promise<TestHost> {
    const flavour: Flavour = options.busybox === true ? "busybox" : "debian";
    const { name, address } = seat;
    const users = options.users ?? DEFAULT_USERS;
    const disk = join(`/proc/${lab.pid}/root`, seat.disk);
    const hostKeys = await fillDisk(disk, { name, address, users, flavour, authorizedKey });
    const host = new TestHost({ ...seat, lab, hostKeys, flavour });
    await host.boot();
    return host;
}

function knownHosts({ address, hostKeys }: TestHost): string {
    return `${address} ${hostKeys.ed25519}\n${address} ${hostKeys.ecdsa}\n`;
}
