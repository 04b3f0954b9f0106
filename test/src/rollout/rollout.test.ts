import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { completeRollout, rolloutProblems, waveSize } from "../../../src/rollout/rollout";

describe("the arguments of a roll-out", () => {
    it("are one canary, then quarters, and no failure, unless they say otherwise", () => {
        assert.deepEqual(completeRollout(), {
            canaries: 1,
            batch: "25%",
            maxFailures: 0,
            pauseSeconds: 0,
            soakSeconds: 0,
            gate: 2,
            parallel: 32,
            connectSeconds: 30,
        });
        assert.equal(completeRollout({ canaries: 3, batch: undefined }).batch, "25%");
        assert.equal(completeRollout({ canaries: 3 }).canaries, 3);
    });

    it("may be left out, or be any that make sense", () => {
        for (const args of [
            undefined,
            null,
            {},
            { batch: 10 },
            { batch: "12.5%" },
            { batch: "100%" },
            { gate: false },
        ]) {
            assert.deepEqual(rolloutProblems(args), []);
        }
    });

    it("are told what is wrong with them, and what to write", () => {
        const cases: readonly (readonly [unknown, string])[] = [
            [{ canaries: -1 }, "received -1; write a whole number, 0 to 100000"],
            [{ canaries: "1" }, 'received "1"; write a whole number, 0 to 100000'],
            [{ batch: 0 }, 'received 0; write a number of hosts, such as 10, or a share, such as "25%"'],
            [{ batch: "0%" }, 'received "0%"; write a number of hosts, such as 10, or a share, such as "25%"'],
            [{ batch: "101%" }, 'received "101%"; write a number of hosts, such as 10, or a share, such as "25%"'],
            [{ batch: "10" }, 'received "10"; write a number of hosts, such as 10, or a share, such as "25%"'],
            [{ gate: 0.5 }, "received 0.5; write a factor, 1 to 1000, such as 2, or false"],
            [{ soakSeconds: 4000 }, "received 4000; write a whole number, 0 to 3000"],
            [{ max_failures: 1 }, "received 1, and there is no such argument; did you mean maxFailures?"],
            ["fast", 'received "fast"; write { canaries: 1, batch: "25%" }'],
            [[1], 'received [1]; write { canaries: 1, batch: "25%" }'],
        ];
        for (const [args, reason] of cases) {
            assert.deepEqual(
                rolloutProblems(args).map((problem) => problem.reason),
                [reason],
            );
        }
        assert.match(
            rolloutProblems({ zigzag: 1 })[0]?.reason ?? "",
            /there is no such argument; write one of canaries, /,
        );
    });

    it("are told all at once", () => {
        assert.deepEqual(
            rolloutProblems({ canaries: 0.5, parallel: 0, connectSeconds: 30 }).map(({ name }) => name),
            ["canaries", "parallel"],
        );
    });
});

describe("the waves of a roll-out", () => {
    const sizes = (args: Parameters<typeof completeRollout>[0], all: number) => {
        const rollout = completeRollout(args);
        const waves: number[] = [];
        for (let left = all; left > 0; left -= waves.at(-1) ?? 0) {
            waves.push(Math.min(left, waveSize(rollout, waves.length === 0, all)));
        }
        return waves;
    };

    it("are the canaries, and then a number of hosts or a share of all", () => {
        assert.deepEqual(sizes({}, 12), [1, 3, 3, 3, 2]);
        assert.deepEqual(sizes({ canaries: 2, batch: 5 }, 12), [2, 5, 5]);
        assert.deepEqual(sizes({ canaries: 0, batch: "100%" }, 12), [12]);
        assert.deepEqual(sizes({ canaries: 20 }, 12), [12]);
        assert.deepEqual(sizes({ canaries: 0, batch: "1%" }, 3), [1, 1, 1]);
        assert.deepEqual(sizes({ batch: "33%" }, 1), [1]);
    });

    it("hold every host once, and none is empty", () => {
        const rollouts = fc.record({
            canaries: fc.nat(5),
            batch: fc.oneof(
                fc.integer({ min: 1, max: 50 }),
                fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
            ),
        });
        fc.assert(
            fc.property(rollouts, fc.integer({ min: 1, max: 300 }), (args, all) => {
                const waves = sizes(args, all);
                assert.equal(
                    waves.reduce((sum, size) => sum + size, 0),
                    all,
                );
                assert.ok(waves.every((size) => size > 0));
            }),
        );
    });
});
