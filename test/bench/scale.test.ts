import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { logScale, roundTicks, spreadApart } from "../../bench/scale";

const seconds = fc.double({ min: 0.01, max: 10_000, noNaN: true });

describe("a logarithmic scale", () => {
    it("puts equal ratios equally far apart, either way round", () => {
        const scale = logScale([1, 100], [300, 100], []);
        assert.deepEqual([1, 10, 100].map(scale).map(Math.round), [300, 200, 100]);
    });

    it("puts a single number in the middle", () => {
        assert.equal(logScale([40, 40], [0, 100], [])(40), 50);
    });

    it("keeps the order of what it holds, and keeps it inside", () => {
        fc.assert(
            fc.property(fc.array(seconds, { minLength: 2, maxLength: 10 }), (given) => {
                const sorted = given.sort((a, b) => a - b);
                const scale = logScale([sorted[0]!, sorted.at(-1)!], [0, 100], []);
                const places = sorted.map(scale);
                assert.ok(places.every((place) => place >= -1e-9 && place <= 100 + 1e-9));
                assert.ok(places.every((place, index) => index === 0 || place >= places[index - 1]!));
            }),
        );
    });
});

describe("the ticks of seconds", () => {
    it("are 1, 2 and 5 times the powers of ten", () => {
        assert.deepEqual(roundTicks([0.3, 7]), [0.2, 0.5, 1, 2, 5, 10]);
        assert.deepEqual(roundTicks([1, 10]), [1, 2, 5, 10]);
    });

    it("hold every number, with none to spare, and are two at least", () => {
        fc.assert(
            fc.property(fc.array(seconds, { minLength: 1, maxLength: 10 }), (given) => {
                const ticks = roundTicks(given);
                const [least, most] = [Math.min(...given), Math.max(...given)];
                assert.ok(ticks.length >= 2);
                assert.ok(ticks[0]! <= least && most <= ticks.at(-1)!, `${ticks} for ${given}`);
                assert.ok(ticks.length === 2 || (least < ticks[1]! && most > ticks.at(-2)!), `${ticks} for ${given}`);
            }),
        );
    });
});

describe("labels that are moved apart", () => {
    it("stay where they are when they are far enough from each other", () => {
        assert.deepEqual(spreadApart([50, 10, 90], 15, 100), [50, 10, 90]);
    });

    it("make room below, and above where there is none below", () => {
        assert.deepEqual(spreadApart([50, 51, 52], 15, 100), [50, 65, 80]);
        assert.deepEqual(spreadApart([98, 99, 20], 15, 100), [85, 100, 20]);
    });

    it("keep their order, their distance, and the lowest place", () => {
        const places = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 });
        fc.assert(
            fc.property(places, (given) => {
                const moved = spreadApart(given, 15, 100);
                const order = given.map((_, index) => index).sort((a, b) => given[a]! - given[b]!);
                const sorted = order.map((index) => moved[index]!);
                assert.ok(
                    sorted.every((place, nth) => nth === 0 || place - sorted[nth - 1]! >= 15 - 1e-9),
                    `${moved}`,
                );
                assert.ok(sorted.at(-1)! <= 100 + 1e-9, `${moved}`);
            }),
        );
    });
});
