import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isOverLimit, problemsOf, statusOf } from "../../src/fleet";
import { findingsOf } from "../../src/fleet-findings";
import type { HostReport } from "../../src/report";
import { fleetReports } from "../support/fleet";

const [calm] = fleetReports(1) as [HostReport];
const timeWait = { ...calm.timeWait, count: 4312, limit: 4000 };
const failedKey = { status: "failed", wanted: "30", live: "44", why: "is 44 instead of 30" } as const;

describe("a host is not as wanted", () => {
    const worst: readonly [string, Partial<HostReport>, string][] = [
        ["that fails without a reason", { ok: false }, "The report gives no reason."],
        [
            "with a failed key",
            { keys: { "net.ipv4.tcp_fin_timeout": failedKey } },
            "net.ipv4.tcp_fin_timeout is 44 instead of 30",
        ],
        ["with a problem", { problems: ["x"] }, "x"],
        [
            "with TIME_WAIT above its limit",
            { timeWait, states: { now: { TIME_WAIT: 4312 } } },
            "TIME_WAIT is 4312, above its limit of 4000",
        ],
    ];
    for (const [what, change, problem] of worst) {
        it(`${what}, whatever its ok says`, () => {
            const report = { ...calm, ...change };
            assert.equal(statusOf(report), "failed");
            const [first] = findingsOf([{ name: "web1", report }]);
            assert.deepEqual(
                [first?.title, first?.findings],
                ["Not as wanted", [{ cells: [problem], hosts: ["web1"] }]],
            );
        });
    }

    it("unless the exact count of TIME_WAIT was within its limit", () => {
        const report = { ...calm, timeWait, states: { now: { TIME_WAIT: 3900, FIN_WAIT2: 412 } } };
        assert.deepEqual([isOverLimit(report), problemsOf(report)], [false, []]);
        assert.ok(isOverLimit({ ...report, ok: false }));
    });
});

describe("the advice for a fleet", () => {
    it("says in one place what writes values again", () => {
        const report = { ...calm, ok: false, problems: ["x"], keys: { "net.ipv4.tcp_fin_timeout": failedKey } };
        const advice = findingsOf([{ name: "web1", report }]).map((kind) => kind.advice);
        assert.equal(advice.filter((text) => text.includes("pulumi up")).length, 1);
        assert.match(advice[0] ?? "", /pulumi up with observe: true/);
    });
});
