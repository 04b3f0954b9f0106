import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { catalogue } from "../../../src/catalogue";
import { rules } from "../../../src/rules";
import { buildFolder, tcpTuning } from "./support";

const ROOT = join(buildFolder, "..");

describe("tcp-tuning explain", () => {
    it("tells all that is known of a key, in either spelling", () => {
        const { status, stdout, stderr } = tcpTuning(["explain", "net/ipv4/tcp_mem"]);
        assert.deepEqual([status, stderr], [0, ""]);
        assert.ok(stdout.startsWith("net.ipv4.tcp_mem\n  effect "), stdout);
        for (const row of [
            /^  value +triple, pages\. The kernel takes 0 to 18446744073709551615\./m,
            /^  default +4\.68 %/m,
            /^  kernels +2\.4 or newer\. One for the whole host/m,
            /^  risk +Pages/m,
            /^  rules +TRIPLE-ORDER \(error\): /m,
            /^ +MEM-PAGES \(error\): /m,
            /^  profiles +full: 786432 1048576 1572864$/m,
            /^  published +94500000 /m,
            /^  source +/m,
        ]) {
            assert.match(stdout, row);
        }
        assert.equal(tcpTuning(["explain", "net.ipv4.tcp_mem"]).stdout, stdout);
        assert.equal(tcpTuning(["explain", "/proc/sys/net/ipv4/tcp_mem"]).stdout, stdout);
    });

    it("tells of a choice what each value means, and what a key goes with", () => {
        const { stdout } = tcpTuning(["explain", "net.ipv4.tcp_tw_reuse"]);
        assert.match(stdout, /^ +2: for loopback only$/m);
        assert.match(stdout, /^  goes with +net\.ipv4\.tcp_timestamps: must not be 0/m);
        assert.match(stdout, /REUSE-TS \(error\)/);
    });

    it("tells what a rule checks, its severity, and whether it can be accepted", () => {
        const { status, stdout } = tcpTuning(["explain", "MEM-PAGES", "VAL-RANGE", "reuse-global", "FIN-NOT-TW", "CC"]);
        assert.equal(status, 0);
        assert.match(
            stdout,
            /^MEM-PAGES\n  checks +tcp_mem counts pages.*\n  severity +error; lesser cases are a warning\n/m,
        );
        assert.match(stdout, /  accept +its warnings, with a reason\n  keys +net\.ipv4\.tcp_mem\n/);
        assert.match(stdout, /^VAL-RANGE\n[\s\S]*  accept +no: it is an error\n  keys +any\n/m);
        assert.match(stdout, /^REUSE-GLOBAL\n[\s\S]*  accept +yes, with a reason\n/m);
        assert.match(stdout, /^FIN-NOT-TW\n[\s\S]*  accept +no: it is a note\n/m);
        assert.match(stdout, /^CC\n[\s\S]*  where +on the host/m);
    });

    it("tells what was meant, or what happened to a key, and ends with 1", () => {
        const cases: [asked: string, answer: RegExp][] = [
            ["net.ipv4.tcp_timestsmps", /no such key is known\. Did you mean net\.ipv4\.tcp_timestamps\?/],
            ["tcp_rmem", /Did you mean net\.ipv4\.tcp_rmem\?/],
            [
                "net.ipv4.tcp_tw_recycle",
                /was removed in Linux 4\.12 .*no key replaces it\.\nnet\.ipv4\.tcp_tw_recycle\n/,
            ],
            ["net.ipv4.tcp_tw_len", /no kernel has this key: TIME_WAIT lasts 60 s/],
            ["net.ipv4.icmp_ratelimit", /not in the catalogue, .*Put it under `unlisted`/],
            ["MEM-PAGE", /there is no such rule, and no such key\. Did you mean MEM-PAGES\?/],
            ["net..x", /this is not a key/],
        ];
        for (const [asked, answer] of cases) {
            const { status, stdout, stderr } = tcpTuning(["explain", asked]);
            assert.deepEqual([status, stderr], [1, ""], asked);
            assert.match(stdout, answer);
        }
        assert.equal(tcpTuning(["explain"]).status, 2);
    });

    it("explains every key of the catalogue and every rule, as text and as JSON", () => {
        const known = [...Object.keys(catalogue), ...rules.map(({ id }) => id)];
        const { stdout } = tcpTuning(["explain", ...known]);
        assert.doesNotMatch(stdout, /  undefined|NaN|\[object/);
        const { explanations } = JSON.parse(tcpTuning(["explain", "--json", ...known]).stdout) as {
            explanations: { parameter?: unknown; rule?: unknown }[];
        };
        assert.equal(explanations.length, known.length);
        assert.ok(explanations.every(({ parameter, rule }) => (parameter ?? rule) !== undefined));
    });

    it("knows every id that the product prints", () => {
        const sources = globSync(["src/**/*.ts", "components/*.ts"], { cwd: ROOT });
        const printed = sources.flatMap((file) => [
            ...readFileSync(join(ROOT, file), "utf8").matchAll(/\bid: "([A-Z][A-Z-]+)"/g),
        ]);
        const ids = [...new Set(printed.map(([, id = ""]) => id))];
        assert.ok(ids.length > 50 && ids.includes("LINE-FORMAT") && ids.includes("IMPORT"));
        const { status, stdout } = tcpTuning(["explain", ...ids]);
        assert.equal(status, 0);
        assert.doesNotMatch(stdout, /there is no such rule/);
    });
});
