import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { parseObservation, parseReport } from "../../../src/report";
import { type AgentHost, dropInOf, type HostState, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { valid } from "../../support/report-schema";

const DROP_IN = "/etc/sysctl.d/99-tcp-tuning-shop-prod-web.conf";
const BACKLOG = "net.core.somaxconn";
const BUFFERS = "net.ipv4.tcp_rmem";
const MIB = 1024 ** 2;

for (const shell of SHELLS) {
    describe(`values that the host computes, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
            await machine(8192, 4);
        });
        afterEach(async () => {
            await agent.restore({ [BACKLOG]: "1" });
            await machine(8192, 4);
            assert.deepEqual(await agent.state(), untouched);
        });
        after(() => hosts.stop());

        /** Lets the host have so much memory and so many processors, as far as it can see. */
        async function machine(mebibytes: number, processors: number): Promise<void> {
            const stat = ["cpu  1 0 0 1", ...Array.from({ length: processors }, (_, cpu) => `cpu${cpu} 1 0 0 1`)].join(
                "\n",
            );
            await agent.host.writeFile("/var/tmp/meminfo", `MemTotal:       ${mebibytes * 1024} kB\n`);
            await agent.host.writeFile("/var/tmp/stat", `${stat}\n`);
            await agent.host.mustExec(
                "umount /proc/meminfo /proc/stat 2>/dev/null; for file in meminfo stat; do " +
                    "mount --bind /var/tmp/$file /proc/$file || exit; done",
            );
        }

        const live = (key: string) => agent.host.readSysctl(key);

        it("follow memory and processors, and stand in the drop-in as plain ones", async () => {
            const settings = { [BACKLOG]: "cpus*1024", [BUFFERS]: "4096 131072 bytes*0.01" };
            assert.equal((await agent.apply(settings)).code, 0);
            const largest = String(Math.round(8192 * MIB * 0.01));
            assert.deepEqual([await live(BACKLOG), await live(BUFFERS)], ["4096", `4096 131072 ${largest}`]);
            assert.equal(
                await agent.host.readFile(DROP_IN),
                dropInOf({ [BACKLOG]: "4096", [BUFFERS]: `4096 131072 ${largest}` }),
            );
            const { keys } = valid(parseReport((await agent.verify(settings)).stdout));
            assert.equal(keys[BACKLOG]?.computed, "1024 per CPU");
            assert.equal(keys[BUFFERS]?.computed, "4096 131072 (1% of memory)");
            assert.match((await agent.apply(settings)).stdout, /"generation":1,.*"changed":0\}/);
        });

        it("count memory in whole 64 MiB, so that another kernel's own need does not move them", async () => {
            const settings = { [BUFFERS]: "4096 131072 bytes*0.01" };
            await agent.apply(settings);
            await machine(8200, 4);
            assert.match((await agent.apply(settings)).stdout, /"generation":1,.*"changed":0\}/);
        });

        it("are a drift once the machine is another, and change with the next apply", async () => {
            const settings = { [BACKLOG]: ">= cpus*2048" };
            await agent.apply(settings);
            assert.equal(await live(BACKLOG), "8192");
            await machine(8192, 16);
            const { drift, keys } = parseObservation((await agent.observe(settings)).stdout);
            assert.deepEqual(drift, [`memory or processors are others: now ${BACKLOG} 32768 = cpus*2048`]);
            assert.deepEqual([keys[BACKLOG]?.live, keys[BACKLOG]?.wanted], ["8192", "32768"]);
            assert.match((await agent.apply(settings)).stdout, /"generation":2,.*"changed":1\}/);
            assert.equal(await live(BACKLOG), "32768");
            assert.deepEqual(parseObservation((await agent.observe(settings)).stdout).drift, []);
        });

        it("keep within their limits", async () => {
            await agent.apply({ [BACKLOG]: "cpus*10:1000-", [BUFFERS]: "4096 cpus*1:65536- bytes*0.5:-16777216" });
            assert.deepEqual([await live(BACKLOG), await live(BUFFERS)], ["1000", "4096 65536 16777216"]);
        });

        it("are refused, with nothing changed, beyond the key's own bounds or in the wrong order", async () => {
            await machine(65536, 4);
            const { code, stderr } = await agent.apply({ [BUFFERS]: "4096 131072 bytes*0.5" });
            assert.equal(code, 74);
            assert.match(
                stderr,
                /VAL-RANGE: beyond 4096\.\.2147483647 on this host: net\.ipv4\.tcp_rmem 4096 131072 34359738368 = /,
            );
            assert.match((await agent.apply({ [BUFFERS]: "cpus*2048 cpus*2000 bytes*0.01" })).stderr, /TRIPLE-ORDER/);
            assert.match((await agent.apply({ [BUFFERS]: "cpus*10 131072 bytes*0.01" })).stderr, /VAL-RANGE/);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("are refused where nobody knows the fact", async () => {
            assert.equal((await agent.apply({ [BACKLOG]: "disks*10" })).code, 65);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}
