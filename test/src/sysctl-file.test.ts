import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { dottedKey, parseSysctlFile } from "../../src/sysctl-file";

const article = resolve("test/fixtures/article");

function assignments(text: string): [key: string, value: string][] {
    const parsed = parseSysctlFile(text, "x.conf");
    assert.deepEqual(parsed.diagnostics, []);
    return parsed.assignments.map(({ key, value }) => [key, value]);
}

describe("a sysctl.d file", () => {
    it("gives each assignment with its line", () => {
        const text = "# head\n\nnet.ipv4.tcp_fin_timeout = 30\n; other\n  net.core.somaxconn=4096  \n";
        assert.deepEqual(parseSysctlFile(text, "x.conf"), {
            assignments: [
                {
                    key: "net.ipv4.tcp_fin_timeout",
                    value: "30",
                    optional: false,
                    glob: false,
                    location: { file: "x.conf", line: 3 },
                },
                {
                    key: "net.core.somaxconn",
                    value: "4096",
                    optional: false,
                    glob: false,
                    location: { file: "x.conf", line: 5 },
                },
            ],
            commented: [],
            diagnostics: [],
        });
    });

    it("keeps the text of a value as it is, blanks and equal signs inside included", () => {
        assert.deepEqual(assignments("net.ipv4.tcp_rmem  =  4096\t131072   6291456 \n"), [
            ["net.ipv4.tcp_rmem", "4096\t131072   6291456"],
        ]);
        assert.deepEqual(assignments("kernel.core_pattern=|/bin/x a=%p # no comment"), [
            ["kernel.core_pattern", "|/bin/x a=%p # no comment"],
        ]);
        assert.deepEqual(assignments("net.ipv4.tcp_fin_timeout ="), [["net.ipv4.tcp_fin_timeout", ""]]);
    });

    it("knows `-` as the mark of an optional key", () => {
        const { assignments: found } = parseSysctlFile("-net.ipv4.a = 1\n- net.ipv4.b = 2\nnet.ipv4.c = 3\n", "x");
        assert.deepEqual(
            found.map(({ key, optional }) => [key, optional]),
            [
                ["net.ipv4.a", true],
                ["net.ipv4.b", true],
                ["net.ipv4.c", false],
            ],
        );
    });

    it("lets the first separator of a key decide", () => {
        assert.equal(dottedKey("net.ipv4.tcp_rmem"), "net.ipv4.tcp_rmem");
        assert.equal(dottedKey("net/ipv4/tcp_rmem"), "net.ipv4.tcp_rmem");
        assert.equal(dottedKey("/net/ipv4/tcp_rmem"), "net.ipv4.tcp_rmem");
        assert.equal(dottedKey("net/ipv4/conf/enp3s0.200/forwarding"), "net.ipv4.conf.enp3s0/200.forwarding");
        assert.equal(dottedKey("net.ipv4.conf.enp3s0/200.forwarding"), "net.ipv4.conf.enp3s0/200.forwarding");
    });

    it("tells globs from keys, and takes exclusions from them for what they are", () => {
        const text = "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.eth0.rp_filter\nnet.ipv4.conf.all.rp_filter = 1\n";
        const { assignments: found, diagnostics } = parseSysctlFile(text, "x");
        assert.deepEqual(diagnostics, []);
        assert.deepEqual(
            found.map(({ key, glob }) => [key, glob]),
            [
                ["net.ipv4.conf.*.rp_filter", true],
                ["net.ipv4.conf.all.rp_filter", false],
            ],
        );
    });

    it("reports every line that is no assignment", () => {
        const text = "net.ipv4.tcp_rmem 4096\n= 5\n[Service]\nnet.ipv4 .x = 1\n-\nnet.a = 1\nnet.b\u00a0= 1\n";
        const { assignments: found, diagnostics } = parseSysctlFile(text, "x.conf");
        assert.deepEqual(
            found.map(({ key }) => key),
            ["net.a"],
        );
        assert.deepEqual(
            diagnostics.map(({ id, severity, location }) => [id, severity, location?.line]),
            [1, 2, 3, 4, 5, 7].map((line) => ["LINE-FORMAT", "error", line]),
        );
        assert.match(diagnostics[0]!.message, /"net\.ipv4\.tcp_rmem 4096" is not "key = value"/);
    });

    it("reports Windows line ends once, and a byte order mark", () => {
        const text = "\uFEFFnet.a = 1\r\nnet.b = 2\nnet.c = 3\r\n";
        const { assignments: found, diagnostics } = parseSysctlFile(text, "x.conf");
        assert.deepEqual(
            found.map(({ value }) => value),
            ["1", "2", "3"],
        );
        assert.deepEqual(
            diagnostics.map(({ id, location }) => [id, location?.line]),
            [
                ["LINE-FORMAT", 1],
                ["VAL-FORMAT", 1],
            ],
        );
        assert.match(diagnostics[1]!.message, /^2 lines end in CR LF/);
    });

    it("finds assignments that are commented out, and no prose", () => {
        const text =
            "#net.ipv4.tcp_tw_len = 1\n; -net/ipv4/tcp_tw_recycle=1\n## net.core.somaxconn = 1\n# a = b\n" +
            "# see net.ipv4.tcp_mem = pages\n# reference value: 786432\n#\n";
        const { assignments: found, commented, diagnostics } = parseSysctlFile(text, "x");
        assert.deepEqual([found, diagnostics], [[], []]);
        assert.deepEqual(
            commented.map(({ key, value, location }) => [key, value, location.line]),
            [
                ["net.ipv4.tcp_tw_len", "1", 1],
                ["net.ipv4.tcp_tw_recycle", "1", 2],
                ["net.core.somaxconn", "1", 3],
            ],
        );
    });

    it("has the article's parameters in the order they were published", () => {
        const text = readFileSync(join(article, "further.conf"), "utf8");
        const { assignments: found, commented } = parseSysctlFile(text, "further.conf");
        assert.equal(found.length, 16);
        assert.deepEqual([found[7]!.key, found[7]!.location.line], ["net.ipv4.tcp_timestsmps", 10]);
        assert.deepEqual(
            commented.map(({ key }) => key),
            ["net.ipv4.tcp_tw_len"],
        );
    });
});
