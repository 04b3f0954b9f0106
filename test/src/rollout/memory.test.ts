import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { type Memory, packMemory, unpackMemory } from "../../../src/rollout/memory";
import { fleetReports } from "../../support/fleet";

describe("what a roll-out leaves for the next one", () => {
    const hosts = (count: number) =>
        Object.fromEntries(
            fleetReports(count).map((report, index) => [
                `web${index + 1}`,
                { id: index.toString(16).padStart(12, "0"), report: JSON.stringify(report) },
            ]),
        );

    it("comes out as it went in", () => {
        const memory: Memory = { token: "a0", drift: "0123456789ab", hosts: hosts(3) };
        assert.deepEqual(unpackMemory(packMemory(memory)), memory);
        assert.deepEqual(unpackMemory(packMemory({ hosts: {} })), { hosts: {} });
    });

    it("is one line that says what it is", () => {
        const packed = packMemory({ hosts: hosts(2) });
        assert.match(packed, /^\{"schema":1,"verb":"rollout","count":2,"packed":"[A-Za-z0-9+/=]+"\}$/);
    });

    it("is nothing when it was cut off, or is of something else", () => {
        const packed = packMemory({ hosts: hosts(2) });
        for (const text of [
            "",
            "{}",
            packed.slice(0, -20),
            '{"schema":1,"verb":"apply"}',
            packed.replace("1,", "2,"),
        ]) {
            assert.equal(unpackMemory(text), undefined);
        }
    });

    it("of 1,000 hosts fits into the environment of the next run", () => {
        assert.ok(packMemory({ hosts: hosts(1000) }).length <= 130_000);
        assert.ok(unpackMemory(packMemory({ hosts: hosts(1000) }))?.hosts["web1000"]?.report);
    });

    it("leaves out reports rather than be too long to be remembered", () => {
        const noise = () => ({ id: "0123456789ab", report: randomBytes(1000).toString("base64") });
        const packed = packMemory({
            drift: "d",
            hosts: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`w${n}`, noise()])),
        });
        assert.ok(packed.length <= 130_000);
        const { hosts: kept, drift } = unpackMemory(packed) as Memory;
        assert.deepEqual([kept["w299"], Object.keys(kept).length, drift], [{ id: "0123456789ab" }, 300, "d"]);
    });
});
