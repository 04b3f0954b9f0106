import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogue, knownKeys, type Parameter, type ParameterKey, parameterOf } from "../../../src/catalogue";
import { isKeySyntax } from "../../../src/catalogue/syntax";
import { traps } from "../../../src/catalogue/traps";
import { elementsOf, isDecimal, numbersOf } from "../../../src/catalogue/value";
import { checkSettings } from "../../../src/rules";

const entries = Object.entries(catalogue) as [ParameterKey, Parameter][];

describe("the catalogue", () => {
    it("has sixty parameters, one of them removed", () => {
        assert.equal(entries.length, 60);
        assert.deepEqual(
            entries.filter(([, { removed }]) => removed).map(([key]) => key),
            ["net.ipv4.tcp_tw_recycle"],
        );
    });

    it("knows no parameter by the name of something every object has", () => {
        for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
            assert.equal(parameterOf(name), undefined);
        }
    });

    it("explains keys that do not exist, and never lists them", () => {
        assert.deepEqual(
            Object.keys(traps).filter((key) => knownKeys.includes(key) || parameterOf(key)),
            [],
        );
    });

    for (const [key, parameter] of entries) {
        it(`describes ${key}`, () => {
            assert.ok(isKeySyntax(key));
            for (const text of [parameter.effect, parameter.risk]) {
                assert.match(text, /^[A-Z0-9].*[.)"]$/, text);
                assert.doesNotMatch(text, / {2}|\n/);
            }
            assert.ok(parameter.source.length > 0);
            assert.match(parameter.introduced, /^[0-9]+\.[0-9]+(\.[0-9]+)?$/);
        });

        if (parameter.min !== undefined) {
            it(`has bounds of ${key} in their order`, () => assertAscending(parameter));
        }

        if (elementsOf(parameter.default).every(isDecimal) && !parameter.removed) {
            it(`finds nothing wrong with the default of ${key}`, () => assertDefaultIsFine(key, parameter));
        }
    }
});

function assertAscending({ min, least, usual, max }: Parameter): void {
    const bounds = [min, least, usual?.from, usual?.to, max].filter((bound) => bound !== undefined).map(BigInt);
    assert.deepEqual(
        bounds,
        [...bounds].sort((a, b) => Number(a - b)),
    );
}

/** One default is a matter of warning itself: 0 orphan retries, which mean 8. */
function assertDefaultIsFine(key: string, parameter: Parameter): void {
    assert.ok(numbersOf(parameter, parameter.default), "right number of decimals");
    const aboutValues = checkSettings([{ key, value: parameter.default, optional: false }]).filter(
        ({ id }) => /^(VAL|TRIPLE|PORT|TFO|ECN|FIN-RANGE)/.test(id) && key !== "net.ipv4.tcp_orphan_retries",
    );
    assert.deepEqual(aboutValues, []);
}
