import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { parseReport, type HostReport } from "../../../src/report";
import { SHELLS, startAgentHost, type AgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { mustRun } from "../../support/hosts/run";
import { timeWaitBurst } from "../../support/time-wait-burst";

const TUNING = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_sack": "1" };
const DROP_IN = "/etc/sysctl.d/99-tcp-tuning-shop-prod-web.conf";

for (const shell of SHELLS) {
    describe(`verify, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;

        before(async () => void ({ agent, hosts } = await startAgentHost(shell)));
        beforeEach(async () => {
            await agent.host.reboot();
            await agent.apply(TUNING);
        });
        after(() => hosts.stop());

        /** Verifies, expecting failure for a reason; returns the report that is printed all the same. */
        async function fails(reason: RegExp, limits = {}): Promise<HostReport> {
            const { code, stdout, stderr } = await agent.verify(TUNING, limits);
            assert.equal(code, 76, stdout);
            assert.match(stderr, reason);
            const report = parseReport(stdout);
            assert.equal(report.ok, false);
            assert.match(report.problems.join("\n"), reason);
            return report;
        }

        it("reports every key with what became of it", async () => {
            const { code, stdout, stderr } = await agent.verify(TUNING);
            assert.deepEqual([code, stderr], [0, ""]);
            const report = parseReport(stdout);
            assert.deepEqual(report.keys, {
                "net.core.somaxconn": { status: "applied", wanted: "8192", original: "4096" },
                "net.ipv4.tcp_fin_timeout": { status: "applied", wanted: "30", original: "60" },
                "net.ipv4.tcp_sack": { status: "unchanged", wanted: "1", original: "1" },
            });
            assert.deepEqual([report.ok, report.problems, report.name], [true, [], "shop-prod-web"]);
        });

        it("finds a value that is not as applied", async () => {
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            const report = await fails(/APPLY-VERIFY: net\.ipv4\.tcp_fin_timeout is 44 instead of 30/);
            assert.deepEqual(report.keys["net.ipv4.tcp_fin_timeout"], { status: "differs", wanted: "30", original: "60", live: "44" });
        });

        it("finds a drop-in that was edited or is gone, since a reboot would bring other values", async () => {
            await agent.host.mustExec(`echo "# hello" >>${DROP_IN}`);
            await fails(/99-tcp-tuning-shop-prod-web\.conf is not as written/);
            await agent.host.mustExec(`rm ${DROP_IN}`);
            await fails(/99-tcp-tuning-shop-prod-web\.conf is gone/);
        });

        it("finds that the host holds other settings than the program's", async () => {
            await agent.apply({ ...TUNING, "net.ipv4.tcp_fin_timeout": "20" });
            await fails(/holds generation \d+ with other settings than this program's/);
            await agent.apply(TUNING);
        });

        it("says so where nothing was ever applied", async () => {
            const { code, stdout, stderr } = await agent.verify(TUNING, { name: "shop-prod-db" });
            assert.deepEqual([code, stdout], [76, ""]);
            assert.match(stderr, /its ledger is gone: run pulumi up --replace/);
        });

        it("fails for a limit that this host's cap keeps from ever being exceeded", async () => {
            await fails(/VERIFY-VACUOUS: maxTimeWait 99999999 can never be exceeded: tcp_max_tw_buckets is \d+/, { maxTimeWait: 99_999_999 });
        });

        it("changes nothing on the host", async () => {
            const files = "find /etc/sysctl.d /var/lib/tcp-tuning | sort | xargs stat -c '%n %i %Y %Z'";
            const before = await agent.host.mustExec(files);
            await agent.verify(TUNING);
            assert.equal(await agent.host.mustExec(files), before);
        });

        it("passes with thousands of sockets in TIME_WAIT below the limit, and counts them", async () => {
            await timeWaitBurst(agent.host, { connections: 3000 });
            const { code, stdout } = await agent.verify(TUNING, { maxTimeWait: 10_000 });
            const { timeWait, states } = parseReport(stdout);
            assert.equal(code, 0);
            assert.ok(timeWait.count > 2500 && timeWait.count <= 3000, `counted ${timeWait.count}`);
            assert.equal(states?.["TIME_WAIT"], timeWait.count);
            assert.deepEqual([timeWait.limit, timeWait.waitedSeconds], [10_000, 0]);
        });

        it("fails when TIME_WAIT stays above its limit for the settling time, and says what helps", async () => {
            await timeWaitBurst(agent.host, { connections: 2000 });
            const report = await fails(/TIME_WAIT is \d+, above its limit of 500, after \d+ s of settling; the values stay/, {
                maxTimeWait: 500, settleSeconds: 2,
            });
            assert.ok(report.timeWait.waitedSeconds >= 2);
        });

        it("passes as soon as TIME_WAIT is within its limit", async () => {
            await timeWaitBurst(agent.host, { connections: 500 });
            const draining = agent.verify(TUNING, { maxTimeWait: 100, settleSeconds: 59 });
            await new Promise((resolve) => setTimeout(resolve, 2500));
            await mustRun(["nsenter", `--net=${agent.host.netns}`, "ss", "-K", "state", "time-wait"]);
            const { code, stdout } = await draining;
            const { timeWait } = parseReport(stdout);
            assert.equal(code, 0, stdout);
            assert.ok(timeWait.count <= 100 && timeWait.waitedSeconds >= 1, stdout);
        });

        it("fails when sockets were closed without TIME_WAIT while it settled", async () => {
            await agent.apply({ ...TUNING, "net.ipv4.tcp_max_tw_buckets": "400" });
            const tuning = { ...TUNING, "net.ipv4.tcp_max_tw_buckets": "400" };
            await timeWaitBurst(agent.host, { connections: 500 });
            const settling = agent.verify(tuning, { maxTimeWait: 300, settleSeconds: 20 });
            await new Promise((resolve) => setTimeout(resolve, 1500));
            await timeWaitBurst(agent.host, { connections: 500 });
            const { code, stdout, stderr } = await settling;
            assert.equal(code, 76);
            assert.match(stderr, /TCPTimeWaitOverflow grew by \d+ in \d+ s: sockets are closed without TIME_WAIT/);
            assert.ok(parseReport(stdout).timeWait.overflowed > 0);
        });

        it("leaves the states out where only TIME_WAIT is asked for", async () => {
            const { stdout } = await agent.verify(TUNING, { states: false, maxTimeWait: 10 });
            assert.equal(parseReport(stdout).states, undefined);
        });
    });
}

describe("the states in the report", { skip: hostsUnavailable() ?? false }, () => {
    it("are those that netstat and awk print", async () => {
        const { agent, hosts } = await startAgentHost(SHELLS[0]);
        try {
            await agent.apply(TUNING);
            await timeWaitBurst(agent.host, { connections: 200 });
            const counting = "netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}'";
            const netstat = (await agent.host.mustExec(counting)).trim().split("\n").map((line) => line.split(" "));
            const { stdout } = await agent.verify(TUNING);
            assert.deepEqual(parseReport(stdout).states, Object.fromEntries(netstat.map(([state, n]) => [state, Number(n)])));
        } finally {
            await hosts.stop();
        }
    });
});
