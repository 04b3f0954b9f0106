import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseObservation, type Observation } from "../../../src/report";
import { SHELLS, startAgentHost, type AgentHost } from "../../support/agent-host";
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
            const { drift, generation, keys } = await observed();
            assert.deepEqual([drift, generation], [["nothing is applied here under the name 'shop-prod-web'"], undefined]);
            const { live, wanted, atBoot } = keys["net.ipv4.tcp_fin_timeout"]!;
            assert.deepEqual([live, wanted, atBoot?.value], ["60", "30", "30"]);
            assert.deepEqual(await agent.state(), before);
        });

        it("finds a host in step, a value that is not, other settings, and a run that waits", async () => {
            await agent.apply(TUNING);
            assert.deepEqual((await observed()).drift, []);
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            assert.deepEqual((await observed()).drift, ["APPLY-VERIFY: net.ipv4.tcp_fin_timeout is 44 instead of 30"]);
            const { drift, keys } = await observed({ "net.ipv4.tcp_fin_timeout": "44" });
            assert.match(drift[0]!, /holds generation 1 with other settings than this program's/);
            assert.deepEqual([keys["net.core.somaxconn"]!.live, keys["net.core.somaxconn"]!.wanted], ["8192", "4096"], "dropped");
            await agent.apply({ "net.ipv4.tcp_fin_timeout": "20" }, { confirmWithinSeconds: 3600 });
            assert.match((await observed()).drift[0]!, /waits for its confirmation/);
        });
    });
}
