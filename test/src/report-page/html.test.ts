import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { html, trusted } from "../../../src/report-page/html";

describe("a template of HTML", () => {
    it("escapes what is put in, in text and in attributes", () => {
        assert.equal(html`<p title="${`"'`}">${"<b>&"}</p>`.text, '<p title="&quot;&#39;">&lt;b&gt;&amp;</p>');
    });

    it("keeps HTML, joins lists, and leaves out what is false or undefined", () => {
        assert.equal(html`${[html`<b>`, "<", [1]]}${false}${undefined}${trusted("<i>")}`.text, "<b>&lt;1<i>");
    });

    it("takes no object for HTML that only looks like it", () => {
        assert.throws(() => html`${{ text: "<script>" } as unknown as string}`);
    });

    it("writes control characters and marks of writing direction out", () => {
        assert.equal(html`${"a\u0000\u202eb"}`.text, "a\\u0000\\u202eb");
    });
});
