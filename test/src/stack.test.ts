import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";

const ROOT = join(__dirname, "..", "..", "..");

describe("Pulumi.yaml", () => {
    it("names a program that loads the way the language host loads it, with the configured inventory", () => {
        // As in @pulumi/pulumi/cmd/run: the program's folder, its tsconfig.json, the SDK's own ts-node.
        const load = `
            const { register } = require("@pulumi/pulumi/vendor/ts-node@7.0.1");
            const { loadTypeScriptCompilerOptions } = require("@pulumi/pulumi/tsutils");
            const options = loadTypeScriptCompilerOptions("tsconfig.json");
            register({ compiler: require.resolve("typescript"), transpileOnly: options.noCheck, project: "tsconfig.json",
                compilerOptions: { target: "ES2020", module: "nodenext", moduleResolution: "nodenext", ...options } });
            console.log(typeof require(process.cwd() + "/stack.ts"));
            console.log(require("./inventory").loadInventory("../inventory.dev.yaml").hosts.map(({ name }) => name).join());`;
        const output = execFileSync(process.execPath, ["-e", load], { cwd: join(ROOT, "src"), encoding: "utf8" });
        assert.equal(output, "function\nweb1.example.com,web2.example.com,db1.example.com\n");
    });
});
