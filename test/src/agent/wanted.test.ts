import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { agentProgram } from "../../../scripts/pack-agent";

const ROOT = join(__dirname, "..", "..", "..", "..");
const [, functions = ""] = /^BOUNDS='\n([^']*)'$/m.exec(agentProgram(ROOT)) ?? [];

interface Case {
    readonly own: readonly bigint[];
    readonly atLeast: boolean;
    readonly bound: readonly bigint[];
}

/** Also numbers that awk's own would round, and neighbours of each other. */
const number = fc.oneof(fc.bigInt({ min: -10n, max: 110n }), fc.bigInt({ min: 2n ** 63n - 20n, max: 2n ** 63n - 1n }));
const numbers = (length: number) =>
    fc
        .array(number, { minLength: length, maxLength: length })
        .map((unsorted) => unsorted.sort((a, b) => Number(a - b)));
const caseOf = (length: number) => fc.record({ own: numbers(length), atLeast: fc.boolean(), bound: numbers(length) });
const cases: fc.Arbitrary<readonly Case[]> = fc.array(fc.oneof(caseOf(1), caseOf(3)), {
    minLength: 200,
    maxLength: 200,
});

/** What the agent's functions make of each case: the nearest value within the bound, and whether the own one meets it. */
function settledBy(awk: readonly string[], given: readonly Case[]) {
    const input = given
        .map(({ own, atLeast, bound }) => `${own.join(" ")}|${atLeast ? ">=" : "<="} ${bound.join(" ")}\n`)
        .join("");
    const program = `${functions} { split($0, part, "|"); print nearest(part[1], part[2]) "|" meets(part[1], part[2]) }`;
    const env = { ...process.env, LC_ALL: "C" };
    const { stdout, stderr } = spawnSync(awk[0]!, [...awk.slice(1), program], { input, encoding: "utf8", env });
    assert.equal(stderr, "");
    return stdout
        .trim()
        .split("\n")
        .map((line) => line.split("|") as [string, string]);
}

for (const awk of [["awk"], ["busybox", "awk"]]) {
    describe(`what a bound comes to, with ${awk.join(" ")}`, () => {
        it("is within the bound, the host's own value where that is within already, and in order", () => {
            fc.assert(
                fc.property(cases, (given) => {
                    settledBy(awk, given).forEach(([text, meets], index) => {
                        const { own, atLeast, bound } = given[index]!;
                        const value = text.split(" ").map(BigInt);
                        const isWithin = (numbers: readonly bigint[]) =>
                            numbers.every((each, at) => (atLeast ? each >= bound[at]! : each <= bound[at]!));
                        assert.ok(isWithin(value), `${text} of ${own} and ${bound}`);
                        assert.ok(
                            value.every((each, at) => each === own[at] || each === bound[at]),
                            "nothing else is made up",
                        );
                        assert.equal(value.join() === own.join(), isWithin(own));
                        assert.equal(meets === "1", isWithin(own));
                        assert.ok(
                            value.every((each, at) => at === 0 || value[at - 1]! <= each),
                            `${text} ascends`,
                        );
                    });
                }),
                { numRuns: 20 },
            );
        });
    });
}
