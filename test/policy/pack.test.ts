import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, TcpTuningFleet, TcpVerification } from "../../components";
import { policies } from "../../policy/policies";
import { installedPack, policyHostEnvironment } from "../support/policy-host";
import { failureOf, type Program, type Run, TestStack } from "../support/stack";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";
const connection = { host: "192.0.2.10", hostKey: HOST_KEY, password: "hunter2" };

describe("the policy pack, installed from what is shipped, in the real engine", () => {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-policy-"));
    let pack: string;
    let stack: TestStack;
    before(async () => {
        pack = installedPack(folder);
        stack = await TestStack.create({ env: policyHostEnvironment(folder) });
    });
    after(async () => {
        await stack?.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    function preview(program: Program, config: object = {}): Promise<Run> {
        const file = join(folder, "policy-config.json");
        writeFileSync(file, JSON.stringify(config));
        return stack.preview({ program, policyPacks: [pack], policyPackConfigs: [file] });
    }

    it("has the version of the package", () => {
        const version = (file: string) => (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
        assert.equal(version(join(pack, "package.json")), version(join(pack, "..", "package.json")));
    });

    it("lets a stack pass that keeps to it", async () => {
        const { text } = await preview(async () => {
            const tuning = new TcpTuning("web", { profile: "base", connection });
            new TcpVerification("again", { tuning });
            new TcpTuning("boot", { profile: "base", delivery: "user-data" });
            new TcpTuningFleet("fleet", {
                profile: "base",
                hosts: { web1: { connection }, web2: { connection, restore: "leave" } },
            });
        });
        assert.match(text, /pulumi-tcp-tuning@v0\.1\.0/);
        assert.doesNotMatch(text, /\[(mandatory|advisory)\]/);
    });

    it("stops a preview for each of its policies, and shows no secret", async () => {
        const { text } = await failureOf(
            preview(
                async () => {
                    new TcpTuning("web", {
                        profile: "high-traffic",
                        parameters: { "net.core.somaxconn": 20000 },
                        verify: false,
                        onOverride: "warn",
                        connection: { host: "192.0.2.10", password: "hunter2" },
                        insecureIgnoreHostKey: true,
                    });
                    const late = pulumi.output(Promise.resolve(300));
                    new TcpTuning("late", { parameters: { "net.ipv4.tcp_syn_retries": late }, connection });
                    new command.remote.Command("setup", {
                        connection,
                        create: pulumi.secret("echo hunter3\nTOKEN=hunter3 sysctl -w net.ipv4.tcp_tw_reuse=1"),
                    });
                },
                { "tcp-tuning-limits": { values: { "net.core.somaxconn": { highest: 16384 } }, profiles: ["base"] } },
            ),
        );
        for (const { name } of policies) {
            assert.match(text, new RegExp(`\\[mandatory\\] +${name}`));
        }
        assert.match(text, /create, line 2: net\.ipv4\.tcp_tw_reuse is set by sysctl/);
        assert.doesNotMatch(text, /hunter/);
    });

    it("stops a preview for each of its policies about a fleet, tells the hosts, and shows no secret", async () => {
        const unchecked = { host: "192.0.2.10", password: "hunter2" };
        const { text } = await failureOf(
            preview(
                async () => {
                    const faulty = {
                        connection: unchecked,
                        parameters: { "net.core.somaxconn": 20000 },
                        verify: false,
                        onOverride: "warn",
                        insecureIgnoreHostKey: true,
                    } as const;
                    const late = pulumi.output(Promise.resolve(300));
                    new TcpTuningFleet("fleet", {
                        profile: "high-traffic",
                        hosts: {
                            web1: faulty,
                            web2: faulty,
                            db1: { connection },
                            db2: { connection, parameters: { "net.ipv4.tcp_syn_retries": late } },
                        },
                        rollout: { canaries: 0 },
                    });
                },
                {
                    "tcp-tuning-limits": {
                        values: { "net.core.somaxconn": { highest: 16384 } },
                        profiles: ["base"],
                        rollout: { aboveHosts: 3 },
                    },
                },
            ),
        );
        for (const [policy, message] of [
            ["no-errors", "db2: VAL-RANGE "],
            ["accepted-warnings", "web1, web2: SOMAX-APP "],
            ["verified", "web1, web2: verify: received false"],
            ["host-key", "web1, web2: insecureIgnoreHostKey: received true"],
            ["no-override", 'web1, web2: onOverride: received "warn"'],
            ["limits", 'web1, web2: settings["net.core.somaxconn"]: received "20000"'],
            ["limits", "rollout.canaries: received 0, and this environment allows a fleet of 4 hosts"],
        ] as const) {
            assert.match(text, new RegExp(`\\[mandatory\\] +tcp-tuning-${policy}`));
            assert.ok(text.replace(/\s+/g, " ").includes(message), `${message} is missing in:\n${text}`);
        }
        assert.doesNotMatch(text, /no-hand-written|hunter/);
    });

    it("only advises where a preview does not know a value", async () => {
        const { text } = await preview(async () => {
            const first = new command.remote.Command("first", { connection, create: "nproc" });
            new TcpTuning("web", { parameters: { "net.core.somaxconn": first.stdout }, connection });
        });
        assert.match(
            text,
            /\[advisory\] +tcp-tuning-no-errors[\s\S]*value at \.settings can't be known during preview/,
        );
        assert.doesNotMatch(text, /\[mandatory\]/);
    });

    it("stops an up before its host is touched", async () => {
        const program = async () => void new TcpTuning("web", { profile: "base", verify: false, connection });
        const { text, steps } = await failureOf(stack.up({ program, policyPacks: [pack] }));
        assert.match(text, /\[mandatory\] +tcp-tuning-verified/);
        assert.deepEqual(
            steps.filter(({ type }) => type.startsWith("command:")),
            [],
        );
    });

    it("refuses a configuration that is none", async () => {
        const { text } = await failureOf(
            preview(async () => void new TcpTuning("web", { profile: "base", connection }), {
                "tcp-tuning-limits": { values: { "net.core.somaxconn": { max: 16384 } } },
            }),
        );
        assert.match(text, /tcp-tuning-limits[\s\S]*max/);
    });
});
