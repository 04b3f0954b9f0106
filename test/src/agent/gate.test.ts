import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApplyRequest } from "../../../src/agent/request";
import { type HostReport, parseReport } from "../../../src/report";
import { type AgentHost, type HostState, SHELLS, startAgentHost } from "../../support/agent-host";
import { type CommandResult, hostsUnavailable, type TestHosts } from "../../support/hosts";
import { mustRun } from "../../support/hosts/run";
import { valid } from "../../support/report-schema";
import { timeWaitBurst } from "../../support/time-wait-burst";

type Settings = Record<string, string>;

const TUNING: Settings = { "net.ipv4.tcp_fin_timeout": "30" };
const GATE = { verify: { states: false }, gate: 2 };
/** What happens between the change and the verification is what comes before the confirmation. */
const GUARDED = { ...GATE, confirmWithinSeconds: 3600 };

for (const shell of SHELLS) {
    describe(`the gate of a verified apply, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning*");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        const inNetwork = (...command: string[]) => mustRun(["nsenter", `--net=${agent.host.netns}`, ...command]);

        /** Changes the host, has traffic on it, and confirms. */
        async function judged(
            traffic: () => Promise<unknown>,
            settings = TUNING,
            options: Partial<ApplyRequest> = GUARDED,
        ): Promise<CommandResult> {
            assert.equal((await agent.apply(settings, options)).code, 75);
            await traffic();
            return agent.apply(settings, options);
        }

        function holds({ code, stdout, stderr }: CommandResult): HostReport {
            assert.equal(code, 0, stderr);
            return valid(parseReport(stdout.split("\n")[1] ?? ""));
        }

        /** Those problems and no others, and the host is as it was. */
        async function fails({ code, stdout, stderr }: CommandResult, ...reasons: RegExp[]): Promise<void> {
            assert.equal(code, 76, stderr);
            const { problems } = valid(parseReport(stdout.trim()));
            assert.equal(problems.length, reasons.length, problems.join("\n"));
            reasons.forEach((reason, index) => assert.match(problems[index] ?? "", reason));
            assert.match(stderr, /^tcp-tuning: GATE: (.*\n)*.*; every value is as before\n$/);
            assert.deepEqual(await agent.state(), untouched);
        }

        const burst = (connections: number) => () => timeWaitBurst(agent.host, { connections });

        /** Connections to a listener that accepts none, beyond the few that may wait. */
        const unaccepted = (connections: number) =>
            inNetwork(
                "python3",
                "-c",
                `import socket
l = socket.create_server(("127.0.0.1", 0), backlog=0)
c = [socket.socket() for _ in range(${connections})]
for s in c:
    s.setblocking(False)
    s.connect_ex(l.getsockname())
import time; time.sleep(0.3)`,
            );

        /** Good connections, and 60 to a host behind a cable on which everything is lost: each SYN is sent again. */
        async function lossy(): Promise<void> {
            const cable = "ip link show lost >/dev/null 2>&1 || ip link add lost type veth peer name lost-end";
            const link = `${cable}; ip link set lost up; ip link set lost-end up; ip addr replace 192.0.2.1/24 dev lost`;
            await inNetwork("sh", "-c", `${link}; ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:99 dev lost`);
            await burst(400)();
            await inNetwork(
                "python3",
                "-c",
                `import socket, time
c = [socket.socket() for _ in range(60)]
for s in c:
    s.setblocking(False)
    s.connect_ex(("192.0.2.2", 80))
sent_again = lambda: int([l.split() for l in open("/proc/net/snmp") if l.startswith("Tcp:")][1][12])
first = sent_again()
while sent_again() < first + 60: time.sleep(0.1)`,
            );
        }

        it("stops a change after which TIME_WAIT is more than so many times what it was", async () => {
            await fails(
                await judged(burst(1500)),
                /^GATE: TIME_WAIT rose to 1[45]\d\d in the \d+ s since the change, more than 2 times the 0 before: connections end faster/,
            );
        });

        it("lets a rise within the factor pass, and one below the floor", async () => {
            await burst(1500)();
            holds(await judged(burst(700)));
            await agent.host.reboot();
            await agent.restore(TUNING);
            holds(await judged(burst(900)));
        });

        it("does not hold a count against one that the former cap had cut off", async () => {
            await agent.host.writeSysctl("net.ipv4.tcp_max_tw_buckets", 600);
            await burst(700)();
            const raised = { ...TUNING, "net.ipv4.tcp_max_tw_buckets": "100000" };
            holds(await judged(burst(1500), raised));
        });

        it("stops a change after which sockets are closed without TIME_WAIT", async () => {
            const capped = { ...TUNING, "net.ipv4.tcp_max_tw_buckets": "300" };
            await fails(
                await judged(burst(600), capped),
                /^GATE: TCPTimeWaitOverflow grew by \d+ \([\d.]+ a second\) in the \d+ s since the change, more than 2 times its 0 a second from boot to the change: sockets are closed without TIME_WAIT/,
            );
        });

        it("stops a change after which listeners drop connections, and lets a few pass", async () => {
            holds(await judged(() => unaccepted(5)));
            await agent.restore(TUNING);
            await fails(
                await judged(() => unaccepted(40)),
                /^GATE: ListenOverflows grew by \d\d .*: accept queues are full/,
                /^GATE: ListenDrops grew by \d\d .*: listeners drop connections/,
            );
        });

        it("stops a change after which more segments are sent again, by the shares before and since", async () => {
            await burst(300)();
            await fails(
                await judged(lossy),
                /^GATE: [\d.]+ % of \d{4} sent segments were sent again in the \d+ s since the change, more than 2 times the 0 % from boot to the change: segments are lost on the way/,
            );
        });

        it("lets retransmissions pass that were as many before, and reports both counts", async () => {
            await lossy();
            const { counters } = holds(await judged(lossy));
            const { RetransSegs, OutSegs } = counters;
            assert.ok(
                RetransSegs.before! >= 60 && RetransSegs.now >= RetransSegs.before! + 60,
                JSON.stringify(counters),
            );
            assert.ok(OutSegs.before! > 1000 && OutSegs.now > OutSegs.before! + 1000, JSON.stringify(counters));
        });

        it("takes the factor as given, and judges nothing without one", async () => {
            await burst(1000)();
            await fails(
                await judged(burst(700), TUNING, { ...GUARDED, gate: 1.2 }),
                /more than 1\.2 times the \d+ before/,
            );
            holds(await judged(burst(2000), TUNING, { verify: {}, confirmWithinSeconds: 3600 }));
        });

        it("judges an apply without a guard, too, by what happens while it settles", async () => {
            await burst(600)();
            const ends = agent.apply(TUNING, { verify: { maxTimeWait: 100, settleSeconds: 50 }, gate: 1 });
            while ((await agent.host.readSysctl("net.ipv4.tcp_fin_timeout")) !== "30") {
                await sleep(10);
            }
            await unaccepted(40);
            await inNetwork("ss", "-K", "state", "time-wait");
            await fails(await ends, /^GATE: ListenOverflows grew/, /^GATE: ListenDrops grew/);
        });

        it("does not judge a host that is in step, or a run that changes no value", async () => {
            await agent.apply(TUNING);
            await burst(1500)();
            holds(await agent.apply(TUNING, GATE));
            await agent.host.mustExec("rm /etc/sysctl.d/99-tcp-tuning-shop-prod-web.conf");
            holds(await agent.apply(TUNING, GATE));
        });
    });
}
