import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lab, release } from "../hosts/lab";
import { type CommandResult, type RunOptions, run, systemEnvironment } from "../hosts/run";
import { readSysctls } from "../hosts/sysctls";
import type { Accelerator } from "./accelerator";
import type { CloudInitStatus } from "./cloud-init-status";
import { changeUserData } from "./data-source";
import { type Hardware, inLab, qemuCommand } from "./qemu";

/** Several times what it takes under emulation on two cores that are busy otherwise. */
const BOOT_MS = 8 * 60_000;

/** How ssh ends when there is no connection. */
const NO_CONNECTION = 255;

/** As a `TcpTuning` takes it; this process, and any other on this machine, can connect. */
export interface Connection {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
}

export interface VmOptions {
    readonly lab: Lab;
    readonly hardware: Hardware;
    readonly privateKey: string;
    readonly privateKeyFile: string;
    readonly knownHostsFile: string;
}

/** A virtual machine with Debian 12 that boots for real: its kernel, systemd, cloud-init and its own SSH server. */
export class Vm {
    readonly connection: Connection;
    readonly knownHostsFile: string;
    readonly privateKeyFile: string;
    private readonly lab: Lab;
    private readonly hardware: Hardware;
    private qemu: ChildProcess | undefined;
    private complaints = "";

    constructor({ lab, hardware, privateKey, privateKeyFile, knownHostsFile }: VmOptions) {
        this.lab = lab;
        this.hardware = hardware;
        this.connection = { host: hardware.address, port: 22, user: "root", privateKey };
        this.privateKeyFile = privateKeyFile;
        this.knownHostsFile = knownHostsFile;
    }

    /** The interface of this machine that leads to it. */
    get uplink(): string {
        return this.lab.uplink;
    }

    get accelerator(): Accelerator {
        return this.hardware.accelerator;
    }

    /** Whether the power is on: a guest that turns itself off ends QEMU. */
    isRunning(): boolean {
        return this.qemu !== undefined && this.qemu.exitCode === null && this.qemu.signalCode === null;
    }

    /** Turns the power on, and waits until root can log in: cloud-init has then run boothooks, but no scripts yet. */
    async boot(): Promise<void> {
        if (this.isRunning()) {
            throw new Error("The virtual machine is running. Call reboot() instead of boot().");
        }
        const [program = "", ...args] = inLab(this.lab, qemuCommand(this.hardware));
        this.complaints = "";
        this.qemu = spawn(program, args, { env: systemEnvironment(), stdio: ["ignore", "ignore", "pipe"] });
        this.qemu.stderr?.on("data", (chunk: Buffer) => (this.complaints += chunk.toString()));
        this.qemu.on("error", (error) => (this.complaints += error.message));
        release(this.qemu);
        await this.until("its SSH server", async () => (await this.ssh("true")).code === 0);
    }

    /** Reboots as an administrator does, and waits until root can log in again. */
    async reboot(): Promise<void> {
        const before = await this.bootId();
        await this.ssh("systemctl reboot"); // may lose its connection
        await this.until("another boot", async () => {
            const { code, stdout } = await this.ssh(READ_BOOT_ID);
            return code === 0 && stdout.trim() !== before;
        });
    }

    /** Waits until the guest has turned itself off. */
    async waitForPowerOff(): Promise<void> {
        for (const end = Date.now() + BOOT_MS; this.isRunning(); await sleep(200)) {
            if (Date.now() > end) {
                throw this.failure(`it was not turned off within ${BOOT_MS / 1000} s`);
            }
        }
    }

    /** Waits until cloud-init has run everything of this boot; one that hangs is still `running`. */
    async waitForCloudInit(): Promise<CloudInitStatus> {
        await this.exec(`timeout ${BOOT_MS / 1000} cloud-init status --wait`);
        return this.cloudInitStatus();
    }

    async cloudInitStatus(): Promise<CloudInitStatus> {
        const { stdout } = await this.exec("cloud-init status --long --format json"); // its exit code tells the status, too
        return JSON.parse(stdout) as CloudInitStatus;
    }

    /** Runs a line in root's shell, over SSH. Rejects when there is no connection. */
    async exec(line: string, options: Pick<RunOptions, "input"> = {}): Promise<CommandResult> {
        const result = await this.ssh(line, options);
        if (result.code === NO_CONNECTION) {
            throw this.failure(`${line}: no connection: ${result.stderr.trim()}`);
        }
        return result;
    }

    /** Like {@link exec}, for a command that must succeed: returns its output, rejects with its reason. */
    async mustExec(line: string, options: Pick<RunOptions, "input"> = {}): Promise<string> {
        const { code, stdout, stderr } = await this.exec(line, options);
        if (code !== 0) {
            throw new Error(`${line} in the virtual machine: exit code ${code}: ${stderr.trim()}`);
        }
        return stdout;
    }

    /** Many live values at once, in the given order. Keys that the guest's kernel does not have are absent. */
    readSysctls(keys: readonly string[]): Promise<Record<string, string>> {
        return readSysctls(keys, (line) => this.mustExec(line));
    }

    /** Gives an EC2 instance other user data, as AWS does while it is stopped. */
    changeUserData(userData: Buffer): void {
        changeUserData(userData, this.lab);
    }

    async bootId(): Promise<string> {
        return (await this.mustExec(READ_BOOT_ID)).trim();
    }

    /** All that the serial console said, since the first boot. */
    console(): string {
        const { consoleLog } = this.hardware;
        return existsSync(consoleLog) ? readFileSync(consoleLog, "utf8") : "";
    }

    /** Turns the power off, and takes everything away. */
    async stop(): Promise<void> {
        const { qemu } = this;
        const exit = qemu !== undefined && this.isRunning() ? once(qemu, "exit") : undefined;
        qemu?.ref();
        await this.lab.stop();
        await exit;
    }

    private ssh(line: string, options: Pick<RunOptions, "input"> = {}): Promise<CommandResult> {
        const settings = {
            BatchMode: "yes",
            ConnectTimeout: "20",
            ServerAliveInterval: "30",
            LogLevel: "ERROR",
            IdentitiesOnly: "yes",
            UserKnownHostsFile: this.knownHostsFile,
            StrictHostKeyChecking: "yes",
        };
        const flags = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
        const { user, host } = this.connection;
        return run(["ssh", "-F", "none", ...flags, "-i", this.privateKeyFile, `${user}@${host}`, line], options);
    }

    private async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
        for (const end = Date.now() + BOOT_MS; !(await isSo()); await sleep(500)) {
            if (!this.isRunning()) {
                throw this.failure(`it ended before ${what} was there ${this.complaints}`.trim());
            }
            if (Date.now() > end) {
                throw this.failure(`${what} was not there within ${BOOT_MS / 1000} s`);
            }
        }
    }

    private failure(what: string): Error {
        return new Error(`The virtual machine: ${what}. The end of its console:\n${this.console().slice(-3000)}`);
    }
}

const READ_BOOT_ID = "cat /proc/sys/kernel/random/boot_id";
