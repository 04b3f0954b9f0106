import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Ajv } from "ajv";
import { article, bin } from "./support";

const INVENTORY = `all:
  vars:
    ansible_ssh_private_key_file: /nonexistent/key
    tcp_tuning: { profile: base }
  children:
    web:
      hosts:
        web[1:3].example.com:
      vars:
        tcp_tuning:
          profile: high-traffic
          parameters:
            net.ipv4.tcp_fin_timeuot: 20
            net.core.somaxconn: 16384
          accept: { SOMAX-APP: "agreed, 100% & <sure>" }
    db:
      hosts: { db1.example.com: }
`;

/** The published schema; as a draft 4 it names itself in a way that Ajv does not know, and has nothing else of that draft. */
function sarifMistakes(log: unknown): unknown {
    const { $schema, id, ...schema } = JSON.parse(readFileSync("test/fixtures/sarif/sarif-2.1.0-rtm.5.json", "utf8"));
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
        schema,
    );
    return validate(log) ? [] : validate.errors;
}

interface SarifResult {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly locations: readonly [
        { readonly physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } },
    ];
    readonly suppressions?: readonly { readonly justification: string }[];
}

interface Rule {
    readonly id: string;
    readonly help: { readonly text: string };
    readonly defaultConfiguration: { readonly level: string };
}

interface Issue {
    readonly check_name: string;
    readonly severity: string;
    readonly fingerprint: string;
    readonly location: object;
}

describe("tcp-tuning check, in the formats of forges", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "formats-"));
        write("repository/infra/inventory.yaml", INVENTORY);
        write(
            "repository/infra/group_vars/db.yml",
            "# the databases\ntcp_tuning: { parameters: { net.ipv4.tcp_rmem: [4096, 131072] } }\n",
        );
        write("repository/infra/odd 100%, name: x.conf", "net.ipv4.tcp_fin_timeuot = 20%\nnot an assignment\n");
        write("repository/infra/good.conf", "net.ipv4.tcp_keepalive_time = 600\n");
    });
    after(() => rmSync(folder, { recursive: true }));

    function write(name: string, text: string): void {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
    }

    /** Run in the folder of the infrastructure, in a repository that a forge has checked out. */
    function checked(format: string, files: readonly string[] = ["inventory.yaml"], env: Record<string, string> = {}) {
        const cwd = join(folder, "repository/infra");
        const top = { GITHUB_WORKSPACE: join(folder, "repository"), ...env };
        const args = [bin, "check", "--format", format, ...files];
        return spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { ...process.env, ...top } });
    }

    it("finds in an inventory what is wrong, at file and line, without a host and without its private key", () => {
        const { status, stdout, stderr } = checked("text");
        assert.deepEqual([status, stderr], [1, ""]);
        assert.match(stdout, /^inventory\.yaml:13: error KEY-UNKNOWN .*tcp_fin_timeuot/m);
        assert.match(stdout, /^inventory\.yaml:14: warning SOMAX-APP .*Accepted: agreed, 100% & <sure>\.$/m);
        assert.match(stdout, /^group_vars\/db\.yml:2: error VAL-ARITY net\.ipv4\.tcp_rmem/m);
        assert.match(stdout, /^4 hosts in 1 inventory: 2 errors, 1 warning, 0 notes\n$/m);
    });

    it("passes an inventory that is in order, and tells nothing of what its profile accepts", () => {
        write("repository/infra/fine.yml", "all: { hosts: { web1: { tcp_tuning: { profile: high-traffic } } } }\n");
        const { status, stdout } = checked("text", ["fine.yml", "good.conf"]);
        assert.deepEqual(
            [status, stdout],
            [0, "1 assignment in 1 file, 1 host in 1 inventory: 0 errors, 0 warnings, 0 notes\n"],
        );
    });

    it("tells an inventory that is no YAML, or has no hosts, as an error", () => {
        write("repository/infra/broken.yaml", "all: [\n");
        write("repository/infra/empty.yaml", "all: {}\n");
        const { status, stdout } = checked("text", ["broken.yaml", "empty.yaml"]);
        assert.equal(status, 1);
        assert.match(stdout, /^broken\.yaml:\d+: error INVENTORY: /m);
        assert.match(stdout, /^empty\.yaml:1: error INVENTORY: The inventory has no hosts/m);
        assert.equal(checked("text", ["nowhere.yaml"]).status, 2);
    });

    it("annotates files from the top of the repository, with what a workflow command cannot hold escaped", () => {
        const { status, stdout } = checked("github", ["inventory.yaml", "odd 100%, name: x.conf"]);
        const lines = stdout.trimEnd().split("\n");
        assert.equal(status, 1);
        assert.ok(
            lines.includes(
                '::error file=infra/inventory.yaml,line=13,title=KEY-UNKNOWN::net.ipv4.tcp_fin_timeuot = "20": ' +
                    "no such key is known. Did you mean net.ipv4.tcp_fin_timeout?",
            ),
            stdout,
        );
        assert.match(stdout, /^::error file=infra\/group_vars\/db\.yml,line=2,title=VAL-ARITY::net\.ipv4\.tcp_rmem/m);
        assert.match(
            stdout,
            /^::error file=infra\/odd 100%25%2C name%3A x\.conf,line=1,title=KEY-UNKNOWN::\S+ = "20%25": /m,
        );
        assert.match(stdout, /,line=2,title=LINE-FORMAT::"not an assignment" is not /);
        assert.doesNotMatch(stdout, /SOMAX-APP/, "an accepted warning");
        assert.match(lines.at(-1)!, /^1 assignment in 1 file, 4 hosts in 1 inventory: /);
    });

    it("leaves the path of a file outside of the repository as it was named", () => {
        const outside = join(folder, "outside.conf");
        writeFileSync(outside, "net.ipv4.tcp_tw_recycle = 1\n");
        assert.match(
            checked("github", [outside]).stdout,
            /^::error file=\/.*\/outside\.conf,line=1,title=KEY-REMOVED/m,
        );
    });

    it("writes SARIF 2.1.0 as its schema wants it, with rules, help, and what was accepted as suppressed", () => {
        for (const files of [
            ["inventory.yaml", "odd 100%, name: x.conf"],
            ["good.conf"],
            [join(process.cwd(), article[1]!)],
        ]) {
            const log = JSON.parse(checked("sarif", files).stdout);
            assert.deepEqual(sarifMistakes(log), []);
            assert.notDeepEqual(sarifMistakes({ ...log, runs: [{ ...log.runs[0], tool: {} }] }), []);
        }
        const [run]: [{ tool: { driver: { rules: Rule[] } }; results: SarifResult[] }] = JSON.parse(
            checked("sarif", ["inventory.yaml", "odd 100%, name: x.conf"]).stdout,
        ).runs;
        const { rules } = run.tool.driver;
        for (const { ruleId, ruleIndex } of run.results) {
            assert.equal(rules[ruleIndex]!.id, ruleId);
        }
        const places = run.results.map(
            ({ ruleId, level, locations: [{ physicalLocation: place }], suppressions = [] }) =>
                `${place.artifactLocation.uri}:${place.region.startLine} ${level} ${ruleId} ` +
                suppressions.map(({ justification }) => justification).join(),
        );
        assert.ok(places.includes("infra/inventory.yaml:13 error KEY-UNKNOWN "), places.join("\n"));
        assert.ok(places.includes("infra/inventory.yaml:14 warning SOMAX-APP agreed, 100% & <sure>"));
        assert.ok(places.includes("infra/odd%20100%25%2C%20name%3A%20x.conf:2 error LINE-FORMAT "));
        const unknown = rules.find(({ id }) => id === "KEY-UNKNOWN")!;
        assert.match(unknown.help.text, /A key must exist .* explain KEY-UNKNOWN/);
        assert.equal(unknown.defaultConfiguration.level, "error");
    });

    it("writes JUnit XML with a failure for each error, and a case that passes for a file without", () => {
        const { stdout } = checked("junit", ["inventory.yaml", "good.conf"]);
        const reader =
            "import sys, json, xml.etree.ElementTree as E\n" +
            "print(json.dumps([[s.get('name'), s.get('tests'), s.get('failures'), [[c.get('name'), [f.get('message') for f in" +
            " c.findall('failure')], [o.text for o in c.findall('system-out')]] for c in s]] for s in E.fromstring(sys.stdin.buffer.read())]))";
        const suites = JSON.parse(execFileSync("python3", ["-c", reader], { input: stdout, encoding: "utf8" }));
        assert.deepEqual(
            suites.map(([name, tests, failures]: unknown[]) => [name, tests, failures]),
            [
                ["infra/inventory.yaml", "2", "1"],
                ["infra/good.conf", "1", "0"],
                ["infra/group_vars/db.yml", "1", "1"],
            ],
        );
        const [[unknown, [message]], [accepted, none, [told]]] = suites[0][3];
        assert.equal(unknown, "line 13 KEY-UNKNOWN net.ipv4.tcp_fin_timeuot");
        assert.match(message, /^KEY-UNKNOWN .* = "20": no such key is known/);
        assert.deepEqual([accepted, none], ["line 14 SOMAX-APP net.core.somaxconn", []]);
        assert.match(told, /Accepted: agreed, 100% & <sure>\./);
    });

    it("writes a code quality report, in which an issue that moves to another line stays the same", () => {
        const report = (text: string): Issue[] => {
            write("repository/infra/two.conf", text);
            return JSON.parse(checked("gitlab", ["two.conf"]).stdout);
        };
        const before = report("net.ipv4.tcp_tw_recycle = 1\nnot an assignment\n");
        assert.deepEqual(
            before.map(({ check_name, severity, location }) => [check_name, severity, location]),
            [
                ["KEY-REMOVED", "major", { path: "infra/two.conf", lines: { begin: 1 } }],
                ["LINE-FORMAT", "major", { path: "infra/two.conf", lines: { begin: 2 } }],
            ],
        );
        const moved = report("# moved\nnet.ipv4.tcp_tw_recycle = 1\nnot an assignment\nnot an assignment\n");
        const prints = moved.map(({ fingerprint }) => fingerprint);
        assert.deepEqual(
            prints.slice(0, 2),
            before.map(({ fingerprint }) => fingerprint),
        );
        assert.equal(new Set(prints).size, 3);
    });

    it("refuses a format that it does not have, and two at once", () => {
        assert.match(checked("sarfi").stderr, /There is no format "sarfi"\. Did you mean sarif\?/);
        const { status, stderr } = checked("text", ["good.conf", "--json"]);
        assert.deepEqual([status, /--json and --format text are given\. Keep one\./.test(stderr)], [2, true]);
    });
});
