import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type HostReport, parseReport } from "../../../src/report";
import { valid } from "../../support/report-schema";

const AGENT = join(__dirname, "../../../../src/agent");

const lines = [
    "about name shop-prod-web",
    "number generation 2",
    "about host web 1",
    "about kernel 6.1",
    "about boot b",
    "about verifiedAt 2026-11-26T03:00:00Z",
    "about namespace first",
    "number orphans 0",
    "set net.core.somaxconn 8192",
    "original net.core.somaxconn 8192",
    "own net.core.somaxconn 8192",
    "bound net.core.somaxconn >= 4096",
    "live net.core.somaxconn 16384",
    "set net.ipv4.tcp_rmem 4096 131072 6291456",
    "original net.ipv4.tcp_rmem 4096 131072 33554432",
    "live net.ipv4.tcp_rmem 4096 131072 6291456",
    "boot net.ipv4.tcp_rmem /etc/sysctl.d/zz-local.conf:7 4096 87380 6291456",
    "set net.ipv4.tcp_sack 1",
    "original net.ipv4.tcp_sack 1",
    "failed net.ipv4.tcp_sack is  instead of 1",
    "timewait start 1",
    "timewait highest 2",
    "timewait count 1",
    "timewait waitedSeconds 0",
    "timewait overflowed 0",
    "counter TCPTimeWaitOverflow 1",
    "counter ListenOverflows 2",
    "counter ListenDrops 3",
    "counterBefore ListenDrops 1",
    "counter RetransSegs 4",
    "counter OutSegs 500",
    "count",
    "count ESTABLISHED 3",
    "somaxconn 16384",
    'listener 1 80 - 12 ::1 odd "name\\ (x)',
    "listener 0 2049 64 - 0.0.0.0 -",
    "rival tuned is running",
    "problem net.ipv4.tcp_sack is gone",
];

function reportBy(awk: string): HostReport {
    const script = `awk() { ${awk} "$@"; }; . ${AGENT}/wanted.sh; . ${AGENT}/asides.sh; . ${AGENT}/report.sh; awk -v verb=verify "$BOUNDS$ASIDES$REPORT"`;
    return valid(parseReport(execFileSync("sh", ["-c", script], { input: `${lines.join("\n")}\n`, encoding: "utf8" })));
}

for (const awk of ["command awk", "busybox awk"]) {
    describe(`the agent's lines as a report, by ${awk}`, () => {
        it("say what the next boot makes of a key, what the host keeps, and what is not there any more", () => {
            assert.deepEqual(reportBy(awk).keys, {
                "net.core.somaxconn": {
                    status: "kept",
                    wanted: "8192",
                    bound: "at least 4096",
                    original: "8192",
                    live: "16384",
                },
                "net.ipv4.tcp_rmem": {
                    status: "overridden",
                    wanted: "4096 131072 6291456",
                    original: "4096 131072 33554432",
                    atBoot: { by: "/etc/sysctl.d/zz-local.conf:7", value: "4096 87380 6291456" },
                },
                "net.ipv4.tcp_sack": { status: "failed", wanted: "1", original: "1", why: "is  instead of 1" },
            });
        });

        it("keep every name as it is, and leave out what is not known", () => {
            const { listeners, host, rivals, problems, counters, states } = reportBy(awk);
            const [odd, nameless] = listeners.listed;
            assert.deepEqual(odd, {
                address: "::1",
                port: 80,
                process: 'odd "name\\ (x)',
                pid: 12,
                somaxconn: 16384,
                restartNeeded: true,
            });
            assert.deepEqual(nameless, {
                address: "0.0.0.0",
                port: 2049,
                backlog: 64,
                somaxconn: 16384,
                restartNeeded: false,
            });
            assert.deepEqual([host, rivals, problems], ["web 1", ["tuned is running"], ["net.ipv4.tcp_sack is gone"]]);
            assert.deepEqual([counters.ListenDrops, counters.ListenOverflows], [{ before: 1, now: 3 }, { now: 2 }]);
            assert.deepEqual(states, { now: { ESTABLISHED: 3 } });
        });
    });
}
