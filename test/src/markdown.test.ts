import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { code, table, text } from "../../src/markdown";

const cells = (page: string) => [...page.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, content = ""]) => content);

describe("Markdown", () => {
    let marked: typeof import("marked", { with: { "resolution-mode": "import" }});
    before(async () => void (marked = await import("marked")));
    const rendered = (cell: string) => marked.parse(table([{ head: "a" }], [[cell]]), { async: false });

    const texts: readonly [string, string][] = [
        ["nginx: worker", "nginx: worker"],
        ["a|b", "a|b"],
        ["`x` *y* _z_ ~~w~~", "`x` *y* _z_ ~~w~~"],
        ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"],
        ["[a](javascript:b)", "[a](javascript:b)"],
        [
            "https://evil.example www.evil.example me@evil.example",
            "https://evil.example www.evil.example me@evil.example",
        ],
        ["back\\|slash &amp; $x$", "back\\|slash &amp;amp; $x$"],
        ["two\nlines \u202etxt", "two\\u000alines \\u202etxt"],
    ];
    for (const [raw, shown] of texts) {
        it(`shows ${JSON.stringify(raw)} as it is, as text and as code`, () => {
            // Character references stand for themselves; marked leaves them to the browser.
            const read = (page: string) =>
                cells(page).map((cell) =>
                    cell.replace(/&#(\d+);/g, (_, number) => escaped(String.fromCharCode(number))),
                );
            assert.deepEqual(read(rendered(text(raw))), [shown]);
            const [ascode = ""] = read(rendered(code(raw)));
            assert.equal(ascode.replace(/^<code>|<\/code>$/g, ""), shown);
        });
    }

    it("makes one cell of any text, without any HTML of its own", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), fc.constantFrom(text, code), (raw, write) => {
                const found = cells(rendered(write(`x${raw}`)));
                assert.equal(found.length, 1);
                assert.doesNotMatch(found[0]!.replace(/^<code>|<\/code>$/g, ""), /[<>]/);
            }),
        );
    });

    it("cuts long texts", () => {
        assert.equal(text("x".repeat(5000)).length, 301);
    });
});

function escaped(mark: string): string {
    return mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
}
