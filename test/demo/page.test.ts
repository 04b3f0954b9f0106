import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Page } from "../../demo/page";

/** A page, and what is written on it. */
function page({ colour = false, width = 60 } = {}): { page: Page; text: () => string } {
    let written = "";
    return { page: new Page({ write: (text) => void (written += text), colour, width }), text: () => written };
}

describe("a page of the demo", () => {
    it("has a mark before each claim, and the evidence under one that does not hold", () => {
        const { page: sheet, text } = page();
        sheet.claim("water is wet", true, ["not shown"]);
        sheet.claim("fire is cold", false, ["web1: 800 °C"]);
        assert.equal(text(), "   ✓ water is wet\n   ✗ fire is cold\n     web1: 800 °C\n");
        assert.deepEqual([sheet.claims, sheet.refuted], [2, ["fire is cold"]]);
    });

    it("shows ten pieces of evidence, and counts the others", () => {
        const { page: sheet, text } = page();
        sheet.claim(
            "all are equal",
            false,
            Array.from({ length: 30 }, (_, index) => `line ${index}`),
        );
        assert.match(text(), /line 9\n +… and 20 more\n$/);
    });

    it("breaks long text at its width", () => {
        const { page: sheet, text } = page({ width: 40 });
        sheet.paragraph("word ".repeat(40));
        assert.ok(
            text()
                .split("\n")
                .every((line) => line.length <= 40),
            text(),
        );
    });

    it("gives a step its heading and its duration, and returns what it returns", async () => {
        const { page: sheet, text } = page();
        assert.equal(await sheet.step("1. First", async () => "result"), "result");
        assert.match(text(), /^\n1\. First\n   \d+\.\d s\n$/);
    });

    it("has colour only where there is some", () => {
        const [plain, coloured] = [page(), page({ colour: true })];
        for (const { page: sheet } of [plain, coloured]) {
            sheet.claim("water is wet", true);
            sheet.line("a line", "dim");
        }
        assert.doesNotMatch(plain.text(), /\x1b/);
        assert.match(coloured.text(), /\x1b\[32m✓/);
    });
});
