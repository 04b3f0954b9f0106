import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostKeys } from "./disk";
import { firstLine, type Lab, release, scriptPath } from "./lab";
import { linkAddress } from "./link-address";
import { type CommandResult, mustRun, type RunOptions, run, SYSTEM_PATH } from "./run";
import { readSysctls, sysctlPath } from "./sysctls";
import type { Flavour } from "./unavailable";

/** Takes a fault away again. */
export type Undo = () => Promise<void>;

/** A program with its arguments, or a line for the shell. */
export type Command = string | readonly string[];

/** What a command reads from its standard input. */
export type Input = Pick<RunOptions, "input">;

/** What a host is made from. */
export interface HostOptions {
    readonly lab: Lab;
    readonly name: string;
    /** Counted from 0. */
    readonly index: number;
    /** The disk's folder, below the lab's. */
    readonly disk: string;
    readonly hostKeys: HostKeys;
    readonly address: string;
    readonly flavour: Flavour;
}

/** The environment of a host's first process, and of commands run directly on it. */
const ROOT_ENVIRONMENT = { PATH: SYSTEM_PATH, HOME: "/root", USER: "root", LOGNAME: "root", LANG: "C.UTF-8" };

/**
 * A Linux server of its own as far as the network and its configuration go: an OpenSSH server, network sysctls, /etc,
 * /var, /root, /home, /tmp, /run, processes and host name. The rest of the machine is there to be read only.
 */
export class TestHost {
    readonly name: string;
    readonly address: string;
    /** Of the SSH server. */
    readonly port = 22;
    readonly hostKeys: HostKeys;
    private readonly lab: Lab;
    private readonly disk: string;
    private readonly flavour: Flavour;
    /** The lab's end of the host's cable. */
    private readonly cable: string;
    private running: { readonly process: ChildProcess; readonly pid: number } | undefined;

    constructor({ lab, name, index, disk, hostKeys, address, flavour }: HostOptions) {
        this.lab = lab;
        this.name = name;
        this.disk = disk;
        this.hostKeys = hostKeys;
        this.address = address;
        this.flavour = flavour;
        this.cable = `port${index}`;
    }

    /** The host's first process, as this machine counts it: its namespaces are those of `/proc/PID/ns`. */
    get pid(): number {
        if (this.running === undefined) {
            throw new Error(`Test host ${this.name} is powered off. Call boot() first.`);
        }
        return this.running.pid;
    }

    /** The network namespace, as a path for `nsenter --net=…`. */
    get netns(): string {
        return `/proc/${this.pid}/ns/net`;
    }

    /** A path of the host as this machine sees it, until the next reboot. Absolute links below it lead astray. */
    path(path: string): string {
        return `/proc/${this.pid}/root${path}`;
    }

    /** Where the host's `/etc/sysctl.d` is on this machine. */
    get dropInDir(): string {
        return this.path("/etc/sysctl.d");
    }

    /** Where the host's `/var/lib/tcp-tuning` is on this machine. */
    get ledgerDir(): string {
        return this.path("/var/lib/tcp-tuning");
    }

    /** Where the host's `/root` is on this machine. */
    get rootHome(): string {
        return this.path("/root");
    }

    /** Runs a command as root on the host: a program with its arguments, or a line for its shell. */
    exec(command: Command, { input }: Input = {}): Promise<CommandResult> {
        const argv = typeof command === "string" ? ["sh", "-c", command] : command;
        const enter = ["nsenter", "-t", String(this.pid), "-m", "-n", "-p", "-u", "-i", "-w", "--"];
        return run([...enter, ...argv], { input, env: ROOT_ENVIRONMENT });
    }

    /** Like {@link exec}, for a command that must succeed: returns its output, rejects with its reason. */
    async mustExec(command: Command, options: Input = {}): Promise<string> {
        const { code, stdout, stderr } = await this.exec(command, options);
        if (code !== 0) {
            const line = typeof command === "string" ? command : command.join(" ");
            throw new Error(`${line} on test host ${this.name}: exit code ${code}: ${stderr.trim()}`);
        }
        return stdout;
    }

    /** A parameter's live value, with single spaces for tabs; undefined if the host's kernel has no such key. */
    async readSysctl(key: string): Promise<string | undefined> {
        return (await this.readSysctls([key]))[key];
    }

    /** Many live values at once, in the given order. Keys that the host's kernel does not have are absent. */
    readSysctls(keys: readonly string[]): Promise<Record<string, string>> {
        return readSysctls(keys, (line) => this.mustExec(line));
    }

    /** Sets a live value, as a stranger on the host would. */
    async writeSysctl(key: string, value: string | number): Promise<void> {
        await this.mustExec(["sh", "-c", 'printf "%s\\n" "$2" >"$1"', "write", sysctlPath(key), String(value)]);
    }

    readFile(path: string): Promise<string> {
        return this.mustExec(["cat", path]);
    }

    /** Writes a file whole, with its folder if that is missing. */
    async writeFile(path: string, text: string): Promise<void> {
        await this.mustExec(["sh", "-c", 'mkdir -p "$(dirname "$1")" && cat >"$1"', "write", path], { input: text });
    }

    async exists(path: string): Promise<boolean> {
        return (await this.exec(["test", "-e", path])).code === 0;
    }

    /** The names in a folder, hidden ones too, sorted; none if there is no such folder. */
    async list(folder: string): Promise<string[]> {
        const output = await this.mustExec(["sh", "-c", '[ ! -d "$1" ] || ls -1A "$1"', "list", folder]);
        return output
            .split("\n")
            .filter((name) => name !== "")
            .sort();
    }

    /**
     * Cuts the host off (`true`) or connects it again (`false`), at the bridge: what is sent in either direction is
     * lost, and nobody is told. A boot connects it too.
     */
    async partition(on: boolean): Promise<void> {
        await mustRun(this.inLab(["ip", "link", "set", this.cable, ...(on ? ["nomaster"] : ["master", "bridge0"])]));
    }

    /** Fills the file system of /etc until nothing more can be written. */
    makeEtcFull(): Promise<Undo> {
        return this.fill("/etc");
    }

    makeEtcReadOnly(): Promise<Undo> {
        return this.makeReadOnly("/etc");
    }

    /** Fills the file system of /var, where the ledger is, until nothing more can be written. */
    makeStateFull(): Promise<Undo> {
        return this.fill("/var");
    }

    /** Makes /var, where the ledger is, read-only. */
    makeStateReadOnly(): Promise<Undo> {
        return this.makeReadOnly("/var");
    }

    /** Makes all parameters read-only, as in an unprivileged container. */
    makeProcSysReadOnly(): Promise<Undo> {
        return this.makeReadOnly("/proc/sys/net");
    }

    /** Switches the host off as a power cut does: nothing gets the time to end, and the disk stays. */
    async powerOff(): Promise<void> {
        const { process: child, pid } = this.running ?? {};
        if (child === undefined || pid === undefined) {
            return;
        }
        this.running = undefined;
        await run(this.inLab(["ip", "link", "del", this.cable])); // first: a host without power says no goodbyes
        if (child.exitCode === null && child.signalCode === null) {
            child.ref();
            const exit = once(child, "exit");
            process.kill(pid, "SIGKILL");
            await exit;
        }
    }

    /** Boots the host: parameters at the kernel's defaults, another boot id; then sysctl.d, the network, and sshd. */
    async boot(): Promise<void> {
        const { lab, name, cable, address, flavour } = this;
        if (this.running !== undefined) {
            throw new Error(`Test host ${name} is running. Call reboot() instead of boot().`);
        }
        writeFileSync(join(`/proc/${lab.pid}/root`, this.disk, "boot_id"), `${randomUUID()}\n`);
        const isolate = ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--"];
        const { prefix, gateway } = lab.network;
        const settings = [
            name,
            cable,
            `${address}/${prefix}`,
            linkAddress(address),
            gateway,
            linkAddress(gateway),
            flavour,
        ];
        const enter = ["-t", String(lab.pid), "-m", "-n", "-p", `--wd=/proc/${lab.pid}/root${this.disk}`, "--"];
        const child = spawn("nsenter", [...enter, ...isolate, "sh", scriptPath("boot.sh"), ...settings], {
            env: ROOT_ENVIRONMENT,
            stdio: ["ignore", "pipe", "pipe"],
        });
        const [, pid] = await firstLine(child, "up");
        release(child);
        this.running = { process: child, pid: Number(pid) };
    }

    /** A power cut and a boot. What was read-only can be written again; what was full is still full. */
    async reboot(): Promise<void> {
        await this.powerOff();
        await this.boot();
    }

    /** A command as it must be run to act on the lab's network. */
    private inLab(command: readonly string[]): string[] {
        return ["nsenter", "-t", String(this.lab.pid), "-n", "--", ...command];
    }

    private async fill(mount: string): Promise<Undo> {
        const filler = `${mount}/.filler`;
        await this.exec(["dd", "if=/dev/zero", `of=${filler}`, "bs=4096"]); // ends, as it should, with "no space left"
        return async () => void (await this.mustExec(["rm", "-f", filler]));
    }

    private async makeReadOnly(mount: string): Promise<Undo> {
        await this.mustExec(["mount", "-o", "remount,bind,ro", mount]);
        return async () => void (await this.mustExec(["mount", "-o", "remount,bind,rw", mount]));
    }
}
