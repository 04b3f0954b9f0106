import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { driftMessage, readDrift } from "../../src/drift-words";
import type { Observation, ObservedKey } from "../../src/report";

const HOST = {
    name: "shop-prod-web",
    kernel: "6.12.0",
    namespace: "first",
    memoryBytes: 8 * 1024 ** 3,
    pageSize: 4096,
    trace: "2 1795700000",
    refusals: [],
    cautions: [],
    listening: [],
} as const;

const word = fc.stringMatching(/^[a-z0-9./_-]{1,12}$/);
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" "));
const reason = fc.stringMatching(/^\S[^\n\r]{0,30}\S$/);
const differing: fc.Arbitrary<ObservedKey> = fc.record(
    {
        status: fc.constant("differs" as const),
        wanted: words,
        live: words,
        atBoot: fc.record({ by: word, value: words }),
    },
    { requiredKeys: ["status", "wanted", "live"] },
);

describe("what a preview says of a host that is not as wanted", () => {
    it("is read back as it was written, whatever the values are", () => {
        fc.assert(
            fc.property(fc.array(reason), fc.dictionary(word, differing, { noNullPrototype: true }), (drift, keys) => {
                const told = readDrift(`${driftMessage({ ...HOST, drift, keys } as Observation)}\n`);
                const rows = Object.entries(keys).map(([key, { live, wanted, atBoot }]) => ({
                    key,
                    now: live,
                    wanted,
                    ...(atBoot && { atBoot: `${atBoot.by} = ${atBoot.value}` }),
                }));
                assert.deepEqual(told, { reasons: drift, rows });
            }),
        );
    });

    it("is not seen in any other message", () => {
        assert.equal(readDrift("the host could not be observed, so a drift is not seen: timeout\n"), undefined);
        assert.equal(readDrift("  key  now  wanted  at boot, once applied\n"), undefined);
    });
});
