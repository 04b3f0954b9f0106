import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as automation from "@pulumi/pulumi/automation";
import { type Engine, engineEnvironment, provideEngine } from "./engine";
import { placeAwsPlugin } from "./engine/aws";
import type { Plugin } from "./engine/plugin";
import { ownRejections } from "./engine/program-rejections";
import type { Moto } from "./moto";
import { awsStackSettings } from "./moto/stack-settings";

/** An inline Pulumi program; what it returns are the stack's outputs. */
export type Program = automation.PulumiFn;

export interface TestStackOptions {
    /** @default a program that declares nothing */
    readonly program?: Program;
    /** @default "test" */
    readonly project?: string;
    /** @default "dev" */
    readonly stack?: string;
    /** Added to the environment of every run of the engine and of its plugins. */
    readonly env?: Record<string, string>;
    /** The AWS that the stack's resources are in, through the AWS plugin or its stand-in. */
    readonly moto?: Moto;
}

/** One thing that the engine did, or in a preview would do, to one resource. */
export interface Step {
    /** For example `create`, `update`, `same`, `delete`, `create-replacement`. */
    readonly op: automation.OpType;
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /**
     * The inputs that differ, for example `["create"]`. What differs inside a secret is only seen by a provider that
     * says so itself.
     */
    readonly diff: readonly string[];
    /** The properties that make it a replacement. */
    readonly replaces: readonly string[];
}

/** What a run of the engine did and said. */
export interface Run {
    /** Everything that it wrote, stdout and stderr in order, without colour. */
    readonly text: string;
    /** In the order in which they started, the stack and its providers left out. */
    readonly steps: readonly Step[];
    readonly diagnostics: readonly automation.DiagnosticEvent[];
}

/** A run with the stack outputs that it left. */
export interface Update extends Run {
    readonly outputs: automation.OutputMap;
}

/** A run of the engine that failed; the message holds everything it wrote. */
export class EngineFailure extends Error implements Run {
    readonly text: string;
    readonly steps: readonly Step[];
    readonly diagnostics: readonly automation.DiagnosticEvent[];

    constructor(verb: string, run: Run, cause: unknown) {
        // Not passed on as the cause: the Automation API's error repeats the whole output three times.
        super(`pulumi ${verb} failed:\n${run.text || String(cause)}`);
        this.name = "EngineFailure";
        this.text = run.text;
        this.steps = run.steps;
        this.diagnostics = run.diagnostics;
    }
}

const folders = new Set<string>();
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A stack in a file backend of its own, driven by the real engine. */
export class TestStack {
    private constructor(
        /** The stack of the Automation API, for what is not covered here. */
        readonly automation: automation.Stack,
        readonly engine: Engine,
        /** Holds everything of this stack; gone after `remove()`. */
        readonly folder: string,
        /** The program of the next run. */
        public program: Program,
        /** Pulumi's own AWS plugin, or the stand-in; of stacks with `moto`. */
        readonly awsPlugin: Plugin["kind"] | undefined,
    ) {}

    static async create(options: TestStackOptions = {}): Promise<TestStack> {
        const { program = async () => undefined, project = "test", stack = "dev" } = options;
        const engine = await provideEngine();
        const folder = await mkdtemp(path.join(tmpdir(), "tcp-tuning-stack-"));
        folders.add(folder);
        const workDir = path.join(folder, "work");
        await mkdir(workDir);
        const { PULUMI_HOME, ...environment } = await engineEnvironment(engine, folder);
        const aws = options.moto && awsStackSettings(options.moto);
        const awsPlugin = aws && (await placeAwsPlugin(engine, path.join(folder, "home")));
        const created = await automation.LocalWorkspace.createStack(
            { projectName: project, stackName: stack, program },
            {
                workDir,
                pulumiCommand: engine.command,
                ...(PULUMI_HOME === undefined ? {} : { pulumiHome: PULUMI_HOME }),
                // A developer's own ssh-agent has no part in a test.
                envVars: { ...environment, SSH_AUTH_SOCK: "", ...aws?.env, ...options.env },
                ...(aws && { stackSettings: { [stack]: { config: { ...aws.config } } } }),
            },
        );
        // After every run the Automation API asks for the stack's history, half a second that nobody here needs.
        created.info = async () => undefined;
        return new TestStack(created, engine, folder, program, awsPlugin);
    }

    /** The folder of the file backend: everything that the engine remembers. */
    get stateFolder(): string {
        return path.join(this.folder, "backend");
    }

    async up(options: automation.UpOptions = {}): Promise<Update> {
        const { run, result } = await this.record("up", options, (recorded) => this.automation.up(recorded));
        return { ...run, outputs: result.outputs };
    }

    async preview(options: automation.PreviewOptions = {}): Promise<Run> {
        return (await this.record("preview", options, (recorded) => this.automation.preview(recorded))).run;
    }

    async refresh(options: automation.RefreshOptions = {}): Promise<Run> {
        return (await this.record("refresh", options, (recorded) => this.automation.refresh(recorded))).run;
    }

    async destroy(options: automation.DestroyOptions = {}): Promise<Run> {
        return (await this.record("destroy", options, (recorded) => this.automation.destroy(recorded))).run;
    }

    outputs(): Promise<automation.OutputMap> {
        return this.automation.outputs();
    }

    /** The state with its secrets laid open; what lies on the disk is in `stateFolder`. */
    async exportState(): Promise<State> {
        return (await this.automation.exportStack()).deployment as State;
    }

    async setConfig(values: Record<string, string | automation.ConfigValue>): Promise<void> {
        const config: automation.ConfigMap = {};
        for (const [key, value] of Object.entries(values)) {
            config[key] = typeof value === "string" ? { value } : value;
        }
        await this.automation.setAllConfig(config);
    }

    /**
     * Does what Ctrl-C does to the engine that is running for this stack: the first time it waits for what is under
     * way, the second time it gives up. Needs Linux's `/proc`. False when no engine is running.
     */
    interrupt(): boolean {
        const engines = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && this.isEngine(Number(pid)));
        engines.forEach((pid) => process.kill(Number(pid), "SIGINT"));
        return engines.length > 0;
    }

    private isEngine(pid: number): boolean {
        try {
            const isPulumi = readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
            return isPulumi && readlinkSync(`/proc/${pid}/cwd`).startsWith(this.folder);
        } catch {
            return false; // the process has just ended
        }
    }

    /** Removes every file of this stack. The hosts are the test's own business: `destroy()` first. */
    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true, force: true });
        folders.delete(this.folder);
    }

    /** Runs a verb with this stack's program, keeping what the engine says and does. */
    private async record<O extends automation.UpOptions | automation.PreviewOptions, R>(
        verb: string,
        options: O,
        work: (options: O) => Promise<R>,
    ): Promise<{ run: Run; result: R }> {
        const text: string[] = [];
        const events: automation.EngineEvent[] = [];
        const recorded: O = {
            color: "never",
            program: this.program,
            ...options,
            onOutput: (part: string) => (text.push(part), options.onOutput?.(part)),
            onError: (part: string) => (text.push(part), options.onError?.(part)),
            onEvent: (event: automation.EngineEvent) => (events.push(event), options.onEvent?.(event)),
        };
        try {
            const result = await ownRejections(() => work(recorded));
            return { run: describeRun(text, events), result };
        } catch (error) {
            throw new EngineFailure(verb, describeRun(text, events), error);
        }
    }
}

/** One resource in the state. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
    readonly parent?: string;
    readonly protect?: boolean;
}

/** The deployment of an exported stack. */
export interface State {
    readonly resources?: readonly StateResource[];
}

/** A stack for the time of `use`, removed afterwards whatever happens. */
export async function withStack<T>(options: TestStackOptions, use: (stack: TestStack) => Promise<T>): Promise<T> {
    const stack = await TestStack.create(options);
    try {
        return await use(stack);
    } finally {
        await stack.remove();
    }
}

/** The failure of a run that has to fail, for example `await failureOf(stack.up())`. */
export async function failureOf(run: Promise<Run>): Promise<EngineFailure> {
    let succeeded: Run;
    try {
        succeeded = await run;
    } catch (error) {
        if (error instanceof EngineFailure) {
            return error;
        }
        throw error;
    }
    throw new Error(`this run of the engine was expected to fail, and succeeded:\n${succeeded.text}`);
}

/** What happened, for comparing: `["create hello-apply", "update hello-verify"]`, `same` left out. */
export function changes(run: Run): string[] {
    return run.steps.filter((step) => step.op !== "same").map((step) => `${step.op} ${step.name}`);
}

function describeRun(text: readonly string[], events: readonly automation.EngineEvent[]): Run {
    const steps = events.flatMap((event) => {
        const step = event.resourcePreEvent?.metadata;
        return step === undefined || step.type.startsWith("pulumi:") ? [] : [describeStep(step)];
    });
    const diagnostics = events.flatMap((event) => event.diagnosticEvent ?? []).filter(isShown);
    return { text: text.join(""), steps, diagnostics };
}

/** The SDK's debug messages are events, too, which the engine shows only when asked. */
function isShown(event: automation.DiagnosticEvent): boolean {
    return (event.severity as string) !== "debug";
}

function describeStep(step: automation.StepEventMetadata): Step {
    const { op, urn, type } = step;
    const name = urn.split("::").slice(3).join("::");
    return { op, urn, type, name, diff: differing(step), replaces: step.keys ?? [] };
}

function differing({ op, old, new: wanted, detailedDiff }: automation.StepEventMetadata): string[] {
    if (detailedDiff) {
        return [...new Set(Object.keys(detailedDiff).map((property) => property.split(/[.[]/)[0] ?? property))].sort();
    }
    const [before, after] = [old?.inputs ?? {}, wanted?.inputs ?? {}];
    const keys = op === "update" || op === "replace" ? Object.keys({ ...before, ...after }) : [];
    return keys.filter((key) => !isDeepStrictEqual(before[key], after[key])).sort();
}
