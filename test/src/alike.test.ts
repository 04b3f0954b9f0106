import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { groupAlike, listNames } from "../../src/alike";

describe("hosts that are alike", () => {
    it("share what is the same for them, in their order", () => {
        const groups = groupAlike([
            ["web1", { limit: 1 }],
            ["web2", { limit: 2 }],
            ["web3", { limit: 1 }],
        ]);
        assert.deepEqual(groups, [
            { names: ["web1", "web3"], what: { limit: 1 } },
            { names: ["web2"], what: { limit: 2 } },
        ]);
    });

    it("are all named when they are few, and counted when they are many", () => {
        const names = Array.from({ length: 50 }, (_, index) => `web${index + 1}`);
        assert.equal(listNames(names.slice(0, 3)), "web1, web2, web3");
        assert.equal(listNames(names), "web1, web2, … web50 (50 hosts)");
        assert.equal(listNames(names.slice(0, 6), 6), "web1, web2, web3, web4, web5, web6");
    });
});
