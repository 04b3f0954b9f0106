import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type HostReport, parseReport } from "../../../src/report";
import { type AgentHost, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";
import { mustRun } from "../../support/hosts/run";
import { valid } from "../../support/report-schema";
import { timeWaitBurst } from "../../support/time-wait-burst";

const TUNING = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_sack": "1" };
/** Every report of these tests is one by the package's JSON Schema. */
const reportOf = (stdout: string): HostReport => valid(parseReport(stdout));
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
            const report = reportOf(stdout);
            assert.equal(report.ok, false);
            assert.match(report.problems.join("\n"), reason);
            return report;
        }

        it("reports every key with what became of it", async () => {
            const { code, stdout, stderr } = await agent.verify(TUNING);
            assert.deepEqual([code, stderr], [0, ""]);
            const report = reportOf(stdout);
            assert.deepEqual(report.keys, {
                "net.core.somaxconn": { status: "applied", wanted: "8192", original: "4096" },
                "net.ipv4.tcp_fin_timeout": { status: "applied", wanted: "30", original: "60" },
                "net.ipv4.tcp_sack": { status: "unchanged", wanted: "1", original: "1" },
            });
            assert.deepEqual([report.ok, report.problems, report.name], [true, [], "shop-prod-web"]);
            assert.deepEqual(report.states, { before: {}, now: {} }, "no connection yet");
        });

        it("says when it was, in UTC by the host's clock, whatever the host's time zone", async () => {
            const second = () => Math.floor(Date.now() / 1000) * 1000;
            const before = second();
            const command = `TZ=XYZ-5 ${shell.shell} /var/lib/tcp-tuning/shop-prod-web/agent verify shop-prod-web`;
            const { verifiedAt } = reportOf(await agent.host.mustExec(command));
            const at = Date.parse(verifiedAt);
            assert.ok(before <= at && at <= second(), verifiedAt);
        });

        it("finds a value that is not as applied", async () => {
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            const report = await fails(/APPLY-VERIFY: net\.ipv4\.tcp_fin_timeout is 44 instead of 30/);
            assert.deepEqual(report.keys["net.ipv4.tcp_fin_timeout"], {
                status: "failed",
                wanted: "30",
                original: "60",
                live: "44",
                why: "is 44 instead of 30",
            });
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
            assert.match(
                stderr,
                /^tcp-tuning: nothing is applied here under this name, .* run pulumi up with observe: true, which applies it anew$/m,
            );
        });

        it("fails for a limit that this host's cap keeps from ever being exceeded", async () => {
            await fails(/VERIFY-VACUOUS: maxTimeWait 99999999 can never be exceeded: tcp_max_tw_buckets is \d+/, {
                maxTimeWait: 99_999_999,
            });
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
            const { timeWait, states } = reportOf(stdout);
            assert.equal(code, 0);
            assert.ok(timeWait.count > 2500 && timeWait.count <= 3000, `counted ${timeWait.count}`);
            assert.equal(states?.now["TIME_WAIT"], timeWait.count);
            assert.deepEqual([timeWait.limit, timeWait.waitedSeconds], [10_000, 0]);
        });

        it("fails when TIME_WAIT stays above its limit for the settling time, and says what helps", async () => {
            await timeWaitBurst(agent.host, { connections: 2000 });
            const report = await fails(
                /TIME_WAIT is \d+, above its limit of 500, after \d+ s of settling; the values stay/,
                {
                    maxTimeWait: 500,
                    settleSeconds: 2,
                },
            );
            const { start, highest, count, waitedSeconds } = report.timeWait;
            assert.ok(waitedSeconds >= 2);
            assert.ok(
                start > 500 && highest >= start && count > 500 && count <= highest,
                JSON.stringify(report.timeWait),
            );
        });

        it("passes as soon as TIME_WAIT is within its limit", async () => {
            await timeWaitBurst(agent.host, { connections: 500 });
            const draining = agent.verify(TUNING, { maxTimeWait: 100, settleSeconds: 59 });
            await new Promise((resolve) => setTimeout(resolve, 2500));
            await mustRun(["nsenter", `--net=${agent.host.netns}`, "ss", "-K", "state", "time-wait"]);
            const { code, stdout } = await draining;
            const { timeWait } = reportOf(stdout);
            assert.equal(code, 0, stdout);
            assert.ok(timeWait.count <= 100 && timeWait.waitedSeconds >= 1, stdout);
            assert.ok(timeWait.start > 400 && timeWait.highest >= timeWait.start, stdout);
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
            const { timeWait, counters } = reportOf(stdout);
            assert.ok(timeWait.overflowed > 0);
            const { before = 0, now } = counters.TCPTimeWaitOverflow;
            assert.ok(now - before >= timeWait.overflowed, stdout);
        });

        it("compares the states and counters with those before the last change of a value", async () => {
            await timeWaitBurst(agent.host, { connections: 300 });
            await agent.apply({ ...TUNING, "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_max_tw_buckets": "400" });
            const tuning = { ...TUNING, "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_max_tw_buckets": "400" };
            await timeWaitBurst(agent.host, { connections: 300 });
            const { stdout } = await agent.verify(tuning);
            const { states, counters, orphans } = reportOf(stdout);
            assert.equal(states?.before?.["TIME_WAIT"], 300);
            assert.equal(states.now["TIME_WAIT"], 400);
            // A connection may end without TIME_WAIT on either side.
            const { before, now } = counters.TCPTimeWaitOverflow;
            assert.ok(before === 0 && now > 190 && now <= 200, `overflowed ${now} times`);
            assert.deepEqual(counters.ListenDrops, { before: 0, now: 0 });
            assert.ok(orphans >= 0);

            await agent.apply(tuning);
            assert.equal(
                reportOf((await agent.verify(tuning)).stdout).states?.before?.["TIME_WAIT"],
                300,
                "nothing was changed",
            );
        });

        it("has nothing from before to compare with after a reboot", async () => {
            await agent.host.reboot();
            const { states, counters } = reportOf((await agent.verify(TUNING)).stdout);
            assert.deepEqual([states?.before, counters.ListenDrops], [undefined, { now: 0 }]);
        });

        it("tells an optional key of the host's own network namespace from one that the kernel lacks", async () => {
            const optional = {
                ...TUNING,
                "-net.core.rmem_max": "16777216",
                "-net.ipv4.tcp_max_orphans": "65536",
                "-net.ipv4.tcp_nonsuch": "1",
            };
            const { code, stderr } = await agent.apply(optional);
            assert.equal(code, 0, stderr);
            const { keys, namespace } = reportOf((await agent.verify(optional)).stdout);
            const live = await agent.host.readSysctl("net.core.rmem_max");
            assert.equal(namespace, "other");
            assert.deepEqual(keys["net.core.rmem_max"], { status: "otherNamespace", wanted: "16777216", live });
            assert.deepEqual(keys["net.ipv4.tcp_max_orphans"], { status: "otherNamespace", wanted: "65536" });
            assert.deepEqual(keys["net.ipv4.tcp_nonsuch"], { status: "missing", wanted: "1" });
            assert.match((await agent.apply(optional)).stdout, /"changed":0/);
        });

        it("leaves the states out where only TIME_WAIT is asked for", async () => {
            const { stdout } = await agent.verify(TUNING, { states: false, maxTimeWait: 10 });
            assert.equal(reportOf(stdout).states, undefined);
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
            const netstat = (await agent.host.mustExec(counting))
                .trim()
                .split("\n")
                .map((line) => line.split(" "));
            const { stdout } = await agent.verify(TUNING);
            assert.deepEqual(
                reportOf(stdout).states?.now,
                Object.fromEntries(netstat.map(([state, n]) => [state, Number(n)])),
            );
        } finally {
            await hosts.stop();
        }
    });
});
