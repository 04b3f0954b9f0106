import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fleetReports } from "../../support/fleet";
import { tcpTuning } from "./support";

const [calm] = fleetReports(1);
const failed = fleetReports(38).at(-1)!;
const outputs = JSON.stringify({ reports: { web1: calm }, summary: { web1: "…" } });

describe("tcp-tuning report", () => {
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), "report-"))));
    after(() => rmSync(folder, { recursive: true }));
    const file = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
    };

    it("makes a page of a stack's outputs on standard input", () => {
        const { status, stdout, stderr } = tcpTuning(["report"], outputs);
        assert.deepEqual([status, stderr], [0, "1 host, 0 not as wanted\n"]);
        assert.match(stdout, /^<!DOCTYPE html>[\s\S]*web1\.example\.com[\s\S]*<\/html>\n$/);
    });

    it("takes files together, also with one report a line, and ends with 1 where a host is not as wanted", () => {
        const lines = file("fleet.jsonl", `${JSON.stringify(calm)}\n${JSON.stringify(failed)}\n`);
        const { status, stdout, stderr } = tcpTuning(["report", lines, file("outputs.json", outputs)]);
        assert.deepEqual([status, stderr], [1, "2 hosts, 1 not as wanted\n"]);
        assert.match(stdout, /is 44 instead of 30/);
    });

    it("writes a file, over an existing one only when forced", () => {
        const page = join(folder, "fleet.html");
        assert.deepEqual(tcpTuning(["report", "--output", page], outputs), {
            status: 0,
            stdout: "",
            stderr: "1 host, 0 not as wanted\n",
        });
        writeFileSync(page, "mine");
        const refused = tcpTuning(["report", "--output", page], outputs);
        assert.equal(refused.status, 2);
        assert.match(refused.stderr, /fleet\.html" exists\. Name another file, or add --force to overwrite it\.\n$/);
        assert.equal(readFileSync(page, "utf8"), "mine");
        assert.equal(tcpTuning(["report", "--force", "--output", page], outputs).status, 0);
        assert.match(readFileSync(page, "utf8"), /^<!DOCTYPE html>/);
    });

    it("refuses outputs without a report, and says what to export", () => {
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify({ summary: {}, report: "[secret]" }));
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(
            stderr,
            /^tcp-tuning report: No report was found\. Export one of each tuning, .*web1: web1\.report/,
        );
        assert.match(stderr, /pulumi stack export \| tcp-tuning report/);
        assert.match(stderr, /since it is secret: report; pulumi stack output --json --show-secrets/);
    });

    it("tells a report of another version, shows the others, and ends with 1", () => {
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify({ old: { ...calm, schema: 0 }, calm }));
        assert.equal(status, 1);
        assert.match(
            stderr,
            /^left out old: a report of schema 0, and only 1 is known here; .*\n1 host, 0 not as wanted\n$/,
        );
        assert.match(stdout, /TCP tuning of 1 host</);
    });

    const refused: readonly [string, readonly string[], string, RegExp][] = [
        [
            "what is no JSON",
            [],
            "Current stack outputs (1):\n  summary x\n",
            /\(standard input\) is no JSON: .*Is --json missing/,
        ],
        ["nothing at all", [], "\n", /\(standard input\) is empty\. Write for example: pulumi stack output --json \| /],
        ["a file that is not there", ["/nonexistent.json"], "", /"\/nonexistent\.json" does not exist/],
        ["a folder", ["/etc/"], "", /"\/etc\/" is a directory\. Name the files in it: \/etc\/\*\.json/],
        [
            "a file that cannot be written",
            ["--output", "/nonexistent/x.html"],
            outputs,
            /"\/nonexistent\/x\.html" cannot be written: ENOENT/,
        ],
    ];
    for (const [what, args, input, reason] of refused) {
        it(`refuses ${what}`, () => {
            const { status, stdout, stderr } = tcpTuning(["report", ...args], input);
            assert.deepEqual([status, stdout], [2, ""]);
            assert.match(stderr, reason);
        });
    }
});
