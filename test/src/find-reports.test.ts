import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findReports } from "../../src/find-reports";
import { fleetReports } from "../support/fleet";

const [report, other] = fleetReports(2) as [ReturnType<typeof fleetReports>[0], ReturnType<typeof fleetReports>[0]];
const printed = JSON.stringify({
    schema: 1,
    verb: "verify",
    name: "shop-prod-web",
    generation: 3,
    host: "web1",
    kernel: "6.1.0",
    boot: "b",
    verifiedAt: "2026-11-26T03:00:00Z",
    namespace: "first",
    orphans: 2,
    keys: { "net.ipv4.tcp_sack": ["unchanged", "1", "1"] },
    timeWait: { start: 9, highest: 9, count: 1, waitedSeconds: 0, overflowed: 0 },
    counters: { TCPTimeWaitOverflow: [0, 7], ListenOverflows: [null, 1], ListenDrops: [2, 2] },
    ok: true,
    problems: [],
});
const hostsOf = (document: unknown) => findReports(document).reports.map(({ host }) => host);

describe("reports", () => {
    it("are found wherever they stand, each once", () => {
        const outputs = { report, deep: { web: [{ b: { other } }], again: report }, summary: "…", n: 1, nothing: null };
        assert.deepEqual(hostsOf(outputs), [report.host, other.host]);
    });

    it("of one tuning on one host are one: the one verified last, whatever their order and generation", () => {
        const later = { ...report, verifiedAt: "2026-11-26T00:00:00Z", generation: 1, ok: false };
        for (const both of [
            [report, later],
            [later, report],
        ]) {
            assert.deepEqual(findReports(both).reports, [later]);
        }
    });

    it("of one tuning on one host, verified in one second, are one: of the newest generation, and of those the last", () => {
        const failed = { ...report, ok: false, problems: ["x"] };
        const old = { ...report, generation: report.generation - 1 };
        const { reports, replaced } = findReports([report, failed, old, { ...report, boot: "another machine's" }]);
        assert.deepEqual(
            [reports.map(({ ok }) => ok), replaced],
            [
                [false, true],
                [report.name, report.name],
            ],
        );
    });

    it("are found as agents print them, and in a state as the text of a command", () => {
        const state = {
            deployment: { resources: [{ outputs: { stdout: `${printed}\n` } }, { outputs: { stdout: "ok" } }] },
        };
        assert.deepEqual(hostsOf(state), ["web1"]);
        assert.equal(findReports(JSON.parse(printed)).reports[0]?.keys["net.ipv4.tcp_sack"]?.status, "unchanged");
    });

    it("that are secret are told by their place", () => {
        assert.deepEqual(findReports({ web: { report: "[secret]" } }).secrets, ["web.report"]);
    });

    const { keys: _, ...keyless } = report;
    const others: readonly [string, unknown, RegExp][] = [
        ["another schema", { ...report, schema: 2 }, /^web\.0: a report of schema 2, and only 1 is known here/],
        ["a part missing", keyless, /^web\.0: a report of another shape: keys is missing/],
        [
            "an unknown status",
            { ...report, keys: { "net.ipv4.tcp_sack": { status: "fine", wanted: "1" } } },
            /keys\.net\.ipv4\.tcp_sack\.status is none of applied, /,
        ],
        [
            "a number as text",
            { ...report, timeWait: { ...report.timeWait, count: "<b>" } },
            /timeWait\.count is no number/,
        ],
        [
            "a time of another form",
            { ...report, verifiedAt: "2026-11-26 03:00" },
            /verifiedAt is no time$|verifiedAt is no time;/,
        ],
        ["rows that are none", { ...JSON.parse(printed), counters: 7 }, /another shape/],
        [
            "a list for the listeners",
            { ...report, listeners: { total: 1, listed: [null] } },
            /listeners\.listed\.0 is no object/,
        ],
    ];
    for (const [what, document, reason] of others) {
        it(`with ${what} are told by their place, not shown`, () => {
            const { reports, unreadable } = findReports({ web: [document] });
            assert.equal(reports.length, 0);
            assert.match(unreadable.join("\n"), reason);
        });
    }

    it("are not looked for without end", () => {
        let deep: unknown = report;
        for (let level = 0; level < 100_000; level++) {
            deep = [deep];
        }
        assert.deepEqual(hostsOf(deep), []);
    });
});
