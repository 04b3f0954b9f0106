import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { spreadOf } from "../../bench/statistics";

const numbers = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });

describe("the spread of measurements", () => {
    it("has the one in the middle, or the mean of the two there, the least and the most", () => {
        assert.deepEqual(spreadOf([3, 1, 10]), { median: 3, least: 1, most: 10 });
        assert.deepEqual(spreadOf([4, 10, 1, 2]), { median: 3, least: 1, most: 10 });
        assert.deepEqual(spreadOf([7]), { median: 7, least: 7, most: 7 });
    });

    it("has as many measurements above its median as below, whatever their order, and leaves them as they were", () => {
        fc.assert(
            fc.property(numbers, (given) => {
                const copy = [...given];
                const { median, least, most } = spreadOf(given);
                assert.deepEqual(given, copy);
                assert.ok(least <= median && median <= most);
                assert.ok(given.includes(least) && given.includes(most));
                assert.ok(given.filter((number) => number < median).length <= given.length / 2);
                assert.ok(given.filter((number) => number > median).length <= given.length / 2);
                assert.deepEqual(spreadOf([...given].reverse()), { median, least, most });
            }),
        );
    });

    it("is refused for none", () => {
        assert.throws(() => spreadOf([]), /spreadOf: a median needs at least one number\. Received: none/);
    });
});
