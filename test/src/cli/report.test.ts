import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { packMemory } from "../../../src/rollout/memory";
import { fleetReports } from "../../support/fleet";
import { ciphertext, fleetStateOf, stateOf } from "../../support/state";
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
        assert.match(stderr, /left out what is secret: report; add --show-secrets to pulumi stack output --json/);
    });

    it("names each tuning of a state without a report, on stderr and on the page, and ends with 1", () => {
        const state = stateOf([
            { name: "web1", stdout: `${JSON.stringify(calm)}\n` },
            { name: "web2" },
            { name: "web3", inputs: { verify: false } },
            { name: "web4" },
        ]);
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify(state));
        assert.equal(status, 1);
        assert.match(
            stderr,
            /^nothing is known of web2, web4: no verification has succeeded yet, as far as the state says$/m,
        );
        assert.match(stderr, /^nothing is known of web3: not verified, since its program says verify: false$/m);
        assert.match(stderr, /^1 host, 0 not as wanted; nothing is known of 3 tunings$/m);
        assert.match(stdout, /<h1>TCP tuning of 1 host, and 3 tunings of which nothing is known<\/h1>/);
        assert.match(stdout, /<em>successful<\/em>/);
        assert.match(stdout, /Nothing is known of these[\s\S]* web2<td[\s\S]* web3<td/);
        assert.match(stdout, /Nothing is left to do on the hosts below:/);
    });

    it("names each host of a fleet in a state without a report, and shows those that have one", () => {
        const memory = { web1: { id: "0", report: JSON.stringify(calm) }, web4: { id: "1" } };
        const tunings = [{ hosts: ["web1", "web2", "web3"] }, { hosts: ["web4"], verify: false }] as const;
        const state = fleetStateOf({ tunings, stdout: packMemory({ hosts: memory }) });
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify(state));
        assert.equal(status, 1);
        assert.deepEqual(stderr.split("\n"), [
            "nothing is known of web2, web3: no verification has succeeded yet, as far as the state says",
            "nothing is known of web4: not verified, since its program says verify: false",
            "1 host, 0 not as wanted; nothing is known of 3 tunings",
            "",
        ]);
        assert.match(stdout, /<h1>TCP tuning of 1 host, and 3 tunings of which nothing is known<\/h1>/);
        assert.match(stdout, /web1\.example\.com/);
    });

    const plan = '{"schema":1,"verb":"plan","token":"b","previous":"a"}\n';
    const failedRollout =
        "nothing is known of web1, web2: the last roll-out of fleet failed or was interrupted, and nothing is known since; run pulumi up";
    const former = packMemory({ token: "a", hosts: { web1: { id: "0", report: JSON.stringify(calm) } } });
    for (const [which, stdout] of [
        ["a later", former],
        ["its first", undefined],
    ] as const) {
        it(`names the hosts of a fleet of which ${which} roll-out failed, shows none of them, and ends with 1`, () => {
            const state = fleetStateOf({ tunings: [{ hosts: ["web1", "web2"] }], plan, stdout });
            const { status, stdout: page, stderr } = tcpTuning(["report"], JSON.stringify(state));
            assert.deepEqual(
                [status, stderr],
                [1, `${failedRollout}\n0 hosts, 0 not as wanted; nothing is known of 2 tunings\n`],
            );
            assert.match(page, /<h1>TCP tuning of 0 hosts, and 2 tunings of which nothing is known<\/h1>/);
            assert.match(page, /Nothing is known of these[\s\S]* web1<td[\s\S]*roll-out of fleet[\s\S]* web2<td/);
            assert.doesNotMatch(page, /web1\.example\.com|Nothing is left to do|<h2 id="hosts">/);
        });
    }

    it("shows the other hosts beside a fleet whose roll-out failed, and ends with 1", () => {
        const state = fleetStateOf({ tunings: [{ hosts: ["web1", "web2"] }], plan, stdout: former });
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify([state, fleetReports(3)[2]]));
        assert.deepEqual(
            [status, stderr],
            [1, `${failedRollout}\n1 host, 0 not as wanted; nothing is known of 2 tunings\n`],
        );
        assert.match(stdout, /web3\.example\.com/);
    });

    it("names tunings of a state that has no report at all, and ends with 1", () => {
        const { status, stderr } = tcpTuning(["report"], JSON.stringify(stateOf([{ name: "web1" }])));
        assert.equal(status, 1);
        assert.match(stderr, /^nothing is known of web1: no verification has succeeded yet/);
        assert.doesNotMatch(stderr, /pulumi stack export/);
    });

    it("says what is secret, on stderr and on the page, and ends with 1", () => {
        const { status, stdout, stderr } = tcpTuning(["report"], JSON.stringify({ web1: calm, web2: ciphertext }));
        assert.equal(status, 1);
        assert.match(
            stderr,
            /^left out what is secret: web2; add --show-secrets to pulumi stack output --json, or to pulumi/,
        );
        assert.match(stdout, /Left out<\/h2>[\s\S]*<li>what is secret: web2; add --show-secrets/);
    });

    it("says which of two reports of one host counts", () => {
        const old = { ...calm, verifiedAt: "2026-11-01T00:00:00Z" };
        const { status, stderr } = tcpTuning(["report"], JSON.stringify([calm, old]));
        assert.equal(status, 0);
        assert.match(stderr, /^more than one report of shop-prod-web1: of each host the one verified last counts$/m);
    });

    it("says in one line of how many hosts a report was replaced", () => {
        const fleet = fleetReports(200);
        const old = fleet.map((each) => ({ ...each, verifiedAt: "2026-11-01T00:00:00Z" }));
        const { stderr } = tcpTuning(["report"], JSON.stringify([...fleet, ...old]));
        assert.match(
            stderr,
            /^more than one report of shop-prod-web1, (shop-prod-web\d, ){3}shop-prod-web5 and 195 more hosts: of each host/,
        );
        assert.equal(stderr.match(/more than one report/g)?.length, 1);
    });

    it("tells hosts of one name apart by their tunings", () => {
        const [one, other] = fleetReports(2).map((each) => ({ ...each, host: "localhost" }));
        const { stdout } = tcpTuning(["report"], JSON.stringify([one, other]));
        assert.match(stdout, />localhost \(shop-prod-web1\)<\/a>/);
        assert.match(stdout, />localhost \(shop-prod-web2\)<\/a>/);
    });

    it("reads JSON behind a byte order mark", () => {
        assert.equal(tcpTuning(["report"], `\ufeff${outputs}`).status, 0);
    });

    it("says what UTF-16 is, and what to write instead", () => {
        const path = join(folder, "utf16.json");
        writeFileSync(path, Buffer.from(`\ufeff${outputs}`, "utf16le"));
        const { status, stderr } = tcpTuning(["report", path]);
        assert.equal(status, 2);
        assert.match(stderr, /utf16\.json is UTF-16, as PowerShell's > writes it.* Out-File -Encoding utf8/);
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
