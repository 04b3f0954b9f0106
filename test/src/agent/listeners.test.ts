import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { type HostReport, type ListenerReport, parseReport, summarise } from "../../../src/report";
import { type AgentHost, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { type Listener, type ListenerOptions, startListener } from "../../support/listener";
import { valid } from "../../support/report-schema";

type Settings = Record<string, string>;

const PORT = 8080;
/** More than the host's 4096, so that a listener that asks for more is capped until it is restarted. */
const BACKLOG: Settings = { "net.core.somaxconn": "8192" };
const BUFFERS: Settings = { "net.ipv4.tcp_rmem": "8192 131072 6291456" };
const UNRELATED: Settings = { "net.ipv4.tcp_fin_timeout": "30" };

for (const shell of SHELLS) {
    describe(`the listeners in the report, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        /** Where there is no ss, as on the busybox host, nobody can tell a backlog. */
        const showsBacklog = !shell.busybox;
        let agent: AgentHost;
        let hosts: TestHosts;
        let listeners: Listener[] = [];

        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        beforeEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning*");
            await agent.host.reboot();
        });
        afterEach(async () => {
            await Promise.all(listeners.map((listener) => listener.stop()));
            listeners = [];
        });
        after(() => hosts.stop());

        async function listening(options: ListenerOptions = {}): Promise<Listener> {
            const listener = await startListener(agent.host, { port: PORT, backlog: 16384, ...options });
            listeners.push(listener);
            return listener;
        }

        async function ended(listener: Listener): Promise<void> {
            listeners = listeners.filter((each) => each !== listener);
            await listener.stop();
        }

        async function applied(settings: Settings): Promise<void> {
            const { code, stderr } = await agent.apply(settings);
            assert.equal(code, 0, stderr);
        }

        async function reported(settings: Settings): Promise<HostReport> {
            const { code, stdout, stderr } = await agent.verify(settings);
            assert.equal(code, 0, stderr);
            return valid(parseReport(stdout));
        }

        /** The test's own listeners, without the host's sshd. */
        async function listed(settings: Settings): Promise<readonly ListenerReport[]> {
            return (await reported(settings)).listeners.listed.filter(({ port }) => port !== 22);
        }

        it("name a program that started before the change, until it is restarted", async () => {
            const old = await listening();
            await applied(BACKLOG);
            const { listeners: found, ...report } = await reported(BACKLOG);
            const { pid = 0, ...listener } =
                found.listed.find(({ port }) => port === PORT) ?? assert.fail("not listed");
            assert.deepEqual(listener, {
                address: "0.0.0.0",
                port: PORT,
                process: "shop web",
                somaxconn: 8192,
                restartNeeded: true,
                ...(showsBacklog ? { backlog: 4096 } : {}),
            });
            assert.match(await agent.host.readFile(`/proc/${pid}/cmdline`), /^shop web/);
            assert.match(summarise({ ...report, listeners: found }), /; restart needed: .*shop web \(8080\)/);

            await ended(old);
            await listening();
            assert.deepEqual(await listed(BACKLOG), []);
        });

        it("name it for buffers as well, whatever its backlog", async () => {
            await listening({ backlog: 5 });
            await applied(BUFFERS);
            const [listener] = await listed(BUFFERS);
            assert.deepEqual([listener?.port, listener?.restartNeeded], [PORT, true]);
        });

        it("need no restart for values that running listeners follow", async () => {
            await listening();
            await applied(UNRELATED);
            assert.deepEqual((await reported(UNRELATED)).listeners, { total: 0, listed: [] });
        });

        it("still need it after a later change of other values, and when the value is given back", async () => {
            await listening();
            await applied(BUFFERS);
            await applied({ ...BUFFERS, ...UNRELATED });
            assert.equal((await listed({ ...BUFFERS, ...UNRELATED })).length, 1);

            const born = await listening({ port: PORT + 1 });
            await applied(UNRELATED);
            assert.deepEqual(
                (await listed(UNRELATED)).map(({ port }) => port),
                [PORT, born.port],
            );
        });

        it("need nothing after a reboot, when all of them started with the values in force", async () => {
            await applied({ ...BACKLOG, ...BUFFERS });
            await listening({ backlog: 8192 });
            await agent.host.reboot();
            listeners = [];
            await listening();
            assert.deepEqual(await listed({ ...BACKLOG, ...BUFFERS }), []);
        });

        it("tell a small backlog of the program's own, which no restart would change", {
            skip: !showsBacklog,
        }, async () => {
            await listening({ backlog: 100 });
            await applied(BACKLOG);
            const [listener] = await listed(BACKLOG);
            assert.deepEqual([listener?.backlog, listener?.restartNeeded], [100, false]);
            assert.doesNotMatch(summarise(await reported(BACKLOG)), /restart needed/);
        });

        it("do not tell a small backlog to a tuning without somaxconn", async () => {
            await applied(BUFFERS);
            await listening({ backlog: 100 });
            assert.deepEqual(await listed(BUFFERS), []);
        });

        it("are told with their addresses, for IPv6 too", async () => {
            await listening({ address: "127.0.0.1" });
            await listening({ address: "::1", port: PORT + 1 });
            await applied(BUFFERS);
            assert.deepEqual(
                (await listed(BUFFERS)).map(({ address, port }) => `${address} ${port}`),
                ["127.0.0.1 8080", "::1 8081"],
            );
        });

        it("are at most 20, with their total, those that need a restart first", async () => {
            await listening({ port: 9999 });
            await applied(BACKLOG);
            await startMany(30);
            const { total, listed: first } = (await reported(BACKLOG)).listeners;
            if (showsBacklog) {
                assert.ok(total >= 31, `total ${total}`);
                assert.equal(first.length, 20);
            }
            assert.equal(
                first.findIndex(({ port }) => port === 9999),
                shell.busybox ? first.length - 1 : 0,
            );
        });

        async function startMany(count: number): Promise<void> {
            for (let n = 0; n < count; n++) {
                await listening({ port: 7000 + n, backlog: 10, program: `many ${n}` });
            }
        }
    });
}
