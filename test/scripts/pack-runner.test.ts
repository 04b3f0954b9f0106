import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { LICENCES_FILE } from "../../scripts/generate";
import { runnerLicences, runnerProgram } from "../../scripts/pack-runner";
import { packedRunner } from "../../src/generated/runner";

const ROOT = join(__dirname, "..", "..", "..");

describe("the packed runner", () => {
    let program: Awaited<ReturnType<typeof runnerProgram>>;
    before(async () => void (program = await runnerProgram(ROOT)));

    it("is current: otherwise run npm run generate", () => {
        assert.equal(brotliDecompressSync(Buffer.from(packedRunner, "base64")).toString(), program.text);
    });

    it("takes nothing along that stands where it was packed", () => {
        assert.ok(!program.text.includes(ROOT));
    });

    it("needs nothing but what Node itself has, since it runs where the package is not", () => {
        const required = [...program.text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name);
        const own = required.filter((name) => !/^(?:node:|cpu-features$|\.)/.test(name) && !/\.node$/.test(name));
        const { builtinModules } = process.getBuiltinModule("node:module");
        assert.deepEqual(
            own.filter((name) => !builtinModules.includes(name)),
            [],
        );
        assert.ok(own.length > 3);
    });

    it("brings the licences of all that is in it", async () => {
        const licences = await runnerLicences(ROOT);
        assert.equal(readFileSync(join(ROOT, LICENCES_FILE), "utf8"), licences);
        assert.deepEqual(program.packages, ["asn1", "bcrypt-pbkdf", "safer-buffer", "ssh2"]);
        for (const name of program.packages) {
            assert.match(licences, new RegExp(`^## ${name}\n\n[^#]{200,}`, "m"));
        }
    });
});
