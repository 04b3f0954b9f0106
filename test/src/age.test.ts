import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ago, minuteOf } from "../../src/age";

const now = new Date("2026-11-26T03:00:00Z");

describe("how long ago a host was verified", () => {
    for (const [time, words] of [
        ["2026-11-26T03:00:00Z", "0 s ago"],
        ["2026-11-26T02:59:59Z", "1 s ago"],
        ["2026-11-26T02:59:01Z", "59 s ago"],
        ["2026-11-26T02:59:00Z", "1 min ago"],
        ["2026-11-26T01:00:01Z", "1 h ago"],
        ["2026-11-25T03:00:00Z", "1 day ago"],
        ["2023-11-26T03:00:00Z", "1,096 days ago"],
        ["2026-11-26T03:01:00Z", "0 s ago"],
        ["2026-11-26T06:30:00Z", "in 3 h, by its clock"],
    ] as const) {
        it(`is ${words} for ${time}`, () => assert.equal(ago(time, now), words));
    }

    it("is told to the minute where nothing counts from now", () => {
        assert.equal(minuteOf("2026-11-25T23:59:58Z"), "2026-11-25 23:59");
    });
});
