import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { parseReport } from "../../../src/report";
import { type AgentHost, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { valid } from "../../support/report-schema";

const TUNING = { "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_keepalive_time": "600" };

for (const shell of SHELLS) {
    describe(`a rival at run time, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;

        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        beforeEach(async () => {
            await agent.host.mustExec("rm -rf /etc/tuned /etc/cloud /etc/sysctl.d/10-own.conf; : >/etc/sysctl.conf");
            await agent.apply(TUNING);
        });
        after(() => hosts.stop());

        async function rivals(): Promise<readonly string[]> {
            const { code, stdout, stderr } = await agent.verify(TUNING);
            assert.equal(code, 0, stderr);
            return valid(parseReport(stdout)).rivals ?? [];
        }

        /** A process of that name, as /proc shows it, for the time of `use`. */
        async function running<T>(program: string, use: () => Promise<T>): Promise<T> {
            const pid = await agent.host.mustExec(
                `cp "$(readlink -f "$(command -v sleep)")" /tmp/${program}; cd /tmp; ` +
                    `./${program} 60 >/dev/null 2>&1 & echo $!`,
            );
            try {
                return await use();
            } finally {
                await agent.host.exec(`kill ${pid.trim()}`);
            }
        }

        it("is not reported where there is none", async () => assert.deepEqual(await rivals(), []));

        it("may be another file with the same key, even one that loses at boot", async () => {
            await agent.host.writeFile(
                "/etc/sysctl.d/10-own.conf",
                "net.ipv4.tcp_fin_timeout = 50\nnet.ipv4.tcp_keepalive_time = 600\n",
            );
            await agent.host.writeFile("/etc/sysctl.conf", "# own\nnet/ipv4/tcp_keepalive_time=700\n");
            await agent.host.mustExec("rm -f /etc/sysctl.d/99-sysctl.conf");
            const found = await rivals();
            await agent.host.mustExec("ln -s ../sysctl.conf /etc/sysctl.d/99-sysctl.conf");
            assert.equal(found.length, 2);
            assert.match(found[0]!, /^\/etc\/sysctl\.d\/10-own\.conf:1 sets net\.ipv4\.tcp_fin_timeout = 50/);
            assert.match(found[1]!, /^\/etc\/sysctl\.conf:2 sets net\.ipv4\.tcp_keepalive_time = 700/);
        });

        it("may be cloud-init, whose configuration names the key", async () => {
            await agent.host.writeFile(
                "/etc/cloud/cloud.cfg.d/90-own.cfg",
                "runcmd:\n  # tcp_keepalive_time\n  - sysctl -w net.ipv4.tcp_fin_timeout=20\n",
            );
            assert.deepEqual(await rivals(), [
                "cloud-init may set net.ipv4.tcp_fin_timeout: /etc/cloud/cloud.cfg.d/90-own.cfg names it",
            ]);
        });

        it("may be tuned, through a profile that the active one includes, while it runs", {
            skip: shell.busybox,
        }, async () => {
            await agent.host.writeFile("/etc/tuned/active_profile", "web\n");
            await agent.host.writeFile("/etc/tuned/web/tuned.conf", "[main]\ninclude=base\n");
            await agent.host.writeFile("/etc/tuned/base/tuned.conf", "[sysctl]\nnet.ipv4.tcp_fin_timeout=10\n");
            assert.deepEqual(await rivals(), []);
            assert.deepEqual(await running("tuned", rivals), [
                "tuned runs with the profile 'base', which sets net.ipv4.tcp_fin_timeout in /etc/tuned/base/tuned.conf",
            ]);
        });

        it("may be bpftune, while it runs", { skip: shell.busybox }, async () => {
            const [found, ...more] = await running("bpftune", rivals);
            assert.match(found!, /^bpftune runs/);
            assert.deepEqual(more, []);
        });
    });
}
