import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { article, bin, buildFolder, tcpTuning } from "./support";

describe("the command line", () => {
    it("explains itself, in general and for each command", () => {
        const general = tcpTuning(["--help"]);
        assert.deepEqual([general.status, general.stderr], [0, ""]);
        for (const command of ["check", "comment", "diff", "explain", "import", "render", "report", "states"]) {
            assert.match(general.stdout, new RegExp(`^  ${command} `, "m"));
            const { status, stdout } = tcpTuning([command, "--help"]);
            assert.equal(status, 0);
            assert.ok(stdout.startsWith(`Usage: tcp-tuning ${command} `), stdout);
            assert.match(stdout, /^Options:$/m);
        }
        const nothing = tcpTuning([]);
        assert.deepEqual(nothing, { status: 2, stdout: "", stderr: general.stdout });
    });

    it("knows its version", () => {
        const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
        assert.deepEqual(tcpTuning(["--version"]), { status: 0, stdout: `${version}\n`, stderr: "" });
    });

    it("suggests what was probably meant", () => {
        const cases: [args: string[], message: string][] = [
            [["chekc"], 'tcp-tuning: There is no command "chekc". Did you mean check?\n'],
            [["observe"], 'tcp-tuning: There is no command "observe". tcp-tuning --help lists what there is.\n'],
            [["--versoin"], 'tcp-tuning: There is no option "--versoin". Did you mean --version?\n'],
            [["check", "--memry=1GiB"], 'tcp-tuning check: There is no option "--memry". Did you mean --memory?\n'],
            [["states", "-j"], 'tcp-tuning states: There is no option "-j". Known are --json, --help.\n'],
            [
                ["check", "--constructor"],
                'tcp-tuning check: There is no option "--constructor". ' +
                    "Known are --memory, --kernel, --page-size, --format, --json, --help.\n",
            ],
            [["check", "--memory", "--json"], "tcp-tuning check: --memory needs a value: --memory SIZE.\n"],
            [["check", "x", "--memory"], "tcp-tuning check: --memory needs a value: --memory SIZE.\n"],
            [["check", "x", "--json=yes"], 'tcp-tuning check: --json takes no value. Received: "yes".\n'],
        ];
        for (const [args, stderr] of cases) {
            assert.deepEqual(tcpTuning(args), { status: 2, stdout: "", stderr });
        }
    });

    it("takes anything behind -- for a file", () => {
        const { status, stderr } = tcpTuning(["check", "--", "--json"]);
        assert.equal(status, 2);
        assert.match(stderr, /"--json" does not exist/);
    });

    it("keeps calm when its reader closes the pipe", () => {
        const script = '"$0" "$1" check --json $2 | head -c 1; exit "${PIPESTATUS[0]}"';
        const manyFiles = Array.from({ length: 60 }, () => article.join(" ")).join(" ");
        const { status, stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, bin, manyFiles], {
            encoding: "utf8",
        });
        assert.deepEqual([status, stdout, stderr], [1, "{", ""]);
    });

    const skip = process.platform !== "linux" && "needs script(1) of util-linux";
    it("colours what a terminal shows, and nothing else", { skip }, () => {
        const shown = (environment: Record<string, string>) => {
            const env: Record<string, string | undefined> = { ...process.env, NO_COLOR: undefined, ...environment };
            const command = `'${process.execPath}' '${bin}' check '${article[0]}'`;
            return spawnSync("script", ["-qec", command, "/dev/null"], { encoding: "utf8", env, input: "" }).stdout;
        };
        assert.ok(shown({}).includes("\u001b[1;31merror KEY-REMOVED\u001b[0m"));
        assert.match(shown({ NO_COLOR: "1" }), /error KEY-REMOVED/);
        assert.ok(!shown({ NO_COLOR: "1" }).includes("\u001b"));
        assert.ok(!tcpTuning(["check", article[0]!]).stdout.includes("\u001b"));
    });

    it("needs nothing but node: neither Pulumi nor, but for inventories, any other package", () => {
        const folder = mkdtempSync(join(tmpdir(), "bare-"));
        try {
            cpSync(join(buildFolder, "src"), join(folder, "dist/src"), { recursive: true });
            cpSync("package.json", join(folder, "package.json"));
            const program = join(folder, "dist/src/cli/main.js");
            const { status, stdout, stderr } = tcpTuning(["render", "--profile", "base"], "", program);
            assert.equal(status, 0, stderr);
            assert.match(stdout, /net\.ipv4\.tcp_syncookies = 1/);
            const diff = tcpTuning(["diff", "--inventory", "inventory.dev.yaml"], "", program);
            assert.equal(diff.status, 2);
            assert.match(diff.stderr, /Cannot find module 'yaml'/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
