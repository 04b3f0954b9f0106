import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";

const GITLAB = join(process.cwd(), "node_modules/gitlab-ci-local/dist/index.js");

interface Job {
    readonly variables: Readonly<Record<string, string>>;
    readonly before_script: readonly string[];
    readonly script: readonly string[];
    readonly rules: readonly { readonly if: string; readonly variables?: object }[];
}

describe("the template for GitLab, by GitLab's own schema", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "gitlab-"));
        const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
        git("init", "--initial-branch=main");
        git("remote", "add", "origin", "git@gitlab.example.com:acme/infra.git");
        cpSync("ci/gitlab.yml", join(folder, "ci/gitlab.yml"));
        git("add", "ci");
        git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--message", "Add the template");
    });
    after(() => rmSync(folder, { recursive: true }));

    /** The jobs of a project that includes the template. */
    function jobsWith(inputs: object): Record<string, Job> {
        writeFileSync(
            join(folder, ".gitlab-ci.yml"),
            JSON.stringify({ include: [{ local: "ci/gitlab.yml", inputs }] }),
        );
        const { status, stdout, stderr } = spawnSync(process.execPath, [GITLAB, "--preview"], {
            cwd: folder,
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        assert.match(stderr, /json schema validated/);
        return parse(stdout.slice(stdout.indexOf("---")));
    }

    it("is valid, and hands its inputs to the script that forges share", () => {
        const jobs = jobsWith({ stack: "acme/shop/prod", check: "inventory.yaml *.conf", observe: true });
        const { variables, script, rules } = jobs["tcp-tuning-preview"]!;
        assert.deepEqual(
            [variables["TCP_TUNING_STACK"], variables["TCP_TUNING_CHECK"], variables["TCP_TUNING_OBSERVE"]],
            ["acme/shop/prod", "inventory.yaml *.conf", "true"],
        );
        assert.deepEqual(script, ["sh node_modules/pulumi-tcp-tuning/ci/preview.sh"]);
        assert.deepEqual(rules[0]!.variables, { TCP_TUNING_COMMENT: "gitlab" });
        assert.equal(jobs["tcp-tuning-drift"]!.variables["TCP_TUNING_DRIFT"], "true");
        assert.match(jobs["tcp-tuning-drift"]!.rules[0]!.if, /== "schedule"/);
    });

    it("hands the version of the command line to its installer, and no input to a shell but by a variable", () => {
        const own = { "working-directory": "a $(b)", "pulumi-version": "3.220.0" };
        const { variables, before_script: script } = jobsWith({ stack: "dev", ...own })["tcp-tuning-preview"]!;
        assert.deepEqual([variables["WORKING_DIRECTORY"], variables["PULUMI_VERSION"]], ["a $(b)", "3.220.0"]);
        assert.doesNotMatch(script.join("\n"), /\$\(b\)|3\.220/);
        const bin = join(folder, "bin");
        mkdirSync(bin);
        writeFileSync(join(bin, "curl"), `#!/bin/sh\necho 'echo "installed: $*"'\n`, { mode: 0o755 });
        writeFileSync(join(bin, "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
        const install = (version: string) =>
            execFileSync("sh", ["-euc", script.at(-1)!], {
                env: { HOME: folder, PATH: `${bin}:${process.env["PATH"]}`, PULUMI_VERSION: version },
                encoding: "utf8",
            });
        assert.equal(install("3.220.0"), "installed: --version 3.220.0\n");
        assert.equal(install(""), "", "the image has one");
    });

    it("sets no variable that the script does not know", () => {
        const documented = execFileSync("grep", ["-o", "^#   TCP_TUNING_[A-Z_]*", "ci/preview.sh"], {
            encoding: "utf8",
        });
        const known = documented
            .trim()
            .split("\n")
            .map((line) => line.slice(4));
        const workflow = parse(readFileSync(".github/workflows/tcp-tuning.yml", "utf8"));
        const step = workflow.jobs.preview.steps.find(({ env }: { env?: object }) => env !== undefined);
        for (const variables of [
            ...Object.values(jobsWith({ stack: "dev" })).map(({ variables }) => variables),
            step.env,
        ]) {
            const ours = Object.keys(variables ?? {}).filter((name) => name.startsWith("TCP_TUNING_"));
            assert.deepEqual(
                ours.filter((name) => !known.includes(name)),
                [],
            );
        }
        assert.ok(Object.keys(step.env).includes("TCP_TUNING_STACK"));
    });
});
