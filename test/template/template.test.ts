import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { parse } from "yaml";
import { type Engine, engineEnvironment, provideEngine } from "../support/engine";
import { hostsUnavailable } from "../support/hosts";
import { installPackage, packPackage, ROOT } from "../support/installed-package";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { oneHost } from "../support/one-host";
import { TestStack } from "../support/stack";

const TEMPLATE = join(ROOT, "template");
const DESCRIPTION = "TCP parameters of the shop's web server";
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";

interface Asked {
    readonly description?: string;
    readonly default?: string;
    readonly secret?: boolean;
}
const template = parse(readFileSync(join(TEMPLATE, "Pulumi.yaml"), "utf8")).template as {
    readonly description: string;
    readonly config: Readonly<Record<string, Asked>>;
};
const defaults = Object.entries(template.config).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[`shop:${key}`, value] as const],
);

describe("a project that pulumi new makes of the template", () => {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-template-"));
    const project = join(folder, "shop");
    const read = (file: string) => readFileSync(join(project, file), "utf8");

    before(async () => {
        const engine = await provideEngine();
        mkdirSync(project);
        pulumiNew(engine, await engineEnvironment(engine, folder));
        installPackage(project, packPackage(folder), ["@types/node"]);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** The files are there before the engine asks the language host for options, which cannot be had everywhere. */
    function pulumiNew({ root }: Engine, env: Record<string, string>): void {
        const pulumi = root === undefined ? "pulumi" : join(root, "bin", "pulumi");
        const args = ["new", TEMPLATE, "--generate-only", "--yes", "--name", "shop", "--description", DESCRIPTION];
        const { status, stderr } = spawnSync(pulumi, args, {
            cwd: project,
            env: { ...process.env, ...env },
            encoding: "utf8",
        });
        assert.ok(status === 0 || /^error: .*no language plugin 'pulumi-language-nodejs' found/.test(stderr), stderr);
    }

    /** Compiles it as its tsconfig.json says; returns the errors. */
    function compile(): string[] {
        const host = {
            ...ts.sys,
            onUnRecoverableConfigFileDiagnostic: (problem: ts.Diagnostic) => assert.fail(String(problem)),
        };
        const config = ts.getParsedCommandLineOfConfigFile(join(project, "tsconfig.json"), {}, host)!;
        const program = ts.createProgram(config.fileNames, config.options);
        const errors = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
        return errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
    }

    /** Runs the compiled program in this process; the engine, or its mock, is set up already. */
    function run(): Record<string, unknown> {
        const file = join(project, "bin", "index.js");
        if (!existsSync(file)) {
            compile();
        }
        delete require.cache[file];
        return require(file) as Record<string, unknown>;
    }

    it("has its name and its description everywhere, and nothing of the template's", () => {
        const files = readdirSync(project).filter((file) => file !== "node_modules" && file !== "bin");
        assert.deepEqual(files.sort(), readdirSync(TEMPLATE).sort());
        for (const file of files) {
            assert.doesNotMatch(read(file), /\$\{[A-Z]+\}/, file);
        }
        const { name, description, template: left } = parse(read("Pulumi.yaml"));
        assert.deepEqual([name, description, left], ["shop", DESCRIPTION, undefined]);
        assert.equal(JSON.parse(read("package.json")).name, "shop");
        assert.match(read("README.md"), /^# shop\n\nTCP parameters of the shop's web server\n/);
    });

    it("was asked for all that its program cannot do without, each with a description, the key as a secret", () => {
        const required = [...read("index.ts").matchAll(/config\.require(?:<\w+>)?\("(\w+)"\)/g)].map(([, key]) => key);
        assert.deepEqual([...required, "privateKey"].sort(), Object.keys(template.config).sort());
        assert.ok(Object.values(template.config).every(({ description }) => description));
        assert.equal(template.config["privateKey"]?.secret, true);
        assert.deepEqual(
            required.filter((key) => template.config[key!]?.default === undefined),
            ["host"],
        );
    });

    it("installs this version, and what this version is tested with", () => {
        const { dependencies, devDependencies } = JSON.parse(read("package.json"));
        const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
        const known = { ...own.dependencies, ...own.devDependencies, "pulumi-tcp-tuning": `^${own.version}` };
        for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
            assert.equal(range, known[name], name);
        }
    });

    it("type-checks against the package", () => {
        assert.deepEqual(compile(), []);
    });

    describe("without an engine", () => {
        const HOME = process.env["HOME"];
        let registered: Registered[];
        beforeEach(async () => {
            mkdirSync(join(folder, ".ssh"), { recursive: true });
            writeFileSync(join(folder, ".ssh", "known_hosts"), `192.0.2.10 ${HOST_KEY}\n`);
            process.env["HOME"] = folder;
            registered = await mockEngine();
        });
        afterEach(() => {
            process.env["HOME"] = HOME;
            pulumi.runtime.disconnect();
        });

        const connected = () => {
            const { connection } = registered.find(({ name }) => name === "host-apply")!.inputs;
            return (connection as { value: Record<string, unknown> }).value;
        };

        it("runs with nothing but a host and the defaults", async () => {
            pulumi.runtime.setAllConfig({ ...Object.fromEntries(defaults), "shop:host": "192.0.2.10" });
            const outputs = (await settled(pulumi.output(run()))) as Record<string, Record<string, string>>;
            assert.equal(outputs["settings"]?.["net.core.somaxconn"], "16384");
            const { host, user, hostKey, privateKey } = connected();
            assert.deepEqual([host, user, hostKey, privateKey], ["192.0.2.10", "root", HOST_KEY, undefined]);
        });

        for (const limit of ["4k", "4,000", "", "4.5"]) {
            it(`refuses ${JSON.stringify(limit)} as a limit, of which the SDK would take the first digits`, () => {
                const config = { ...Object.fromEntries(defaults), "shop:host": "192.0.2.10" };
                pulumi.runtime.setAllConfig({ ...config, "shop:maxTimeWait": limit });
                const message = `maxTimeWait: received ${JSON.stringify(limit)}; write a whole number, such as 4000.`;
                assert.throws(run, { message });
            });
        }
    });

    describe("on a test host", { skip: hostsUnavailable() ?? false }, () => {
        const shared = oneHost();

        it("comes to its first up, and takes all back", async () => {
            const { host, hosts } = shared;
            const stack = await TestStack.create({ project: "shop", program: async () => run() });
            try {
                await stack.setConfig({
                    ...Object.fromEntries(defaults),
                    "shop:host": host.address,
                    "shop:knownHosts": hosts.knownHostsFile,
                    "shop:privateKey": { value: hosts.privateKey, secret: true },
                    "shop:maxTimeWait": "4000",
                });
                const { outputs, text } = await stack.up();
                assert.match(
                    outputs["summary"]?.value,
                    /^\d+ parameters in force .*; 0 sockets in TIME_WAIT, limit 4000/,
                );
                assert.equal(await host.readSysctl("net.core.somaxconn"), "16384");
                assert.doesNotMatch(text, /PRIVATE KEY/);
                await stack.destroy();
            } finally {
                await stack.remove();
            }
        });
    });
});
