import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import ts from "typescript";
import { installPackage, type Packed, packPackage, ROOT } from "./support/installed-package";
import { PRIVATE_KEY } from "./support/private-key";

const entryPoints = ["pulumi-tcp-tuning", "pulumi-tcp-tuning/aws", "pulumi-tcp-tuning/policy"];

/** The same program of both kinds of projects, as far as they differ. */
const imports = {
    commonjs: `
        const pulumi = require("@pulumi/pulumi");
        const { TcpTuning, TcpVerification, atLeast } = require("pulumi-tcp-tuning");
        const { TunedLaunchTemplate } = require("pulumi-tcp-tuning/aws");`,
    module: `
        import * as pulumi from "@pulumi/pulumi";
        import { TcpTuning, TcpVerification, atLeast } from "pulumi-tcp-tuning";
        import { TunedLaunchTemplate } from "pulumi-tcp-tuning/aws";`,
};
const program = `
    const registered = [];
    async function main() {
        await pulumi.runtime.setMocks({
            newResource: ({ type, name, inputs }) => {
                registered.push(type + " " + name);
                return { id: name, state: inputs };
            },
            call: ({ inputs }) => inputs,
        });
        const web = new TcpTuning("web", {
            profile: "high-traffic",
            parameters: { "net.core.somaxconn": atLeast(8192) },
            connection: { host: "192.0.2.10", password: "secret" },
            insecureIgnoreHostKey: true,
        });
        const again = new TcpVerification("again", { tuning: web, maxTimeWait: 4000 });
        const fleet = new TunedLaunchTemplate("fleet", { imageId: "ami-1", tuning: { profile: "base" } });
        await new Promise((resolve) => pulumi.all([web.summary, again.id, fleet.id, fleet.tuning.urn]).apply(resolve));
        console.log(registered.sort().join("\\n"));
    }
    main();`;
const everything = [
    "aws:ec2/launchTemplate:LaunchTemplate fleet",
    "command:remote:Command again",
    "command:remote:Command web-apply",
    "command:remote:Command web-verify",
    "pulumi-tcp-tuning:index:TcpTuning fleet",
    "pulumi-tcp-tuning:index:TcpTuning web",
];

/** The two lines of a project that has an inventory and no program of its own, in TypeScript. */
const inventoryPrograms = {
    commonjs: `
        import { tuneInventory } from "pulumi-tcp-tuning";
        export = tuneInventory;`,
    module: 'export { tuneInventory as default } from "pulumi-tcp-tuning";',
};
const inventory = `
all:
  hosts: { web1: { ansible_host: 192.0.2.10, ansible_ssh_private_key_file: id_test } }
  vars: { tcp_tuning: { profile: base, knownHosts: known_hosts } }`;
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";
/** What the language host does with a project's program, under mocks. */
const languageHost = (load: string) => `
    ${load}
    async function main() {
        await pulumi.runtime.setMocks({
            newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
            call: ({ inputs }) => inputs,
        });
        const outputs = await (await program())();
        pulumi.output(outputs).apply(({ summary, readme }) => console.log(Object.keys(summary).join(), typeof readme));
    }
    main();`;

/** In TypeScript: what only the compiler sees. */
const typed = `
    import type * as pulumi from "@pulumi/pulumi";
    import { type HostReport, TcpTuning, TcpVerification, type TcpTuningArgs } from "pulumi-tcp-tuning";
    import { type InventoryOutputs, tuneInventory } from "pulumi-tcp-tuning";
    import { TunedLaunchTemplate } from "pulumi-tcp-tuning/aws";
    const args: TcpTuningArgs = { profile: "base", parameters: { "net.core.somaxconn": 8192 }, delivery: "user-data" };
    export const tuning = new TcpTuning("web", args);
    export const report: pulumi.Output<HostReport> = new TcpVerification("again", { tuning }).report;
    export const fleet = new TunedLaunchTemplate("fleet", { imageId: "ami-1", tuning: { profile: "base" } });
    export const inventory: () => Promise<InventoryOutputs> = tuneInventory;
    // @ts-expect-error: no such key, and the types are no any
    export const wrong: TcpTuningArgs = { parameters: { "net.core.somaxcon": 8192 } };`;
const typedPolicy = `
    import { PolicyPack } from "@pulumi/policy";
    import { hostKey, policies } from "pulumi-tcp-tuning/policy";
    export const pack = new PolicyPack("ours", { policies: [...policies, hostKey] });`;

/** All that is shipped. */
const folders = [
    ".",
    "ci",
    "dist/components",
    "dist/policy",
    "dist/src",
    "dist/src/agent",
    "dist/src/catalogue",
    "dist/src/cli",
    "dist/src/cli/formats",
    "dist/src/generated",
    "dist/src/import",
    "dist/src/import/playbook",
    "dist/src/inventory",
    "dist/src/preview",
    "dist/src/profiles",
    "dist/src/report-page",
    "dist/src/rollout",
    "dist/src/rules",
    "policy",
    "schema",
];
const besides = [
    "LICENSE",
    "README.md",
    "THIRD-PARTY-LICENSES.md",
    "ci/gitlab.yml",
    "ci/preview.sh",
    "package.json",
    "policy/PulumiPolicy.yaml",
    "policy/package.json",
    "schema/report.schema.json",
];
const README = readFileSync(join(ROOT, "README.md"), "utf8");

describe("the package, installed from its tarball", () => {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-package-"));
    let packed: Packed;
    before(() => {
        packed = packPackage(folder);
        installPackage(folder, packed, ["@types/node"]);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** A project of a kind, with these files. */
    function project(name: string, type: string, files: Record<string, string>): string {
        const its = join(folder, name);
        mkdirSync(its, { recursive: true });
        for (const [file, text] of Object.entries({ "package.json": JSON.stringify({ type }), ...files })) {
            writeFileSync(join(its, file), text);
        }
        return its;
    }

    const run = (cwd: string, ...args: string[]) => execFileSync(process.execPath, args, { cwd, encoding: "utf8" });

    for (const type of ["commonjs", "module"] as const) {
        it(`runs in an empty project in JavaScript, type ${type}`, () => {
            const its = project(`run-${type}`, type, { "index.js": `${imports[type]}${program}` });
            assert.deepEqual(run(its, "index.js").trimEnd().split("\n"), everything);
        });
    }

    for (const type of ["commonjs", "module"] as const) {
        it(`is the whole program of a project with an inventory, type ${type}`, () => {
            const module = type === "commonjs" ? ts.ModuleKind.CommonJS : ts.ModuleKind.ES2022;
            const { outputText } = ts.transpileModule(inventoryPrograms[type], { compilerOptions: { module } });
            const load =
                type === "commonjs"
                    ? 'const pulumi = require("@pulumi/pulumi"); const program = () => require("./index.js");'
                    : 'import * as pulumi from "@pulumi/pulumi"; const program = async () => (await import("./index.js")).default;';
            const its = project(`inventory-${type}`, type, {
                "index.js": outputText,
                "host.js": languageHost(load),
                "inventory.yaml": inventory,
                known_hosts: `192.0.2.10 ${HOST_KEY}\n`,
                id_test: PRIVATE_KEY,
            });
            const env = { ...process.env, PULUMI_NODEJS_ROOT_DIRECTORY: its };
            const args = [join(its, "host.js")];
            assert.equal(execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" }), "web1 string\n");
        });
    }

    it("gives ES modules each of its names by a named import", () => {
        const text = `
            import { createRequire } from "node:module";
            const require = createRequire(import.meta.url);
            for (const name of ${JSON.stringify(entryPoints)}) {
                const imported = Object.keys(await import(name));
                const missing = Object.keys(require(name)).filter((each) => !imported.includes(each));
                console.log(name, imported.length > 2, missing);
            }`;
        const its = project("names", "module", { "index.js": text });
        assert.equal(run(its, "index.js"), entryPoints.map((name) => `${name} true []\n`).join(""));
    });

    /** Compiled for both ways that programs resolve modules, in both kinds of projects. */
    function typeErrors(text: string): string[] {
        const files = ["commonjs", "module"].map((type) =>
            join(project(`types-${type}`, type, { "index.ts": text }), "index.ts"),
        );
        return [
            { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 },
            { module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler },
        ].flatMap((resolution) => {
            const options = {
                ...resolution,
                target: ts.ScriptTarget.ES2022,
                strict: true,
                skipLibCheck: false,
                noEmit: true,
            };
            const types = { types: ["node"], typeRoots: [join(folder, "node_modules", "@types")] };
            return ts
                .getPreEmitDiagnostics(ts.createProgram(files, { ...options, ...types }))
                .map(
                    ({ file, messageText }) =>
                        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
                );
        });
    }

    it("type-checks wholly, down to its dependencies' declarations, as Node and as bundlers resolve", () => {
        assert.deepEqual(typeErrors(typed), []);
    });

    it("type-checks its policies beside @pulumi/policy, which only they need and which has errors of its own", () => {
        const peer = "node_modules/@pulumi/policy";
        symlinkSync(join(ROOT, peer), join(folder, peer));
        try {
            const errors = typeErrors(typedPolicy).filter((error) => !error.includes(`/${peer}/index.d.ts: `));
            assert.deepEqual(errors, []);
        } finally {
            rmSync(join(folder, peer));
        }
    });

    it("has nothing that publint or Are the Types Wrong find", async () => {
        const tarball = readFileSync(packed.file);
        const { publint } = await import("publint");
        const pack = { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) };
        assert.deepEqual((await publint({ pack, strict: true })).messages, []);

        const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
        const excludeEntrypoints = ["./report.schema.json", "./package.json"]; // data, without types
        const analysis = await checkPackage(createPackageFromTarballData(tarball), { excludeEntrypoints });
        assert.deepEqual("problems" in analysis && analysis.problems, []);
    });

    it("holds what runs and its declarations, in these folders, and no development equipment", () => {
        const files = packed.files.map(({ path }) => path);
        assert.deepEqual([...new Set(files.map(dirname))].sort(), folders);
        assert.deepEqual(files.filter((file) => !file.startsWith("dist/")).sort(), besides);
        assert.deepEqual(
            files.filter((file) => file.startsWith("dist/") && !/\.(js|d\.ts)$/.test(file)),
            [],
        );
    });

    it("is about as large as the README says", () => {
        const [, tarball, unpacked] = /(\d+) KB as a tarball and (\d+) KB\s+unpacked/.exec(README)!.map(Number);
        for (const [bytes, kilobytes] of [
            [packed.size, tarball!] as const,
            [packed.unpackedSize, unpacked!] as const,
        ]) {
            const ratio = bytes / 1000 / kilobytes;
            assert.ok(ratio > 0.75 && ratio < 1.25, `${bytes} bytes, and the README says ${kilobytes} KB`);
        }
    });

    it("misses none of its own files", () => {
        // These two are programs, which the next test and the policy pack's own run.
        const its = packed.files
            .map(({ path }) => path)
            .filter((file) => /^(?!dist\/policy\/index|dist\/src\/cli\/main).*\.js$/.test(file));
        const text = `for (const file of ${JSON.stringify(its)}) require("./node_modules/pulumi-tcp-tuning/" + file)`;
        assert.equal(run(folder, "-e", text), "");
    });

    it("runs its command line", () => {
        const main = join(folder, "node_modules/pulumi-tcp-tuning/dist/src/cli/main.js");
        assert.match(execFileSync(main, ["explain", "TW-CAP-LOW"], { encoding: "utf8" }), /^TW-CAP-LOW\n/);
    });

    it("gives the JSON Schema of its reports to programs", () => {
        const text = 'console.log(require("pulumi-tcp-tuning/report.schema.json").title)';
        assert.equal(run(folder, "-e", text), "HostReport\n");
    });

    it("gives its policies to policy packs, without @pulumi/policy itself", () => {
        const text = 'console.log(require("pulumi-tcp-tuning/policy").policies.length > 0)';
        assert.equal(run(folder, "-e", text), "true\n");
    });
});

describe("the package, in a clone", () => {
    it("is loaded by its name", () => {
        const text = 'console.log(typeof require("pulumi-tcp-tuning").TcpTuning)';
        assert.equal(execFileSync(process.execPath, ["-e", text], { cwd: ROOT, encoding: "utf8" }), "function\n");
    });

    it("runs its command line by npx", () => {
        const version = execFileSync("npx", ["--no-install", "tcp-tuning", "--version"], {
            cwd: ROOT,
            encoding: "utf8",
        });
        assert.match(version, /^(tcp-tuning )?\d+\.\d+\.\d+\n$/);
    });
});
