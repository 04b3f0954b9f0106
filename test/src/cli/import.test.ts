import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { catalogue, parameterOf } from "../../../src/catalogue";
import { linuxKeys } from "../../../src/catalogue/linux-keys";
import { canonicalValue } from "../../../src/catalogue/value";
import { inventoryText } from "../../../src/import/inventory-text";
import { judge } from "../../../src/import/judge";
import { parseInventory } from "../../../src/inventory";
import { resolveSettings, type Tuning } from "../../../src/settings";
import { parseSysctlFile } from "../../../src/sysctl-file";
import { article, tcpTuning } from "./support";

/** What an inventory comes to on its one host: values by key, and the errors. */
function comesTo(inventory: string) {
    const [host] = parseInventory(inventory, "hosts.yaml").hosts;
    const { settings, diagnostics } = resolveSettings(host!.tuning as Tuning);
    return {
        values: Object.fromEntries(settings.map(({ key, value }) => [key, value])),
        errors: diagnostics.filter(({ severity }) => severity === "error"),
    };
}

describe("tcp-tuning import", () => {
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), "import-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("takes the published parameters over, but for those that are wrong, and says why", () => {
        const { status, stdout, stderr } = tcpTuning(["import", ...article]);
        assert.equal(status, 1);
        assert.match(stdout, /^      profile: high-traffic$/m);
        assert.match(stdout, /^ +net\.ipv4\.tcp_wmem: \[ 8192, 436600, 873200 \]$/m);
        const { values, errors } = comesTo(stdout);
        assert.deepEqual(
            [errors, Object.keys(values).length, values["net.ipv4.ip_local_port_range"]],
            [[], 18, "10000 65000"],
        );
        for (const told of [
            /base\.conf:4: left out KEY-REMOVED /,
            /further\.conf:10: left out KEY-UNKNOWN .*tcp_timestamps\?/,
            /further\.conf:20: left out TRIPLE-ORDER /,
            /high-traffic\.conf:3: warning PORT-PARITY /,
            /further\.conf:2: note KEY-DUP .*high-traffic\.conf:4 sets it again, to 8192/,
        ]) {
            assert.match(stderr, told);
        }
    });

    it("keeps every value that it takes, in an inventory without errors", () => {
        const value = fc.oneof(
            fc.nat(70000).map(String),
            fc.array(fc.nat(9_000_000).map(String), { minLength: 2, maxLength: 3 }).map((list) => list.join("\t")),
            fc.constantFrom("cubic", "yes", "010", "1:30", "", "a: b", "8080-8081,9000"),
        );
        const key = fc.constantFrom(
            ...Object.keys(catalogue),
            ...linuxKeys,
            "net.ipv4.conf.all.rp_filter",
            "vm.swappiness",
            "net.ipv4.tcp_tw_len",
            "net.ipv4.tcp_timestsmps",
            "net.ipv4.conf.*.rp_filter",
        );
        const line = fc
            .tuple(fc.constantFrom("", "-"), key, value)
            .map(([mark, name, text]) => `${mark}${name} = ${text}`);
        fc.assert(
            fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
                const { tuning, taken, leftOut } = judge(parseSysctlFile(lines.join("\n"), "x.conf").assignments);
                const wanted = Object.fromEntries(
                    taken.map((each) => [each.key, canonicalValue(parameterOf(each.key), each.value)]),
                );
                assert.ok(taken.length + leftOut.length > 0 || lines.length === 0);
                if (tuning !== undefined) {
                    assert.deepEqual(comesTo(inventoryText({ all: tuning }, "x.conf")), { values: wanted, errors: [] });
                }
            }),
            { numRuns: 300 },
        );
    });

    it("names a profile where that spares lines, puts other keys under unlisted, and marks optional ones", () => {
        const text =
            "net.ipv4.tcp_syncookies=1\nnet.ipv4.tcp_tw_reuse=1\nnet.ipv4.tcp_fin_timeout=30\n" +
            "net.ipv4.conf.all.rp_filter=2\n-net.ipv4.tcp_migrate_req=1\n";
        const { status, stdout } = tcpTuning(["import", "-"], text);
        assert.equal(status, 0);
        assert.equal(
            stdout.slice(stdout.indexOf("tcp_tuning:")),
            "tcp_tuning:\n      profile: base\n" +
                "      parameters:\n        net.ipv4.tcp_migrate_req: 1\n      unlisted:\n        net.ipv4.conf.all.rp_filter: 2\n" +
                "      optional: [ net.ipv4.tcp_migrate_req ]\n",
        );
        assert.doesNotMatch(tcpTuning(["import", "-"], "net.ipv4.tcp_fin_timeout=30\n").stdout, /profile/);
    });

    it("reads folders as systemd-sysctl does", () => {
        const [etc, usr] = ["etc", "usr"].map((name) => join(folder, name)) as [string, string];
        [etc, usr].forEach((path) => mkdirSync(path));
        writeFileSync(join(etc, "10-a.conf"), "net.core.somaxconn = 1024\n");
        writeFileSync(join(usr, "10-a.conf"), "net.core.somaxconn = 2048\nnet.ipv4.tcp_retries2 = 9\n");
        writeFileSync(join(usr, "05-b.conf"), "net.core.somaxconn = 4096\n");
        const { stdout, stderr } = tcpTuning(["import", etc, usr]);
        assert.deepEqual(comesTo(stdout).values, { "net.core.somaxconn": "1024" });
        assert.match(stderr, /05-b\.conf:1: note KEY-DUP /);
    });

    it("leaves out what is no networking, patterns, and lines that are no assignments", () => {
        const { status, stdout, stderr } = tcpTuning(
            ["import", "-"],
            "kernel.panic = 10\nnet.ipv4.conf.*.rp_filter = 1\nnonsense\nfs.file-max = 2097152\n",
        );
        assert.equal(status, 1);
        assert.deepEqual(comesTo(stdout).values, { "fs.file-max": "2097152" });
        assert.match(stderr, /:1: left out kernel\.panic = "10": it is neither/);
        assert.match(stderr, /:2: left out net\.ipv4\.conf\.\*\.rp_filter = "1": it is a pattern/);
        assert.match(stderr, /:3: left out LINE-FORMAT: "nonsense"/);
        assert.equal(tcpTuning(["import", "-"], "kernel.panic = 10\n").stdout, "");
    });

    it("writes a file only where none is, unless told to, and speaks JSON", () => {
        const file = join(folder, "hosts.yaml");
        const run = (...args: string[]) => tcpTuning(["import", "-", ...args], "net.ipv4.tcp_retries2 = 9\n");
        assert.equal(run("--output", file).status, 0);
        assert.deepEqual(comesTo(readFileSync(file, "utf8")).values, { "net.ipv4.tcp_retries2": "9" });
        assert.match(run("--output", file).stderr, /exists\. Name another file, or add --force/);
        assert.equal(run("--output", file, "--force").status, 0);
        const { inventory, tunings } = JSON.parse(run("--json").stdout) as { inventory: string; tunings: unknown };
        assert.deepEqual(
            [inventory, tunings],
            [readFileSync(file, "utf8"), { all: { parameters: { "net.ipv4.tcp_retries2": 9 } } }],
        );
    });

    it("reads playbooks beside files, in the order given", () => {
        const [conf, play] = ["late.conf", "early.yml"].map((name) => join(folder, name)) as [string, string];
        writeFileSync(conf, "net.ipv4.tcp_retries2 = 9\n");
        writeFileSync(play, "- hosts: all\n  tasks: [{sysctl: {name: net.ipv4.tcp_retries2, value: 10}}]\n");
        const late = tcpTuning(["import", play, conf]);
        assert.deepEqual([late.status, comesTo(late.stdout).values], [0, { "net.ipv4.tcp_retries2": "9" }]);
        assert.match(late.stderr, /early\.yml:2: note KEY-DUP .*late\.conf:1 sets it again, to 9/);
        assert.deepEqual(comesTo(tcpTuning(["import", conf, play]).stdout).values, { "net.ipv4.tcp_retries2": "10" });
    });

    it("leaves out what it cannot read beside what it can, and takes the rest", () => {
        const etc = join(folder, "partly");
        mkdirSync(join(etc, "folder.conf"), { recursive: true });
        writeFileSync(join(etc, "10-a.conf"), "net.ipv4.tcp_retries2 = 9\n");
        symlinkSync("/nowhere/b.conf", join(etc, "20-b.conf"));
        const { status, stdout, stderr } = tcpTuning(["import", etc, join(folder, "none.conf")]);
        assert.equal(status, 1);
        assert.deepEqual(comesTo(stdout).values, { "net.ipv4.tcp_retries2": "9" });
        assert.match(
            stderr,
            /^left out: ".*20-b\.conf" cannot be read: it is a link to \/nowhere\/b\.conf, which does not exist\.$/m,
        );
        assert.match(stderr, /folder\.conf" cannot be read: it is a folder, not a file\.$/m);
        assert.match(stderr, /none\.conf" cannot be read: it does not exist\.$/m);
        assert.match(tcpTuning(["import", "none.conf"]).stderr, /does not exist\. The path is relative to \//);
    });

    it("refuses to overwrite what it reads", () => {
        const file = join(folder, "own.conf");
        writeFileSync(file, "net.ipv4.tcp_retries2 = 9\n");
        const { status, stderr } = tcpTuning(["import", "--force", "--output", file, file]);
        assert.equal(status, 2);
        assert.match(stderr, /own\.conf" is what is read\. Name another file/);
        assert.equal(readFileSync(file, "utf8"), "net.ipv4.tcp_retries2 = 9\n");
    });

    it("takes the line behind a byte order mark, and notes the mark", () => {
        const { status, stdout, stderr } = tcpTuning(["import", "-"], "\uFEFFnet.ipv4.tcp_retries2 = 9\n");
        assert.deepEqual([status, comesTo(stdout).values], [0, { "net.ipv4.tcp_retries2": "9" }]);
        assert.match(stderr, /:1: note LINE-FORMAT: The file begins with a byte order mark/);
    });

    it("says what it cannot read, and ends with 2", () => {
        const [binary, yaml, empty] = ["binary.conf", "site.yml", "empty"].map((name) => join(folder, name)) as [
            string,
            string,
            string,
        ];
        writeFileSync(binary, "\0\u0001\0");
        writeFileSync(yaml, "all: {hosts: {web1: }}\n");
        mkdirSync(empty);
        const both = join(folder, "both");
        mkdirSync(both);
        writeFileSync(join(both, "a.conf"), "net.ipv4.tcp_retries2 = 9\n");
        writeFileSync(join(both, "b.yml"), "- hosts: web\n");
        const broken = join(folder, "broken.yml");
        writeFileSync(broken, "- hosts: web\n  tasks: [\n");
        const idle = join(folder, "idle.yml");
        writeFileSync(idle, "- hosts: web\n  tasks: [{debug: }]\n");
        const cases: [args: string[], message: RegExp][] = [
            [[both], /with \.conf files and with YAML/],
            [[broken], /broken\.yml" cannot be read: line 3: This is no valid YAML: /],
            [[idle], /No assignment was found\. .* playbooks and roles/],
            [[join(folder, "none")], /does not exist/],
            [[binary], /binary file/],
            [[yaml], /it is YAML, but no list of plays or tasks/],
            [[empty], /without \.conf files, playbooks or tasks/],
            [["-"], /No assignment was found/],
            [[], /No file is named/],
        ];
        for (const [args, message] of cases) {
            const { status, stdout, stderr } = tcpTuning(["import", ...args]);
            assert.deepEqual([status, stdout], [2, ""], stderr);
            assert.match(stderr, message);
        }
    });
});
