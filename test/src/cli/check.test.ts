import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Diagnostic } from "../../../src/diagnostic";
import { article, tcpTuning } from "./support";

interface Document {
    readonly files: string[];
    readonly diagnostics: Diagnostic[];
    readonly counts: Record<string, number>;
}

function checkedAsJson(args: readonly string[], input?: string): Document {
    return JSON.parse(tcpTuning(["check", "--json", ...args], input).stdout) as Document;
}

describe("tcp-tuning check", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "check-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("finds every trap of the published parameters by its rule, at its line", () => {
        const [base, further, highTraffic] = article;
        const { diagnostics } = checkedAsJson([...article, "--memory", "16GiB"]);
        const traps: [file: string, line: number, severity: string, id: string, key: string][] = [
            [base!, 4, "error", "KEY-REMOVED", "net.ipv4.tcp_tw_recycle"],
            [further!, 10, "error", "KEY-UNKNOWN", "net.ipv4.tcp_timestsmps"],
            [further!, 10, "error", "REUSE-TS", "net.ipv4.tcp_timestsmps"],
            [further!, 13, "note", "KEY-NOSUCH-TW", "net.ipv4.tcp_tw_len"],
            [further!, 14, "warning", "REUSE-GLOBAL", "net.ipv4.tcp_tw_reuse"],
            [further!, 20, "error", "TRIPLE-ORDER", "net.ipv4.tcp_mem"],
            [further!, 20, "error", "MEM-PAGES", "net.ipv4.tcp_mem"],
            [further!, 21, "warning", "ORPHAN-MEM", "net.ipv4.tcp_max_orphans"],
            [further!, 22, "note", "FIN-NOT-TW", "net.ipv4.tcp_fin_timeout"],
            [highTraffic!, 3, "warning", "PORT-PARITY", "net.ipv4.ip_local_port_range"],
            [highTraffic!, 4, "warning", "KEY-DUP", "net.ipv4.tcp_max_syn_backlog"],
            [highTraffic!, 4, "warning", "SYN-IGNORED", "net.ipv4.tcp_max_syn_backlog"],
            [highTraffic!, 5, "warning", "TW-CAP-LOW", "net.ipv4.tcp_max_tw_buckets"],
        ];
        for (const [file, line, severity, id, key] of traps) {
            const found = diagnostics
                .filter((diagnostic) => diagnostic.id === id && diagnostic.location?.line === line)
                .map((diagnostic) => [diagnostic.location!.file, diagnostic.severity, diagnostic.key]);
            assert.deepEqual(found, [[file, severity, key]], `${file}:${line} ${id}`);
        }
        const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ id }) => id);
        assert.deepEqual(new Set(errors), new Set(traps.filter((trap) => trap[2] === "error").map((trap) => trap[3])));
    });

    it("prints file, line, rule and reason, the remedy below, and a summary", () => {
        const { status, stdout, stderr } = tcpTuning(["check", article[1]!]);
        assert.deepEqual([status, stderr], [1, ""]);
        const lines = stdout.trimEnd().split("\n");
        const start = `${article[1]}:10: error KEY-UNKNOWN net.ipv4.tcp_timestsmps`;
        const found = lines.findIndex((line) => line.startsWith(start));
        assert.notEqual(found, -1, stdout);
        assert.equal(lines[found + 1], "    Did you mean net.ipv4.tcp_timestamps?");
        assert.match(stdout, /further\.conf:13: note KEY-NOSUCH-TW .*: in a comment: /);
        assert.match(lines.at(-1)!, /^16 assignments in 1 file: \d+ errors, \d+ warnings, \d+ notes$/);
    });

    it("lists findings by file in the order given, then by line", () => {
        const { diagnostics } = checkedAsJson([...article].reverse());
        const places = diagnostics.map(({ location }) => [article.indexOf(location!.file), location!.line] as const);
        const sorted = [...places].sort(([fileA, lineA], [fileB, lineB]) => fileB - fileA || lineA - lineB);
        assert.deepEqual(places, sorted);
    });

    it("ends with 0 when there is no error, warnings or not", () => {
        assert.deepEqual(tcpTuning(["check", "-"], "net.ipv4.tcp_keepalive_time = 1200\n"), {
            status: 0,
            stdout: "1 assignment in 1 file: 0 errors, 0 warnings, 0 notes\n",
            stderr: "",
        });
        const { status, stdout } = tcpTuning(["check", "-"], "net.ipv4.ip_local_port_range = 10000 65000\n");
        assert.equal(status, 0);
        assert.match(stdout, /^\(standard input\):1: warning PORT-PARITY/);
    });

    it("reads files as one set, in which the last assignment wins", () => {
        const first = join(folder, "10-first.conf");
        const second = join(folder, "20-second.conf");
        writeFileSync(first, "net.ipv4.tcp_keepalive_time = 1200\n");
        writeFileSync(second, "net/ipv4/tcp_keepalive_time = 600\n");
        const { diagnostics, files } = checkedAsJson([first, second]);
        assert.deepEqual(files, [first, second]);
        assert.deepEqual(
            diagnostics.map(({ id, location }) => [id, location]),
            [["KEY-DUP", { file: second, line: 1 }]],
        );
        assert.ok(diagnostics[0]!.message.includes(`${first}:1`));
    });

    it("tells the errors of a value that a later one replaces, but combines only those that count", () => {
        const [first, second] = [join(folder, "h1.conf"), join(folder, "h2.conf")];
        writeFileSync(
            first,
            "net.ipv4.tcp_rmem = 16777216 4096 1\nnet.ipv4.tcp_wmem = 4096\nnet.ipv4.tcp_tw_recycle = 1\n" +
                "net.ipv4.tcp_timestamps = 0\nnet.ipv4.ip_local_port_range = 500 60001\n",
        );
        writeFileSync(
            second,
            "net.ipv4.tcp_rmem = 4096 131072 16777216\nnet.ipv4.tcp_wmem = 4096 131072 16777216\n" +
                "net.ipv4.tcp_timestamps = 1\nnet.ipv4.tcp_tw_reuse = 1\n" +
                "net.ipv4.ip_local_port_range = 10000 60001\nnet.ipv4.ip_unprivileged_port_start = 500\n",
        );
        const { diagnostics } = checkedAsJson([first, second]);
        assert.deepEqual(
            diagnostics
                .filter(({ severity }) => severity === "error")
                .map(({ id, location }) => [id, location!.file, location!.line]),
            [
                ["TRIPLE-ORDER", first, 1],
                ["TRIPLE-UNIT", first, 1],
                ["VAL-ARITY", first, 2],
                ["KEY-REMOVED", first, 3],
            ],
        );
        const junit = tcpTuning(["check", "--format", "junit", first, second]);
        assert.equal(junit.status, 1);
        assert.equal(junit.stdout.match(/has no errors/g)?.length, 1);
    });

    it("lets pass what is not networking, globs, exclusions and single interfaces", () => {
        const text =
            "kernel.panic = ten\nvm.swappiness = 10\n-dev.x/y = 1\nnet.ipv4.conf.*.rp_filter = 2\n" +
            "-net.ipv4.conf.eth0.rp_filter\nnet/ipv4/conf/enp3s0.200/forwarding = 1\nnet.ipv4.tcp_r*em = 1\n";
        const { status, stdout } = tcpTuning(["check", "-"], text);
        assert.equal(stdout, "6 assignments in 1 file: 0 errors, 0 warnings, 0 notes\n");
        assert.equal(status, 0);
    });

    it("reports values and lines that the kernel or the tools would take differently", () => {
        const text = "net.ipv4.tcp_fin_timeout = 010\r\nnet.ipv4.tcp_rmem = 4096 131072\nnet.core.somaxconn 4096\n";
        const { diagnostics, counts } = checkedAsJson(["-"], text);
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        assert.deepEqual(
            errors.map(({ id, location }) => `${location?.line} ${id}`),
            ["1 VAL-FORMAT", "1 VAL-FORMAT", "2 VAL-ARITY", "3 LINE-FORMAT"],
        );
        assert.equal(counts.error, 4);
    });

    it("takes memory, kernel and page size into account when they are given", () => {
        const ids = (args: string[], text: string) =>
            checkedAsJson([...args, "-"], text)
                .diagnostics.filter(({ severity }) => severity === "error")
                .map(({ id }) => id);
        const mem = "net.ipv4.tcp_mem = 786432 1048576 1572864\n";
        assert.deepEqual(ids(["--memory", "16GiB"], mem), []);
        assert.deepEqual(ids(["--memory", "4GiB"], mem), ["MEM-PAGES"]);
        assert.deepEqual(ids(["--memory", "16384M", "--page-size", "64KiB"], mem), ["MEM-PAGES"]);
        const migrate = "net.ipv4.tcp_migrate_req = 1\n";
        assert.deepEqual(ids(["--kernel", "6.1.0-18-amd64"], migrate), []);
        assert.deepEqual(ids(["--kernel", "4.4"], migrate), ["KEY-TOO-NEW"]);
    });

    it("refuses sizes and kernels that are none", () => {
        const cases = [
            ["--memory", "16"],
            ["--memory", "16GB"],
            ["--memory", "lots"],
            ["--memory", "0GiB"],
            ["--page-size", "5KiB"],
            ["--page-size", "1B"],
            ["--kernel", "six"],
        ] as const;
        for (const [option, value] of cases) {
            const { status, stdout, stderr } = tcpTuning(["check", "-", option, value]);
            assert.deepEqual([status, stdout], [2, ""], `${option} ${value}`);
            assert.ok(stderr.startsWith(`tcp-tuning check: ${option}`) && stderr.includes(`"${value}"`), stderr);
        }
    });

    it("says which files cannot be read and what to do, and judges the others all the same", () => {
        const missing = join(folder, "missing.conf");
        const { status, stdout, stderr } = tcpTuning(["check", article[0]!, `${folder}/`, missing]);
        assert.equal(status, 2);
        assert.match(stdout, /base\.conf:4: error KEY-REMOVED/);
        assert.ok(stderr.includes(`"${folder}/" is a directory. Name the files in it: ${folder}/*.conf`), stderr);
        assert.ok(stderr.includes(`"${missing}" does not exist.`), stderr);
        const { status: none, stdout: nothing } = tcpTuning(["check", missing]);
        assert.deepEqual([none, nothing], [2, ""]);
        assert.match(tcpTuning(["check"]).stderr, /^tcp-tuning check: No file is named\. Write for example/);
    });
});
