import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { remote, type types } from "@pulumi/command";
import { changes, failureOf, type Program, type TestStack, withStack } from "../support/stack";
import { freePort, makeKey, type SshServer, startSshServer } from "./sshd";

let server: SshServer;
let bastion: SshServer;
before(async () => {
    server = await startSshServer();
    bastion = await startSshServer();
});
after(() => {
    server.stop();
    bastion.stop();
});

type Connection = types.input.remote.ConnectionArgs;

/** A program that says hello over this connection. */
function hello(connection: Connection): Program {
    const args = { create: "echo hello", logging: "none", addPreviousOutputInEnv: false } as const;
    return async () => ({ said: new remote.Command("task", { connection, ...args }).stdout });
}

async function said(connection: Connection, env: Record<string, string> = {}): Promise<unknown> {
    return withStack({ program: hello(connection), env }, async (stack) => (await stack.up()).outputs["said"]?.value);
}

/** The complaint of a `create` over this connection. */
async function complaint(connection: Connection): Promise<string> {
    return withStack({ program: hello(connection) }, async (stack) => (await failureOf(stack.up())).text);
}

const without = <K extends keyof Connection>(key: K): Omit<Connection, K> => {
    const { [key]: _, ...rest } = server.connection as Connection;
    return rest;
};

describe("the connection of a remote command", () => {
    it("takes any host key when none is given", async () => {
        assert.equal(await said(server.connection), "hello");
    });

    it("takes only the host key that is given", async () => {
        assert.equal(await said({ ...server.connection, hostKey: server.hostKeys.ecdsa }), "hello");
        const other = { ...server.connection, hostKey: bastion.hostKeys.ecdsa };
        assert.match(await complaint(other), /after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch/);
        const logins = server.logins();
        assert.match(await complaint({ ...server.connection, hostKey: "no key" }), /ssh: no key found/);
        assert.equal(server.logins(), logins);
    });

    it("asks for the ECDSA key first: a right Ed25519 key does not match where both are", async () => {
        assert.match(await complaint({ ...server.connection, hostKey: server.hostKeys.ed25519 }), /host key mismatch/);
    });

    it("says why nobody answers, after `dialErrorLimit` attempts", async () => {
        const port = await freePort();
        const closed = { ...server.connection, port, dialErrorLimit: 2 };
        const text = await complaint(closed);
        const refused = `after 2 failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`;
        assert.ok(text.includes(refused), text);
        assert.match(text, /Dial 1\/2 failed: retrying/);
        const unknown = { ...server.connection, host: "no-such-host.invalid" };
        assert.match(await complaint(unknown), /lookup no-such-host\.invalid.*no such host/);
    });

    it("dials until the server answers", async () => {
        const relay = await startRelay(server.connection.port, 2);
        try {
            assert.equal(await said({ ...server.connection, port: relay.port, dialErrorLimit: 2 }), "hello");
            assert.equal(relay.connections(), 3);
        } finally {
            relay.close();
        }
    });

    it("says which ways to log in were tried", async () => {
        const file = path.join(server.folder, "stranger");
        makeKey(file, "ed25519");
        const stranger = { ...server.connection, privateKey: readFileSync(file, "utf8") };
        assert.match(await complaint(stranger), /unable to authenticate, attempted methods \[none publickey\]/);
        assert.match(await complaint(without("privateKey")), /attempted methods \[none\]/);
        const password = { ...without("privateKey"), password: "wrong" };
        assert.match(await complaint(password), /attempted methods \[none password/);
    });

    it("reads an encrypted private key with its passphrase, and does not dial with one it cannot read", async () => {
        const file = path.join(server.folder, "encrypted");
        makeKey(file, "ed25519", "open sesame");
        const encrypted = { ...server.connection, privateKey: readFileSync(file, "utf8"), dialErrorLimit: 10 };
        assert.match(await complaint(encrypted), /error: ssh: this private key is passphrase protected/);
        const wrong = { ...encrypted, privateKeyPassword: "wrong" };
        assert.match(await complaint(wrong), /error: x509: decryption password incorrect/);
        const right = { ...encrypted, privateKeyPassword: "open sesame", dialErrorLimit: 0 };
        assert.match(await complaint(right), /attempted methods \[none publickey\]/); // read, but unknown to the server
        assert.match(await complaint({ ...encrypted, privateKey: "no key" }), /error: ssh: no key found/);
    });

    it("goes through its bastion, with credentials for each", async () => {
        const through = { ...server.connection, proxy: bastion.connection };
        const logins = bastion.logins();
        assert.equal(await said(through), "hello");
        assert.equal(bastion.logins(), logins + 1);
        const stranger = { ...bastion.connection, privateKey: server.connection.privateKey };
        const refused = /proxy: after 0 failed attempts: .*unable to authenticate/;
        assert.match(await complaint({ ...through, proxy: stranger }), refused);
        const imposter = { ...bastion.connection, hostKey: server.hostKeys.ecdsa };
        assert.match(await complaint({ ...through, proxy: imposter }), /proxy: .*host key mismatch/);
        const nobody = { ...through, port: await freePort() };
        assert.match(await complaint(nobody), /proxy: .*ssh: rejected: connect failed \(Connection refused\)/);
    });

    it("uses the ssh-agent of the environment, which the state does not know", async () => {
        const [first, second] = [await startAgent("first"), await startAgent("second")];
        try {
            const env = { SSH_AUTH_SOCK: first.socket };
            await withStack({ program: hello(without("privateKey")), env }, async (stack) => {
                assert.equal((await stack.up()).outputs["said"]?.value, "hello");
                setEnvironment(stack, { SSH_AUTH_SOCK: second.socket });
                assert.deepEqual(changes(await stack.up()), []);
            });
            const stored = (agent: Agent) => hello({ ...without("privateKey"), agentSocketPath: agent.socket });
            await withStack({ program: stored(first) }, async (stack) => {
                await stack.up();
                stack.program = stored(second);
                assert.deepEqual(changes(await stack.up()), ["update task"]);
            });
        } finally {
            first.stop();
            second.stop();
        }
        const gone = { ...without("privateKey"), agentSocketPath: first.socket };
        assert.match(await complaint(gone), /error: dial unix .*first\.sock: connect: /);
    });
});

function setEnvironment(stack: TestStack, values: Record<string, string>): void {
    const { workspace } = stack.automation;
    workspace.envVars = { ...workspace.envVars, ...values };
}

interface Agent {
    readonly socket: string;
    stop(): void;
}

/** An ssh-agent that has the user's key. */
async function startAgent(name: string): Promise<Agent> {
    const socket = path.join(server.folder, `${name}.sock`);
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    while (!existsSync(socket)) {
        await sleep(20);
    }
    const input = server.connection.privateKey;
    execFileSync("ssh-add", ["-q", "-"], { input, env: { ...process.env, SSH_AUTH_SOCK: socket } });
    return { socket, stop: () => agent.kill() };
}

/** A port of loopback that hangs up on its first callers, and connects all others to `target`. */
async function startRelay(target: number, refusals: number) {
    let connections = 0;
    const relay: Server = createServer((caller) => {
        connections += 1;
        caller.on("error", () => undefined);
        if (connections <= refusals) {
            caller.destroy();
            return;
        }
        const onward = connect(target, "127.0.0.1");
        onward.on("error", () => undefined);
        caller.pipe(onward).pipe(caller);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => relay.once("listening", resolve));
    return {
        port: (relay.address() as AddressInfo).port,
        connections: () => connections,
        close: () => relay.close(),
    };
}
