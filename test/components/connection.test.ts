import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { type ConnectionArgs, TcpTuning } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { addIpv6Address } from "../support/hosts/ipv6";
import { encrypted, PASSPHRASE } from "../support/private-key";
import { startSlowLink } from "../support/slow-link";
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

    /** Observes, tunes and restores the host by a connection; `look` sees the stack while it is up. */
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
            void new TcpTuning(
                "web",
                tuningOf(web, hosts, { connection, become, knownHosts, insecureIgnoreHostKey, observe: true }),
            );
        await withStack({ program, env }, async (stack) => {
            const { text } = await stack.up();
            try {
                assert.doesNotMatch(text, /could not be observed/);
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
            process.env["SSH_AUTH_SOCK"] = socket; // the program's, which observes
            execFileSync("ssh-add", ["-q", hosts.privateKeyFile], { env: { ...process.env, ...env } });
            const connection = connectionTo(web, hosts, { privateKey: undefined, agentSocketPath: "/tmp/other.sock" });
            await tunes(connection, { env }, async (stack) => {
                assert.doesNotMatch(JSON.stringify(await stack.automation.exportStack()), /agentSocketPath/);
            });
        } finally {
            delete process.env["SSH_AUTH_SOCK"];
            process.kill(Number(pid));
        }
    });

    it("opens an encrypted key with its passphrase", async () => {
        const privateKey = encrypted(hosts.privateKey, PASSPHRASE);
        const connection = connectionTo(web, hosts, { privateKey, privateKeyPassword: PASSPHRASE });
        await tunes(connection, {}, async (stack, text) => {
            const kept = everythingBelow(stack.folder);
            assert.deepEqual(
                kept.filter(({ content }) => content.includes(PASSPHRASE)),
                [],
            );
            assert.ok(!text.includes(PASSPHRASE));
        });
    });

    it("may be to another port, whose host key is found hashed", async () => {
        await listenOn(2222);
        await tunes(connectionTo(web, hosts, { port: 2222 }), { knownHosts: hashed(`[${web.address}]:2222`) });
    });

    it("may be to an IPv6 address, whose host key is found hashed, on its port and on another", async () => {
        const host = await addIpv6Address(web, hosts);
        await tunes(connectionTo(web, hosts, { host }), { knownHosts: hashed(host) });
        await listenOn(2223);
        await tunes(connectionTo(web, hosts, { host, port: 2223 }), { knownHosts: hashed(`[${host}]:2223`) });
    });

    it("may be slow", async () => {
        const link = await startSlowLink(web.address, web.port, 200);
        try {
            const far = { host: "127.0.0.1", port: link.port, hostKey: web.hostKeys.ecdsa };
            await tunes(connectionTo(web, hosts, far), {});
            assert.ok(link.carried() > 50_000, "it went over the link");
        } finally {
            link.stop();
        }
    });

    /** A second SSH server of the host, until its next boot. */
    const listenOn = (port: number) => web.mustExec(`/usr/sbin/sshd -p ${port} -o PidFile=none`);

    /** A known_hosts file as `ssh-keygen -H` leaves it: nobody can read in it whose keys it has. */
    function hashed(name: string): string {
        const file = join(web.path("/tmp"), "known_hosts");
        writeFileSync(
            file,
            Object.values(web.hostKeys)
                .map((key) => `${name} ${key}\n`)
                .join(""),
        );
        execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
        assert.doesNotMatch(readFileSync(file, "utf8"), new RegExp(web.address));
        return file;
    }

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
