import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { changedValues, dropInOf, MOST_KEYS, parseDropIn, wantedValues } from "../../bench/parameters";
import { checkSettings } from "../../src/rules";
import { resolveSettings } from "../../src/settings";

describe("the parameters of the benchmark", () => {
    it("are as many as were asked for, each once, and of the host's own network namespace", () => {
        for (const keys of [1, 16, MOST_KEYS]) {
            assert.equal(wantedValues(keys).size, keys);
        }
        assert.ok([...wantedValues(MOST_KEYS).keys()].every((key) => key.startsWith("net.ipv4.")));
    });

    it("change in one value, of the first key, so that a change with one key is one, too", () => {
        for (const keys of [1, 16, MOST_KEYS]) {
            const wanted = wantedValues(keys);
            const changed = changedValues(wanted);
            assert.deepEqual([...changed.keys()], [...wanted.keys()]);
            assert.equal([...changed].filter(([key, value]) => wanted.get(key) !== value).length, 1);
        }
    });

    it("have no errors and no warnings, which would be told for each host of a run", () => {
        for (const values of [wantedValues(MOST_KEYS), changedValues(wantedValues(MOST_KEYS))]) {
            const { settings } = resolveSettings({ parameters: Object.fromEntries(values) });
            const told = checkSettings(settings).filter(({ severity }) => severity !== "note");
            assert.deepEqual(told, []);
        }
    });

    it("are read back from the drop-in that was made of them", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: MOST_KEYS }), (keys) => {
                assert.deepEqual(parseDropIn(dropInOf(wantedValues(keys))), wantedValues(keys));
            }),
        );
    });

    it("are read from a drop-in as any tool writes it", () => {
        const text = "# a = 1\n; b = 2\n\nnet.ipv4.tcp_rmem=1\t2  3 \nnet.ipv4.tcp_sack = 0\nnet.ipv4.tcp_sack = 1\n";
        const expected = { "net.ipv4.tcp_rmem": "1 2 3", "net.ipv4.tcp_sack": "1" };
        assert.deepEqual(Object.fromEntries(parseDropIn(text)), expected);
    });
});
