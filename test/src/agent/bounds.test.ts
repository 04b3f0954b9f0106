import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type HostReport, parseObservation, parseReport } from "../../../src/report";
import { type AgentHost, dropInOf, type HostState, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { valid } from "../../support/report-schema";

const DROP_IN = "/etc/sysctl.d/99-tcp-tuning-shop-prod-web.conf";
const LEDGER = "/var/lib/tcp-tuning/shop-prod-web/ledger";
const BACKLOG = "net.core.somaxconn";
const TIMEOUT = "net.ipv4.tcp_fin_timeout";
const BUFFERS = "net.ipv4.tcp_rmem";

for (const shell of SHELLS) {
    describe(`bounds, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
            assert.deepEqual([untouched.values[BACKLOG], untouched.values[TIMEOUT]], ["4096", "60"]);
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/99-z.conf");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        async function applied(settings: Record<string, string>, told = /^$/): Promise<string> {
            const { code, stdout, stderr } = await agent.apply(settings);
            assert.equal(code, 0);
            assert.match(stderr, told);
            return stdout;
        }

        async function verified(settings: Record<string, string>, reason?: RegExp): Promise<HostReport> {
            const { code, stdout, stderr } = await agent.verify(settings);
            assert.equal(code, reason ? 76 : 0, stderr);
            assert.match(stderr, reason ?? /^$/);
            return valid(parseReport(stdout));
        }

        const live = (key: string) => agent.host.readSysctl(key);
        const dropIn = () => agent.host.readFile(DROP_IN);

        it("moves a value that is beyond its bound, and writes it as a plain one", async () => {
            const settings = { [BACKLOG]: ">= 8192", [`-${TIMEOUT}`]: "<= 30" };
            assert.match(await applied(settings), /"generation":1,.*"changed":2\}/);
            assert.deepEqual([await live(BACKLOG), await live(TIMEOUT)], ["8192", "30"]);
            assert.equal(await dropIn(), dropInOf({ [BACKLOG]: "8192", [`-${TIMEOUT}`]: "30" }));
            const { keys } = await verified(settings);
            assert.deepEqual(keys[BACKLOG], {
                status: "applied",
                wanted: "8192",
                bound: "at least 8192",
                original: "4096",
            });
            assert.match(await applied(settings), /"generation":1,.*"changed":0\}/);
        });

        it("leaves a value that is within its bound, and keeps it over a reboot", async () => {
            const settings = { [BACKLOG]: ">= 512", [TIMEOUT]: "<= 90" };
            await agent.host.writeSysctl(BACKLOG, 16384);
            assert.match(await applied(settings), /"generation":1,.*"changed":0\}/);
            const { keys } = await verified(settings);
            assert.deepEqual(keys[BACKLOG], {
                status: "kept",
                wanted: "16384",
                bound: "at least 512",
                original: "16384",
            });
            await agent.host.reboot();
            assert.equal(await live(BACKLOG), "16384");
            assert.match(await applied(settings), /"generation":1,.*"changed":0\}/);
        });

        it("takes each number of a triple by itself, in their order", async () => {
            const [low, middle, high] = untouched.values[BUFFERS]!.split(" ").map(Number) as [number, number, number];
            const wanted = `${low * 2} ${middle / 2} ${high * 2}`;
            await applied({ [BUFFERS]: `>= ${wanted}` });
            assert.equal(await live(BUFFERS), `${low * 2} ${middle} ${high * 2}`);
            assert.equal((await verified({ [BUFFERS]: `>= ${wanted}` })).keys[BUFFERS]?.status, "applied");
        });

        it("is in step after somebody went further than the bound, and restore tells it", async () => {
            const settings = { [BACKLOG]: ">= 8192" };
            await applied(settings);
            await agent.host.writeSysctl(BACKLOG, 20000);
            assert.match(await applied(settings), /"generation":1,.*"changed":0\}/);
            assert.deepEqual((await verified(settings)).keys[BACKLOG], {
                status: "applied",
                wanted: "8192",
                bound: "at least 8192",
                original: "4096",
                live: "20000",
            });
            assert.deepEqual(parseObservation((await agent.observe(settings)).stdout).drift, []);
            assert.match(
                (await agent.restore(settings)).stderr,
                /net\.core\.somaxconn was 20000 instead of 8192, and becomes 4096/,
            );
            assert.deepEqual(await agent.state(), untouched);
        });

        it("takes over what somebody raised when something else changes, and lets it stand from then on", async () => {
            await applied({ [BACKLOG]: ">= 8192" });
            await agent.host.writeSysctl(BACKLOG, 20000);
            const settings = { [BACKLOG]: ">= 8192", [TIMEOUT]: "30" };
            assert.match(await applied(settings), /"generation":2,.*"changed":1\}/);
            assert.match(await applied({ ...settings, [TIMEOUT]: "20" }), /"generation":3,.*"changed":1\}/);
            assert.equal(await live(BACKLOG), "20000");
            assert.equal((await verified({ ...settings, [TIMEOUT]: "20" })).keys[BACKLOG]?.status, "kept");
            await agent.restore(settings);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("finds a value that somebody moved beyond the bound, and mends it", async () => {
            const settings = { [BACKLOG]: ">= 512", [TIMEOUT]: "<= 30" };
            await applied(settings);
            await agent.host.writeSysctl(BACKLOG, 100);
            await agent.host.writeSysctl(TIMEOUT, 45);
            const { keys } = await verified(
                settings,
                /somaxconn is 100, less than at least 512\n.*is 45, more than at most 30/,
            );
            assert.deepEqual([keys[BACKLOG]?.status, keys[TIMEOUT]?.status], ["failed", "failed"]);
            assert.equal(parseObservation((await agent.observe(settings)).stdout).drift.length, 2);
            assert.match(
                await applied(settings, /somaxconn was 100 instead of \d+, and becomes 512/),
                /"generation":2,.*"changed":2\}/,
            );
            assert.deepEqual([await live(BACKLOG), await live(TIMEOUT)], ["512", "30"]);
            await agent.restore(settings);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("gives the host's own value back where a lower bound allows it", async () => {
            await applied({ [BACKLOG]: ">= 8192" });
            await applied({ [BACKLOG]: ">= 6000" });
            assert.equal(await live(BACKLOG), "6000");
            await applied({ [BACKLOG]: ">= 2000" });
            assert.equal(await live(BACKLOG), "4096");
            assert.match(await agent.host.readFile(LEDGER), /^own net\.core\.somaxconn 4096$/m);
        });

        it("asks of a later file only that it is within the bound", async () => {
            await agent.host.writeFile("/etc/sysctl.d/99-z.conf", `${BACKLOG} = 9000\n`);
            const settings = { [BACKLOG]: ">= 8192" };
            await applied(settings);
            assert.equal((await verified(settings)).keys[BACKLOG]?.status, "applied");
            const { code, stderr } = await agent.apply({ [BACKLOG]: ">= 9500" });
            assert.equal(code, 71);
            assert.match(stderr, /BOOT-OVERRIDDEN: .*99-z\.conf:1 gives net\.core\.somaxconn the value 9000/);
        });

        it("refuses a bound that is no number", async () => {
            assert.equal((await agent.apply({ "net.ipv4.tcp_congestion_control": ">= cubic" })).code, 65);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}
