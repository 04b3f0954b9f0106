import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { runOverSsh, type SshTarget } from "../../src/ssh";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { encrypted, PASSPHRASE } from "../support/private-key";
import { freePort, makeKey, type SshServer, startSshServer } from "../support-tests/sshd";

const PASSWORD = "not to be shown";

describe("a command over SSH", () => {
    let server: SshServer;
    let bastion: SshServer;
    let target: SshTarget;
    const agentBefore = process.env["SSH_AUTH_SOCK"];
    before(async () => {
        [server, bastion] = await Promise.all([startSshServer(), startSshServer()]);
        const { host, port, user, privateKey } = server.connection as SshTarget & { port: number };
        target = { host, port, user, privateKey, hostKey: server.hostKeys.ecdsa };
        delete process.env["SSH_AUTH_SOCK"];
    });
    afterEach(() => void delete process.env["SSH_AUTH_SOCK"]);
    after(() => {
        server.stop();
        bastion.stop();
        if (agentBefore !== undefined) {
            process.env["SSH_AUTH_SOCK"] = agentBefore;
        }
    });

    const hello = async (way: SshTarget) => (await runOverSsh(way, "echo hello", "")).stdout;
    /** Why it fails, which must tell nothing of the credentials. */
    async function complaint(way: SshTarget): Promise<string> {
        const ended = await runOverSsh(way, "echo hello", "").catch((error: Error) => error);
        assert.ok(ended instanceof Error, "it did not fail");
        const { message } = ended;
        for (const secret of [PASSWORD, PASSPHRASE, target.privateKey!.split("\n")[2]!]) {
            assert.ok(!message.includes(secret), message);
        }
        return message;
    }
    const throughBastion = (extra: Partial<SshTarget> = {}): SshTarget => {
        const { host, port, user, privateKey } = bastion.connection as SshTarget & { port: number };
        return { ...target, proxy: { host, port, user, privateKey, hostKey: bastion.hostKeys.ecdsa, ...extra } };
    };

    it("has its input, and gives back output, complaints and exit code", async () => {
        assert.deepEqual(await runOverSsh(target, "cat; echo hm >&2; exit 7", "a line\n"), {
            code: 7,
            stdout: "a line\n",
            stderr: "hm\n",
        });
    });

    it("keeps a character whole whose bytes arrive one after the other", async () => {
        const bytes = 'for byte in 303 251 342 202 254; do printf "\\\\$byte"; sleep 0.05; done';
        const { stdout, stderr } = await runOverSsh(target, `${bytes}; { ${bytes}; } >&2`, "");
        assert.deepEqual([stdout, stderr], ["é€", "é€"]);
    });

    it("knows the host by any of its keys, and refuses another host's in words", async () => {
        for (const hostKey of Object.values(server.hostKeys)) {
            assert.equal(await hello({ ...target, hostKey }), "hello\n");
        }
        const logins = server.logins();
        assert.equal(
            await complaint({ ...target, hostKey: bastion.hostKeys.ecdsa }),
            "the host shows another key than the known one",
        );
        assert.equal(server.logins(), logins);
    });

    it("logs in with a key of the SSH agent", async () => {
        const socket = join(server.folder, "agent.sock");
        const agent = await startAgent(socket, target.privateKey!);
        process.env["SSH_AUTH_SOCK"] = socket;
        try {
            assert.equal(await hello({ ...target, privateKey: undefined }), "hello\n");
        } finally {
            agent.kill();
        }
        process.env["SSH_AUTH_SOCK"] = join(server.folder, "gone.sock");
        assert.match(
            await complaint({ ...target, privateKey: undefined }),
            /^the SSH agent of SSH_AUTH_SOCK does not answer/,
        );
    });

    it("opens an encrypted private key with its passphrase, and says so of one that it cannot open", async () => {
        const privateKey = encrypted(target.privateKey!, PASSPHRASE);
        assert.equal(await hello({ ...target, privateKey, privateKeyPassword: PASSPHRASE }), "hello\n");
        for (const key of [{ privateKey }, { privateKey, privateKeyPassword: "wrong" }, { privateKey: "no key" }]) {
            assert.match(await complaint({ ...target, ...key }), /^the private key cannot be read: /);
        }
    });

    it("goes through a bastion, and says which of the two failed", async () => {
        const logins = bastion.logins();
        assert.equal(await hello(throughBastion()), "hello\n");
        assert.equal(bastion.logins(), logins + 1);
        assert.equal(
            await complaint(throughBastion({ hostKey: server.hostKeys.ecdsa })),
            "the bastion 127.0.0.1: the host shows another key than the known one",
        );
        assert.match(
            await complaint(throughBastion({ privateKey: target.privateKey })),
            /^the bastion 127\.0\.0\.1: the login was refused/,
        );
        const port = await freePort();
        assert.match(
            await complaint({ ...throughBastion(), port }),
            new RegExp(`^the bastion 127\\.0\\.0\\.1 does not reach 127\\.0\\.0\\.1:${port}: .*Connection refused`),
        );
    });

    it("says why nobody answers, or who does not let it in", async () => {
        assert.match(await complaint({ ...target, port: await freePort() }), /^nothing listens there \(connect ECONN/);
        assert.match(await complaint({ ...target, host: "no-such-host.invalid" }), /^the name is not known \(/);
        const stranger = join(server.folder, "stranger");
        makeKey(stranger, "ed25519");
        assert.match(
            await complaint({ ...target, privateKey: readFileSync(stranger, "utf8"), password: PASSWORD }),
            /^the login was refused/,
        );
        assert.match(await complaint({ ...target, privateKey: undefined }), /^the login was refused/);
    });

    it("gives up a server that says nothing", { timeout: 60_000 }, async () => {
        const silent = createServer().listen(0, "127.0.0.1");
        await once(silent, "listening");
        try {
            const { port } = silent.address() as AddressInfo;
            assert.match(await complaint({ ...target, port }), /^no SSH server answered within 10 s/);
        } finally {
            silent.close();
        }
    });

    it("gives up a command that does not end", { timeout: 60_000 }, async () => {
        await assert.rejects(runOverSsh(target, "sleep 60", ""), { message: "no answer within 20 s" });
    });
});

/** An ssh-agent that has the key. */
async function startAgent(socket: string, key: string): Promise<ChildProcess> {
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    while (!existsSync(socket)) {
        await sleep(20);
    }
    execFileSync("ssh-add", ["-q", "-"], { input: key, env: { ...process.env, SSH_AUTH_SOCK: socket } });
    return agent;
}

describe("a login by password", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let host: TestHost;
    before(async () => {
        hosts = await startHosts({ count: 1 });
        host = hosts.hosts[0]!;
        const hash = execFileSync("openssl", ["passwd", "-6", "-stdin"], { input: PASSWORD, encoding: "utf8" }).trim();
        await host.mustExec(`sed -i 's|^deploy:[*]:|deploy:${hash}:|' /etc/shadow`);
        const modules = [
            "auth required pam_unix.so",
            "account required pam_permit.so",
            "session required pam_permit.so",
        ];
        await host.writeFile("/etc/pam.d/sshd", modules.map((line) => `${line}\n`).join(""));
    });
    after(() => hosts.stop());

    const ways = {
        password: [2201, "-o UsePAM=no -o PasswordAuthentication=yes"],
        "keyboard-interactive": [2202, "-o UsePAM=yes -o KbdInteractiveAuthentication=yes"],
    } as const;
    for (const [way, [port, options]] of Object.entries(ways)) {
        it(`gives it to a server that asks by ${way}, and keeps quiet about a wrong one`, async () => {
            await host.mustExec(`/usr/sbin/sshd -p ${port} -o PidFile=none ${options}`);
            const target = { host: host.address, port, user: "deploy", hostKey: host.hostKeys.ed25519 };
            const { stdout } = await runOverSsh({ ...target, password: PASSWORD }, "id -un", "");
            assert.equal(stdout, "deploy\n");
            await assert.rejects(
                runOverSsh({ ...target, password: "a wrong one" }, "id -un", ""),
                ({ message }: Error) => message.startsWith("the login was refused") && !message.includes("a wrong one"),
            );
        });
    }
});
