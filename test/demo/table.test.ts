import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { groupAlike, listNames, renderTable } from "../../demo/table";

describe("a table of the demo", () => {
    it("has columns as wide as their widest cell, and no blanks at the end of a line", () => {
        const rows = [
            ["key", "before", "now"],
            ["tcp_rmem", "4096 131072", "1 2"],
            ["a", "", ""],
        ];
        assert.deepEqual(renderTable(rows), ["key        before        now", "tcp_rmem   4096 131072   1 2", "a"]);
    });

    it("puts a column of numbers to the right, under its heading", () => {
        assert.deepEqual(
            renderTable([
                ["state", "web1"],
                ["TIME_WAIT", "4,000"],
                ["ESTABLISHED", "2"],
            ]),
            ["state          web1", "TIME_WAIT     4,000", "ESTABLISHED       2"],
        );
    });

    it("is nothing without rows", () => {
        assert.deepEqual(renderTable([]), []);
    });
});

describe("hosts in the demo", () => {
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
    });
});
