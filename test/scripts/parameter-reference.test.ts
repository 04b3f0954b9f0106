import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generateReference } from "../../scripts/parameter-reference";
import { catalogue, families } from "../../src/catalogue";

const page = generateReference();
const headings = [...page.matchAll(/^### `(.*)`$/gm)].map(([, key]) => key);

describe("the parameter reference", () => {
    it("has each key of the catalogue once, removed ones last", () => {
        assert.deepEqual([...headings].sort(), Object.keys(catalogue).sort());
        assert.equal(headings.at(-1), "net.ipv4.tcp_tw_recycle");
    });

    it("groups them as the catalogue does", () => {
        const titles = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title!.replaceAll("\\", ""));
        assert.deepEqual(titles, [...families.map(({ title }) => title), "Removed: refused, and why"]);
    });

    it("links each key to its heading, as GitHub names it", () => {
        const links = [...page.matchAll(/^ {2}\[`(.*)`\]\(#(.*)\),?$/gm)].map(([, key, anchor]) => [key, anchor]);
        assert.deepEqual(
            links,
            headings.map((key) => [key, key!.replaceAll(".", "").toLowerCase()]),
        );
    });

    it("tells of a key all that tcp-tuning explain tells", () => {
        const [, text] = page.split("### `net.ipv4.tcp_max_tw_buckets`\n");
        const [entry] = text!.split("\n### ");
        const titles = [...entry!.matchAll(/^- \*\*(.*)\*\*:/gm)].map(([, title]) => title);
        const all = ["value", "default", "kernels", "risk", "goes with", "rules", "profiles", "published", "source"];
        assert.deepEqual(titles, all);
        assert.match(page.replace(/\s+/g, " "), /Missing until the module nf_conntrack is loaded\./);
    });

    it("lets no text of the catalogue become emphasis or HTML", () => {
        const text = page.replace(/^<!--.*-->$/m, "").replace(/`[^`\n]*`|\*\*[a-z ]+\*\*/g, "");
        assert.doesNotMatch(text, /(?<!\\)[*<>]/);
    });
});
