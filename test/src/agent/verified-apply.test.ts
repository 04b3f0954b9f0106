import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApplyRequest } from "../../../src/agent/request";
import { type HostReport, parseReport } from "../../../src/report";
import { type AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { CutSession } from "../../support/cut-session";
import { type CommandResult, hostsUnavailable, type TestHosts } from "../../support/hosts";
import { mustRun } from "../../support/hosts/run";
import { valid } from "../../support/report-schema";
import { timeWaitBurst } from "../../support/time-wait-burst";

const NAME = "shop-prod-web";
const DIR = `/var/lib/tcp-tuning/${NAME}`;
const OLD = { "net.ipv4.tcp_fin_timeout": "40", "net.ipv4.tcp_sack": "0" };
const NEW = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };
const VERIFIED = { verify: {} };
/** With 600 sockets in TIME_WAIT it settles until these are taken away, or for as long. */
const SETTLING = { verify: { maxTimeWait: 100, settleSeconds: 50 } };
/** The same, given up soon. */
const IMPATIENT = { verify: { maxTimeWait: 100, settleSeconds: 1 } };
const GUARD = { confirmWithinSeconds: 3600 };

const reportIn = (line = ""): HostReport => valid(parseReport(line));

for (const shell of SHELLS) {
    describe(`a verified apply, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/zz*");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        const applied = (result: CommandResult) => {
            assert.equal(result.code, 0, result.stderr);
            const [receipt = "", report, ...rest] = result.stdout.split("\n");
            assert.deepEqual(rest, [""], "two lines");
            return { receipt: JSON.parse(receipt) as { verb: string; generation: number; changed: number }, report };
        };

        /** It ends with 76, for a reason, and prints its report alone. */
        function fails({ code, stdout, stderr }: CommandResult, reason: RegExp): HostReport {
            assert.equal(code, 76, stderr);
            assert.match(stderr, reason);
            const [line, ...rest] = stdout.split("\n");
            assert.deepEqual(rest, [""], "no receipt");
            const report = reportIn(line);
            assert.equal(report.ok, false);
            assert.notDeepEqual(report.problems, []);
            return report;
        }

        /** Values, files and their content. */
        const everything = async () => [
            await agent.state(),
            (await agent.host.exec("find /etc/sysctl.d /var/lib/tcp-tuning -type f | sort | xargs cat")).stdout,
        ];

        const killTimeWait = () => mustRun(["nsenter", `--net=${agent.host.netns}`, "ss", "-K", "state", "time-wait"]);

        /** To all processes of the apply. */
        const signal = (name: "TERM" | "KILL") =>
            agent.host.mustExec(
                "for p in /proc/[0-9]*; do case $(tr '\\0' ' ' <$p/cmdline 2>/dev/null) in " +
                    `*'tcp-tuning appl'[y]*) kill -${name} \${p#/proc/} ;; esac; done; true`,
            );

        /** Starts an apply, and returns while it settles. */
        async function settling(options: Partial<ApplyRequest> = SETTLING): Promise<{ ends: Promise<CommandResult> }> {
            await timeWaitBurst(agent.host, { connections: 600 });
            const ends = agent.apply(NEW, options);
            const isWaiting = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -q '[s]leep 1 '";
            for (let tries = 0; (await agent.host.exec(isWaiting)).code !== 0; tries++) {
                assert.ok(tries < 300, "it settles");
                await sleep(20);
            }
            assert.deepEqual(await agent.host.readSysctls(Object.keys(NEW)), NEW);
            return { ends };
        }

        it("prints its receipt, and then the report that verify prints of the host as it is then", async () => {
            await agent.apply(OLD);
            const { receipt, report } = applied(await agent.apply(NEW, VERIFIED));
            assert.deepEqual([receipt.verb, receipt.generation, receipt.changed], ["apply", 2, 3]);
            const { code, stdout } = await agent.verify(NEW);
            assert.equal(code, 0);
            const lasting = (line = "") => {
                const { verifiedAt, orphans, counters, ...same } = reportIn(line);
                return { ...same, counters: Object.values(counters).map(({ before }) => before) };
            };
            assert.deepEqual(lasting(report), lasting(stdout));
            assert.equal(lasting(report).ok, true);
        });

        it("verifies a host that is in step, too", async () => {
            const first = applied(await agent.apply(NEW, VERIFIED));
            const second = applied(await agent.apply(NEW, { verify: { states: false } }));
            assert.deepEqual([first.receipt.changed, second.receipt.changed], [2, 0]);
            assert.deepEqual([reportIn(second.report).ok, reportIn(second.report).states], [true, undefined]);
            assert.equal(reportIn(second.report).generation, 1);
        });

        it("says so where a host that is in step does not hold, and leaves it", async () => {
            await agent.apply(NEW);
            const before = await everything();
            await timeWaitBurst(agent.host, { connections: 600 });
            const result = await agent.apply(NEW, IMPATIENT);
            const ending = /TIME_WAIT is \d+, above its limit of 100.*; nothing had to be changed, and nothing was$/m;
            fails(result, ending);
            assert.deepEqual(await everything(), before);
        });

        it("leaves an untouched host untouched when TIME_WAIT stays above its limit", async () => {
            await timeWaitBurst(agent.host, { connections: 600 });
            const report = fails(
                await agent.apply(NEW, IMPATIENT),
                /^tcp-tuning: TIME_WAIT is \d+, above its limit of 100, after \d+ s of settling\. .*; every value is as before$/m,
            );
            assert.ok(report.timeWait.count > 100 && report.timeWait.waitedSeconds >= 1);
            assert.deepEqual(await agent.state(), untouched);
            assert.equal(await agent.host.exists("/var/lib/tcp-tuning"), false);
        });

        it("gives a tuned host its former values, drop-in and ledger back, to the letter", async () => {
            await agent.apply(OLD);
            const before = await everything();
            await timeWaitBurst(agent.host, { connections: 600 });
            fails(await agent.apply(NEW, IMPATIENT), /every value is as before$/m);
            assert.deepEqual(await everything(), before);
            assert.equal((await agent.verify(OLD)).code, 0);
            await agent.host.reboot();
            assert.deepEqual((await agent.state()).values, (before[0] as HostState).values);
        });

        it("gives a former name its tuning back", async () => {
            await agent.apply(OLD, { name: "shop-prod-www" });
            const before = await everything();
            await timeWaitBurst(agent.host, { connections: 600 });
            fails(await agent.apply(NEW, { ...IMPATIENT, formers: ["shop-prod-www"] }), /every value is as before$/m);
            assert.deepEqual(await everything(), before);
        });

        it("passes as soon as TIME_WAIT is within its limit", async () => {
            const { ends } = await settling();
            await killTimeWait();
            const { timeWait } = reportIn(applied(await ends).report);
            assert.ok(timeWait.start > 500 && timeWait.count <= 100 && timeWait.waitedSeconds >= 1);
        });

        it("tells every problem that it finds after settling, each in a line", async () => {
            const { ends } = await settling();
            await agent.host.writeSysctl("net.core.somaxconn", 99);
            await agent.host.writeFile("/etc/sysctl.d/zz-local.conf", "net.ipv4.tcp_fin_timeout = 77\n");
            await killTimeWait();
            const result = await ends;
            const report = fails(
                result,
                /^tcp-tuning: APPLY-VERIFY: net\.core\.somaxconn is 99 instead of 8192\ntcp-tuning: BOOT-OVERRIDDEN: .*zz-local\.conf:1 gives net\.ipv4\.tcp_fin_timeout the value 77.*; every value is as before$/m,
            );
            assert.equal(report.problems.length, 2);
            await agent.host.mustExec("rm /etc/sysctl.d/zz-local.conf");
            assert.deepEqual(await agent.state(), untouched);
        });

        it("reports an overridden value where that was allowed", async () => {
            await agent.host.writeFile("/etc/sysctl.d/zz-local.conf", "net.ipv4.tcp_fin_timeout = 77\n");
            const { report } = applied(await agent.apply(NEW, { ...VERIFIED, onOverride: "warn" }));
            assert.deepEqual(reportIn(report).keys["net.ipv4.tcp_fin_timeout"], {
                status: "overridden",
                wanted: "30",
                original: "60",
                atBoot: { by: "/etc/sysctl.d/zz-local.conf:1", value: "77" },
            });
        });

        it("fails for a limit that the cap keeps from ever being exceeded", async () => {
            const result = await agent.apply(NEW, { verify: { maxTimeWait: 99_999_999 } });
            fails(result, /VERIFY-VACUOUS: maxTimeWait 99999999 .*; every value is as before$/m);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("is undone by a signal while it settles", async () => {
            await agent.apply(OLD);
            const before = await everything();
            const { ends } = await settling();
            await signal("TERM");
            const { stdout, stderr } = await ends;
            assert.equal(stdout, "");
            assert.match(stderr, /stopped by a signal; every value is as before/);
            assert.deepEqual(await everything(), before);
        });

        for (const next of ["apply", "restore", "a reboot"] as const) {
            it(`is undone by what comes next when it is killed while it settles: ${next}`, async () => {
                await agent.apply(OLD);
                const before = await agent.state();
                const { ends } = await settling();
                await signal("KILL");
                assert.notEqual((await ends).code, 0);
                await killTimeWait();
                if (next === "apply") {
                    const { report } = applied(await agent.apply(NEW, SETTLING));
                    assert.equal(reportIn(report).generation, 2);
                    assert.equal((await agent.restore(NEW)).code, 0);
                    assert.deepEqual(await agent.state(), untouched);
                } else if (next === "restore") {
                    assert.equal((await agent.restore(NEW)).code, 0);
                    assert.deepEqual(await agent.state(), untouched);
                } else {
                    await agent.host.reboot();
                    assert.deepEqual((await agent.state()).values, before.values);
                    assert.match(applied(await agent.apply(OLD, VERIFIED)).report ?? "", /"ok":true/);
                    assert.deepEqual(await agent.state(), before);
                }
            });
        }

        it("says so where a value cannot be put back, and the next run does it", async () => {
            const { ends } = await settling();
            const undo = await agent.host.makeProcSysReadOnly();
            await agent.host.writeFile("/etc/sysctl.d/zz-local.conf", "net.ipv4.tcp_fin_timeout = 77\n");
            await killTimeWait();
            const { code, stdout, stderr } = await ends;
            await undo();
            assert.equal(code, 80, stderr);
            assert.equal(reportIn(stdout.trim()).ok, false);
            assert.match(
                stderr,
                /BOOT-OVERRIDDEN: .*NOT EVERYTHING COULD BE PUT BACK: net\..*; the next run tries again/,
            );
            await agent.host.mustExec("rm /etc/sysctl.d/zz-local.conf");
            assert.equal((await agent.restore(NEW)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("waits for its confirmation first where it is guarded, and is verified by what confirms it", async () => {
            const options = { ...VERIFIED, ...GUARD };
            const first = await agent.apply(NEW, options);
            assert.deepEqual([first.code, first.stdout], [75, ""], first.stderr);
            const { receipt, report } = applied(await agent.apply(NEW, options));
            assert.equal(receipt.changed, 2);
            assert.deepEqual(
                [reportIn(report).ok, reportIn(report).keys["net.core.somaxconn"]?.status],
                [true, "applied"],
            );
            assert.equal((await agent.verify(NEW)).code, 0);
        });

        it("goes back when the verification of a guarded one fails, and its guard ends", async () => {
            await agent.apply(OLD);
            const before = await everything();
            assert.equal((await agent.apply(NEW, { ...IMPATIENT, ...GUARD })).code, 75);
            await timeWaitBurst(agent.host, { connections: 600 });
            fails(await agent.apply(NEW, { ...IMPATIENT, ...GUARD }), /TIME_WAIT is .*; every value is as before$/m);
            assert.deepEqual(await everything(), before);
            const guarding = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q ' [g]uard '";
            for (let tries = 0; (await agent.host.exec(guarding)).code === 0; tries++) {
                assert.ok(tries < 100, "the guard has ended");
                await sleep(100);
            }
        });

        it("restores without verifying, by the request that applied it", async () => {
            await agent.apply(NEW);
            await timeWaitBurst(agent.host, { connections: 600 });
            const { code, stdout } = await agent.send("restore", requestOf(NEW, NAME, [], SETTLING));
            assert.deepEqual([code, stdout], [0, '{"schema":1,"verb":"restore","changed":2}\n']);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}

describe("a verified apply whose connection is cut while it settles", { skip: hostsUnavailable() ?? false }, () => {
    it("goes on, and ends as wanted", async () => {
        const { agent, hosts } = await startAgentHost(SHELLS[0]);
        try {
            await timeWaitBurst(agent.host, { connections: 600 });
            const request = requestOf(NEW, NAME, [], { verify: { maxTimeWait: 100, settleSeconds: 100 } });
            const ends = new CutSession(hosts, agent.host).send("apply", request);
            for (let tries = 0; !(await agent.host.exists(`${DIR}/pending`)); tries++) {
                assert.ok(tries < 300, "it began");
                await sleep(20);
            }
            await agent.host.mustExec("pkill -KILL -f 'sshd: root@nott[y]'");
            await sleep(1500);
            assert.equal(await agent.host.exists(`${DIR}/pending`), true, "it still settles");
            await mustRun(["nsenter", `--net=${agent.host.netns}`, "ss", "-K", "state", "time-wait"]);
            assert.equal((await ends).code, CutSession.CUT);
            assert.deepEqual(await agent.host.list(DIR), ["agent", "ledger"]);
            assert.equal((await agent.verify(NEW)).code, 0);
        } finally {
            await hosts.stop();
        }
    });
});
