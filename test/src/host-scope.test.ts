import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { namesOf, readScope } from "../../src/host-scope";

const hosts = Array.from({ length: 8 }, (_, index) => `web${index + 1}.example.com`);

describe("hosts that stand before what a fleet tells of them", () => {
    it("are named up to five, and counted beyond", () => {
        assert.equal(namesOf(hosts.slice(0, 2)), "web1.example.com, web2.example.com");
        assert.match(namesOf(hosts), /^web1\.example\.com, .*, web5\.example\.com and 3 more hosts$/);
        assert.match(namesOf(hosts.slice(0, 6)), / and 1 more host$/);
    });

    it("are read back, and the text is what stands behind them", () => {
        for (const count of [1, 2, 5, 6, 8]) {
            assert.deepEqual(readScope(`${namesOf(hosts.slice(0, count))}: SOMAX-APP: "a": b`), {
                hosts: hosts.slice(0, Math.min(count, 5)),
                more: Math.max(0, count - 5),
                text: 'SOMAX-APP: "a": b',
            });
        }
    });

    it("are none where a text begins otherwise", () => {
        for (const text of ["", "nothing to say", "left alone, since no tcp_tuning reaches them: db1", "so it is: x"]) {
            assert.equal(readScope(text), undefined);
        }
    });
});
