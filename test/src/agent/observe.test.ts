import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { driftToken } from "../../../src/observe";
import { type Observation, parseObservation } from "../../../src/report";
import { type AgentHost, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const TUNING = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };

for (const shell of SHELLS) {
    describe(`observe, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        after(() => hosts.stop());

        async function observed(settings: Record<string, string> = TUNING): Promise<Observation> {
            const { code, stdout, stderr } = await agent.observe(settings);
            assert.equal(code, 0, stderr);
            return parseObservation(stdout);
        }

        it("tells what an apply would change, and changes nothing itself", async () => {
            const before = await agent.state();
            const { drift, refusals, cautions, keys } = await observed();
            assert.deepEqual(
                [drift, refusals, cautions],
                [["nothing is applied here under the name 'shop-prod-web'"], [], []],
            );
            const { live, wanted, atBoot } = keys["net.ipv4.tcp_fin_timeout"]!;
            assert.deepEqual([live, wanted, atBoot?.value], ["60", "30", "30"]);
            assert.deepEqual(await agent.state(), before);
        });

        it("is not the same for a host that lost its ledger as before there was one", async () => {
            const before = await observed();
            assert.equal(driftToken(before), driftToken(await observed()));
            await agent.apply(TUNING);
            await agent.restore(TUNING);
            const after = await observed();
            assert.deepEqual(after.drift, before.drift);
            assert.notEqual(driftToken(after), driftToken(before));
        });

        it("tells the facts that rules go by", async () => {
            const { kernel, namespace, memoryBytes, pageSize, listening } = await observed();
            assert.equal(kernel, (await agent.host.mustExec("uname -r")).trim());
            assert.deepEqual([namespace, listening.includes(22)], ["other", true]);
            const [kibibytes] = /(?<=MemTotal: +)\d+/.exec(await agent.host.readFile("/proc/meminfo"))!;
            assert.deepEqual([memoryBytes, pageSize], [Number(kibibytes) * 1024, 4096]);
        });

        const refused: readonly (readonly [what: string, key: string, value: string, text: RegExp])[] = [
            [
                "a key that is not there",
                "net.ipv4.tcp_nothing",
                "1",
                /^KEY-MISSING: net\.ipv4\.tcp_nothing not on this host/,
            ],
            [
                "a key of the host's own namespace",
                "net.core.rmem_max",
                "1048576",
                /^KEY-READ-ONLY: net\.core\.rmem_max/,
            ],
            [
                "a congestion control that is not allowed",
                "net.ipv4.tcp_congestion_control",
                "vegas",
                /^CC: this host has/,
            ],
            ["a value out of its bounds", "net.ipv4.tcp_rmem", "4096 131072 cpus*1", /^TRIPLE-ORDER|^VAL-RANGE/],
            [
                "a key that another file decides",
                "net.ipv4.tcp_retries2",
                "9",
                /^BOOT-OVERRIDDEN: at the next boot \S+zz\.conf:1/,
            ],
            [
                "a key that another tuning has",
                "net.ipv4.tcp_sack",
                "0",
                /^KEY-OWNED: net\.ipv4\.tcp_sack already belongs to 'shop-prod-db'/,
            ],
        ];
        for (const [what, key, value, text] of refused) {
            it(`says beforehand that an apply would refuse ${what}`, async () => {
                await agent.host.writeFile("/etc/sysctl.d/zz.conf", "net.ipv4.tcp_retries2 = 8\n");
                await agent.apply({ "net.ipv4.tcp_sack": "1" }, { name: "shop-prod-db" });
                const before = await agent.state();
                const { refusals } = await observed({ ...TUNING, [key]: value });
                assert.deepEqual([refusals.length, await agent.state()], [1, before]);
                assert.match(refusals[0]!, text);
                assert.doesNotMatch(refusals[0]!, /nothing was changed/);
                const { code, stderr } = await agent.apply({ ...TUNING, [key]: value });
                assert.notEqual(code, 0);
                assert.match(stderr.replace("tcp-tuning: ", ""), text, "in the very words");
                await agent.restore({ "net.ipv4.tcp_sack": "1" }, "shop-prod-db");
                await agent.host.mustExec("rm /etc/sysctl.d/zz.conf");
            });
        }

        it("finds a tuning under its former name", async () => {
            await agent.apply(TUNING, { name: "shop-prod-old" });
            const { code, stdout } = await agent.send("observe", requestOf(TUNING, "shop-prod-web", ["shop-prod-old"]));
            assert.equal(code, 0);
            const { drift, keys } = parseObservation(stdout);
            assert.deepEqual(drift, [
                "it is applied here as 'shop-prod-old', and is taken over under the name 'shop-prod-web'",
            ]);
            assert.equal(keys["net.ipv4.tcp_fin_timeout"]?.original, "60");
            await agent.restore(TUNING, "shop-prod-old");
        });

        it("finds a host in step, a value that is not, other settings, and a run that waits", async () => {
            await agent.apply(TUNING);
            assert.deepEqual((await observed()).drift, []);
            const saved = "/var/lib/tcp-tuning/shop-prod-web/agent";
            await agent.host.mustExec(`mv ${saved} /tmp/saved`);
            assert.deepEqual((await observed()).drift, [`${saved} is gone`]);
            await agent.host.mustExec(`mv /tmp/saved ${saved}`);
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            assert.deepEqual((await observed()).drift, ["APPLY-VERIFY: net.ipv4.tcp_fin_timeout is 44 instead of 30"]);
            const { drift, keys } = await observed({ "net.ipv4.tcp_fin_timeout": "44" });
            assert.match(drift[0]!, /the program has other settings than generation 1, which the host has/);
            assert.deepEqual(
                [keys["net.core.somaxconn"]!.live, keys["net.core.somaxconn"]!.wanted],
                ["8192", "4096"],
                "dropped",
            );
            await agent.apply({ "net.ipv4.tcp_fin_timeout": "20" }, { confirmWithinSeconds: 3600 });
            assert.match((await observed()).drift[0]!, /waits for its confirmation/);
        });
    });
}
