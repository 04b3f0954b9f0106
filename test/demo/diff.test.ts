import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lineDiff } from "../../demo/diff";

const FILE = "one\ntwo\nthree\nfour\n";

/** As text: sign, number, line. */
function diff(before: string, after: string): string[] {
    return lineDiff(before, after).map(({ sign, number, text }) => `${sign}${number} ${text}`);
}

describe("what an edit changed", () => {
    it("is shown with the two lines above", () => {
        assert.deepEqual(diff(FILE, FILE.replace("three", "3")), [" 1 one", " 2 two", "-3 three", "+3 3"]);
    });

    it("can be lines added, or taken away", () => {
        const longer = FILE.replace("four", "four\nfive\nsix");
        assert.deepEqual(diff(FILE, longer), [" 3 three", " 4 four", "+5 five", "+6 six"]);
        assert.deepEqual(diff(longer, FILE), [" 3 three", " 4 four", "-5 five", "-6 six"]);
    });

    it("counts a repeated line once", () => {
        assert.deepEqual(diff("a\na\n", "a\na\na\n"), [" 1 a", " 2 a", "+3 a"]);
    });

    it("is nothing where nothing changed", () => {
        assert.deepEqual(diff(FILE, FILE), []);
    });
});
