import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";

const ROOT = join(__dirname, "..", "..");
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
const print = "console.log(typeof TcpTuning, typeof TcpVerification)";

describe("the package", () => {
    it("is loaded by CommonJS programs by its name", () => {
        const program = `const { TcpTuning, TcpVerification } = require("pulumi-tcp-tuning"); ${print}`;
        assert.equal(node("-e", program), "function function\n");
    });

    it("is loaded by ESM programs by its name, with named imports", () => {
        const program = `import { TcpTuning, TcpVerification } from "pulumi-tcp-tuning"; ${print}`;
        assert.equal(node("--input-type=module", "-e", program), "function function\n");
    });

    it("gives the JSON Schema of its reports to programs", () => {
        const program = 'console.log(require("pulumi-tcp-tuning/report.schema.json").title)';
        assert.equal(node("-e", program), "HostReport\n");
    });

    it("gives its policies to policy packs, without @pulumi/policy itself", () => {
        const program =
            'const { policies } = require("pulumi-tcp-tuning/policy");' +
            'console.log(policies.length > 0, Object.keys(require.cache).some((file) => file.includes("@pulumi/policy")))';
        assert.equal(node("-e", program), "true false\n");
    });

    it("runs its command line by npx in a clone", () => {
        const version = execFileSync("npx", ["--no-install", "tcp-tuning", "--version"], {
            cwd: ROOT,
            encoding: "utf8",
        });
        assert.match(version, /^(tcp-tuning )?\d+\.\d+\.\d+\n$/);
    });

    it("holds types, agent and command line, and no development equipment", () => {
        const pack = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
            cwd: ROOT,
            encoding: "utf8",
        });
        const files = (JSON.parse(pack) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
        for (const needed of [
            "dist/components/index.js",
            "dist/components/index.d.ts",
            "dist/src/cli/main.js",
            "policy/PulumiPolicy.yaml",
            "policy/package.json",
            "dist/policy/index.js",
            "dist/policy/policies.d.ts",
            "schema/report.schema.json",
            "LICENSE",
            "README.md",
        ]) {
            assert.ok(files.includes(needed), `${needed} is missing`);
        }
        assert.deepEqual(
            files.filter((file) => /test|demo|scripts|\.sh$/.test(file)),
            [],
        );
    });
});
