import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type HostReport, parseReport, summarise } from "../../src/report";
import { schemaErrors, valid } from "../support/report-schema";

const agentPrints = {
    schema: 1,
    verb: "verify",
    name: "shop-prod-web",
    generation: 3,
    host: "web1",
    kernel: "6.1.0",
    boot: "b",
    verifiedAt: "2026-11-26T03:00:00Z",
    namespace: "other",
    orphans: 2,
    keys: {
        "net.core.somaxconn": ["applied", "8192", "4096"],
        "net.ipv4.tcp_sack": ["unchanged", "1", "1"],
        "net.ipv4.tcp_max_syn_backlog": ["kept", "8192", "16384", "16384"],
        "net.ipv4.tcp_tw_reuse_delay": ["missing", "1000"],
        "net.ipv4.tcp_max_orphans": ["missing", "65536"],
        "net.core.rmem_max": ["otherNamespace", "16777216", null, "212992"],
        "net.ipv4.tcp_keepalive_time": ["overridden", "600", "7200", null, "/etc/sysctl.d/z local.conf:3 900"],
        "net.ipv4.tcp_fin_timeout": ["failed", "30", "60", "44", null, "is 44 instead of 30"],
    },
    timeWait: { start: 900, highest: 950, count: 12, limit: 4000, waitedSeconds: 3, overflowed: 0 },
    counters: {
        TCPTimeWaitOverflow: [0, 7],
        ListenOverflows: [null, 1],
        ListenDrops: [2, 2],
        RetransSegs: [3, 5],
        OutSegs: [400, 9000],
    },
    states: { before: { ESTABLISHED: 4 }, now: { ESTABLISHED: 5, TIME_WAIT: 12 } },
    listeners: {
        total: 4,
        somaxconn: 8192,
        rows: [
            ["0.0.0.0", 80, 1, 511, 17, "nginx"],
            ["::", 80, 1, 511, 17, "nginx"],
            ["0.0.0.0", 443, 1, null, 17, "nginx"],
            ["127.0.0.1", 2049, 0, 64, null, null],
        ],
    },
    ok: true,
    problems: [],
};
const printed = JSON.stringify(agentPrints);

/** The report with a part of it replaced, or taken away by undefined. */
function damaged(path: string, value: unknown): unknown {
    const report = JSON.parse(JSON.stringify(parseReport(printed))) as Record<string, unknown>;
    const steps = path.split(" ");
    const last = steps.pop() ?? "";
    const part = steps.reduce<Record<string, unknown>>(
        (within, step) => within[step] as Record<string, unknown>,
        report,
    );
    if (value === undefined) {
        assert.ok(last in part, `${path} is there to be taken away`);
        delete part[last];
    } else {
        part[last] = value;
    }
    return report;
}

describe("the report of a host", () => {
    it("names what became of every key", () => {
        assert.deepEqual(parseReport(printed).keys, {
            "net.core.somaxconn": { status: "applied", wanted: "8192", original: "4096" },
            "net.ipv4.tcp_sack": { status: "unchanged", wanted: "1", original: "1" },
            "net.ipv4.tcp_max_syn_backlog": { status: "kept", wanted: "8192", original: "16384", live: "16384" },
            "net.ipv4.tcp_tw_reuse_delay": { status: "missing", wanted: "1000" },
            "net.ipv4.tcp_max_orphans": { status: "otherNamespace", wanted: "65536" },
            "net.core.rmem_max": { status: "otherNamespace", wanted: "16777216", live: "212992" },
            "net.ipv4.tcp_keepalive_time": {
                status: "overridden",
                wanted: "600",
                original: "7200",
                atBoot: { by: "/etc/sysctl.d/z local.conf:3", value: "900" },
            },
            "net.ipv4.tcp_fin_timeout": {
                status: "failed",
                wanted: "30",
                original: "60",
                live: "44",
                why: "is 44 instead of 30",
            },
        });
    });

    it("says that a key is missing, not elsewhere, on a host with its own network", () => {
        const { keys } = parseReport(JSON.stringify({ ...agentPrints, namespace: "first" }));
        assert.equal(keys["net.ipv4.tcp_max_orphans"]?.status, "missing");
    });

    it("compares counters with those before, where these are known", () => {
        assert.deepEqual(parseReport(printed).counters, {
            TCPTimeWaitOverflow: { before: 0, now: 7 },
            ListenOverflows: { now: 1 },
            ListenDrops: { before: 2, now: 2 },
            RetransSegs: { before: 3, now: 5 },
            OutSegs: { before: 400, now: 9000 },
        });
    });

    it("lists listeners with what is known of them", () => {
        const { total, listed } = parseReport(printed).listeners;
        assert.equal(total, 4);
        assert.deepEqual(
            [listed[0], listed[3]],
            [
                {
                    address: "0.0.0.0",
                    port: 80,
                    process: "nginx",
                    pid: 17,
                    backlog: 511,
                    somaxconn: 8192,
                    restartNeeded: true,
                },
                { address: "127.0.0.1", port: 2049, backlog: 64, somaxconn: 8192, restartNeeded: false },
            ],
        );
        const { listeners: _, ...others } = agentPrints;
        assert.deepEqual(parseReport(JSON.stringify(others)).listeners, { total: 0, listed: [] });
    });

    it("is found behind what a login shell prints before it", () => {
        assert.equal(parseReport(`Welcome!\n${printed}\n`).generation, 3);
    });

    it("is refused, with what came instead, when it is none", () => {
        assert.throws(
            () => parseReport("Last login: never"),
            /no verification report \(schema 1\) but: "Last login: never"/,
        );
        assert.throws(() => parseReport('{"schema":2,"verb":"verify"}'), /no verification report/);
    });

    it("is summed up in one line", () => {
        assert.equal(
            summarise(parseReport(printed)),
            "4 parameters in force (1 changed, 1 already so, 1 kept as the host has it, 1 overridden at boot, 1 failed, " +
                "1 not on this host, 2 not of this network namespace); 12 sockets in TIME_WAIT, limit 4000; " +
                "restart needed: nginx (80, 443)",
        );
        const quiet: HostReport = { ...parseReport(printed), keys: {}, listeners: { total: 0, listed: [] } };
        assert.equal(
            summarise(quiet),
            "0 parameters in force (0 changed, 0 already so); 12 sockets in TIME_WAIT, limit 4000",
        );
    });
});

describe("the JSON Schema of the report", () => {
    it("takes a report with everything that one can have", () => {
        valid(parseReport(printed));
        valid(parseReport(JSON.stringify({ ...agentPrints, rivals: ["tuned is running"] })));
    });

    for (const [path, value, error] of [
        ["host", undefined, /must have required property 'host'/],
        ["schema", 2, /report\/schema must be equal to constant/],
        ["generation", 1.5, /report\/generation must be integer/],
        ["verifiedAt", "2026-11-26T03:00:00+01:00", /report\/verifiedAt must match pattern/],
        ["verifiedAt", "2026-13-26T03:00:00Z", /report\/verifiedAt must match pattern/],
        ["timeWait count", -1, /report\/timeWait\/count must be >= 0/],
        ["counters ListenDrops", undefined, /report\/counters must have required property 'ListenDrops'/],
        ["keys net.core.somaxconn status", "fine", /somaxconn\/status must be equal to one of the allowed values/],
        ["keys net.core.somaxconn", ["applied", "8192", "4096"], /somaxconn must be object/],
        ["states now ESTABLISHED", "5", /ESTABLISHED must be integer/],
        ["listeners listed 0 port", 0, /listed\/0\/port must be >= 1/],
        ["listeners listed 0 restartNeeded", 1, /restartNeeded must be boolean/],
        ["surprise", true, /report must NOT have additional properties/],
    ] as const) {
        it(`refuses one that is damaged at ${path}`, () => {
            assert.match(schemaErrors(damaged(path, value)), error);
        });
    }
});
