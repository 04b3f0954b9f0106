import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderTable } from "../../demo/table";

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
