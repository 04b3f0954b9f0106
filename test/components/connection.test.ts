import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, TcpTuning } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { type TestStack, withStack } from "../support/stack";
import { connectionTo, tuningOf } from "../support/tuning";

describe("the connection", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let web: TestHost;
    let bastion: TestHost;

    before(async () => {
        hosts = await startHosts({ count: 2 });
        [web, bastion] = hosts.hosts as [TestHost, TestHost];
    });
    after(() => hosts.stop());

    /** Tunes and restores the host by a connection; `look` sees the stack while it is up. */
    async function tunes(
        connection: pulumi.Input<ConnectionArgs>,
        {
            become = false,
            env = {},
            knownHosts = hosts.knownHostsFile as string | undefined,
            insecureIgnoreHostKey = false,
        },
        look: (stack: TestStack, text: string) => Promise<void> = async () => undefined,
    ): Promise<void> {
        const program = async () =>
            void new TcpTuning("web", tuningOf(web, hosts, { connection, become, knownHosts, insecureIgnoreHostKey }));
        await withStack({ program, env }, async (stack) => {
            const { text } = await stack.up();
            try {
                assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
                await look(stack, text);
            } finally {
                await stack.destroy();
            }
        });
        assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "60");
    }

    it("becomes root through sudo", () => tunes(connectionTo(web, hosts, { user: "deploy" }), { become: true }));

    it("goes through a bastion", async () => {
        const proxy = { host: bastion.address, user: "deploy", privateKey: hosts.privateKey };
        await tunes(connectionTo(web, hosts, { proxy }), {});
    });

    it("uses the keys of an SSH agent, whose socket is not stored", async () => {
        const agent = execFileSync("ssh-agent", ["-s"], { encoding: "utf8" });
        const [, socket = ""] = /SSH_AUTH_SOCK=([^;]+)/.exec(agent) ?? [];
        const [, pid = ""] = /SSH_AGENT_PID=(\d+)/.exec(agent) ?? [];
        try {
            const env = { SSH_AUTH_SOCK: socket };
            execFileSync("ssh-add", ["-q", hosts.privateKeyFile], { env: { ...process.env, ...env } });
            const connection = connectionTo(web, hosts, { privateKey: undefined, agentSocketPath: "/tmp/other.sock" });
            await tunes(connection, { env }, async (stack) => {
                assert.doesNotMatch(JSON.stringify(await stack.automation.exportStack()), /agentSocketPath/);
            });
        } finally {
            process.kill(Number(pid));
        }
    });

    it("takes the host key from the connection", () =>
        tunes(connectionTo(web, hosts, { hostKey: web.hostKeys.ecdsa }), { knownHosts: undefined }));

    it("gives the check of the host key up only when told to, and warns", () =>
        tunes(connectionTo(web, hosts), { knownHosts: undefined, insecureIgnoreHostKey: true }, async (_, text) =>
            assert.match(text, /insecureIgnoreHostKey: the host's key is not checked/),
        ));

    it("can be an Output as a whole", () =>
        tunes(pulumi.output(Promise.resolve(connectionTo(web, hosts) as pulumi.Unwrap<ConnectionArgs>)), {}));

    it("leaves no secret in the state, nor in what is printed", async () => {
        const secrets = [hosts.privateKey, hosts.privateKey.split("\n")[2] ?? "", "hunter2-passphrase"];
        const connection = {
            ...connectionTo(web, hosts),
            password: "hunter2-passphrase",
            unknown: "hunter2-passphrase",
        };
        await tunes(connection, {}, async (stack, text) => {
            const state = everythingBelow(stack.folder);
            assert.ok(state.length > 5, "the state folder is where the test looks");
            for (const secret of secrets) {
                assert.ok(!text.includes(secret), "not in the output");
                assert.deepEqual(
                    state.filter(({ content }) => content.includes(secret)).map(({ file }) => file),
                    [],
                );
            }
        });
    });
});

function everythingBelow(folder: string): { file: string; content: string }[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({ file, content: readFileSync(file, "latin1") }));
}
