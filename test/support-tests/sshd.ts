import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { types } from "@pulumi/command";

const SSHD = "/usr/sbin/sshd";
const HOST_KEYS = ["ecdsa", "rsa", "ed25519"] as const;

/** A stock OpenSSH server on loopback, for one test file. */
export interface SshServer {
    /** An empty folder for the test's files; the commands' home. */
    readonly folder: string;
    /** Logs in as the current user, with a key made for this server, and dials once. */
    readonly connection: types.input.remote.ConnectionArgs & { readonly port: number; readonly privateKey: string };
    readonly hostKeys: Readonly<Record<(typeof HOST_KEYS)[number], string>>;
    /** What the server says, line by line. */
    readonly logFile: string;
    /** How many logins there were. */
    logins(): number;
    stop(): void;
}

/** Starts `sshd` with these lines added to a configuration that is stock but for its keys. */
export async function startSshServer(...settings: readonly string[]): Promise<SshServer> {
    if (!existsSync(SSHD)) {
        throw new Error(`These tests need an OpenSSH server in ${SSHD}: install openssh-server.`);
    }
    const base = mkdtempSync(path.join(tmpdir(), "tcp-tuning-sshd-"));
    const folder = path.join(base, "home");
    mkdirSync(folder);
    [...HOST_KEYS, "user"].forEach((name) => makeKey(path.join(base, name), name === "user" ? "ed25519" : name));
    const port = await freePort();
    const log = path.join(base, "log");
    writeFileSync(path.join(base, "config"), configuration(base, folder, port, settings));
    if (userInfo().uid === 0) {
        mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    }
    const server = spawn(SSHD, ["-f", path.join(base, "config"), "-D", "-E", log], { stdio: "ignore" });
    const stop = () => (server.kill(), rmSync(base, { recursive: true, force: true }));
    process.on("exit", stop);
    process.once("SIGTERM", () => process.exit(143));
    await listening(server, log);
    return {
        folder,
        connection: {
            host: "127.0.0.1",
            port,
            user: userInfo().username,
            privateKey: readFileSync(path.join(base, "user"), "utf8"),
            dialErrorLimit: 0,
        },
        hostKeys: {
            ecdsa: publicKey(path.join(base, "ecdsa")),
            rsa: publicKey(path.join(base, "rsa")),
            ed25519: publicKey(path.join(base, "ed25519")),
        },
        logFile: log,
        logins: () =>
            readFileSync(log, "utf8")
                .split("\n")
                .filter((line) => line.startsWith("Accepted ")).length,
        stop: () => (process.off("exit", stop), stop()),
    };
}

function configuration(base: string, home: string, port: number, settings: readonly string[]): string {
    return [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        ...HOST_KEYS.map((name) => `HostKey ${path.join(base, name)}`),
        `AuthorizedKeysFile ${path.join(base, "user.pub")}`,
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "PermitUserRC no",
        "PidFile none",
        // The machine's own shell start-up files are none of the tests' business.
        `SetEnv HOME=${home}`,
        "Subsystem sftp internal-sftp",
        ...settings,
        "",
    ].join("\n");
}

/** Makes a key pair without a passphrase. */
export function makeKey(file: string, type: string, passphrase = ""): void {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", file]);
}

function publicKey(file: string): string {
    return readFileSync(`${file}.pub`, "utf8").trim();
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

async function listening(server: ChildProcess, log: string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
        const text = existsSync(log) ? readFileSync(log, "utf8") : "";
        if (text.includes("Server listening on")) {
            return;
        }
        if (server.exitCode !== null) {
            throw new Error(`sshd ended with exit code ${server.exitCode}:\n${text}`);
        }
        await sleep(50);
    }
    throw new Error("sshd did not start to listen within 10 s");
}
