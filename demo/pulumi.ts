import type { OutputMap } from "@pulumi/pulumi/automation";
import type { TestHosts } from "../test/support/hosts";
import { EngineFailure, type Run, type TestStack } from "../test/support/stack";
import { EngineLines } from "./engine-lines";
import type { Page } from "./page";
import {
    type Change,
    changedFiles,
    changedValues,
    connectionsBetween,
    countValues,
    readHosts,
    type Snapshots,
} from "./snapshot";

/** What a run of the engine did to the hosts, read from the hosts themselves. */
export interface Effect {
    readonly after: Snapshots;
    readonly changes: readonly Change[];
    /** See {@link changedFiles}. */
    readonly files: readonly string[];
    /** How many values were compared. */
    readonly compared: number;
    /** By host. */
    readonly connections: ReadonlyMap<string, number>;
}

export interface Outcome {
    /** What the engine did and said, also when it failed. */
    readonly run: Run;
    readonly failed: boolean;
    readonly outputs: OutputMap;
    readonly effect: Effect;
}

type Verb = "preview" | "up" | "destroy";

/** The engine as the demo uses it: what it says is shown, and what it did to the hosts is read back from them. */
export class Pulumi {
    constructor(
        readonly stack: TestStack,
        private readonly hosts: TestHosts,
        private readonly page: Page,
        private readonly options: { readonly verbose: boolean; readonly signal: AbortSignal },
    ) {}

    /** @throws EngineFailure when it fails, as the other verbs */
    preview(options: { diff?: boolean } = {}): Promise<Outcome> {
        return this.must("preview", options);
    }

    up(): Promise<Outcome> {
        return this.must("up");
    }

    destroy(): Promise<Outcome> {
        return this.must("destroy");
    }

    /** A run that may fail. */
    async attempt(verb: Verb, options: { diff?: boolean } = {}): Promise<Outcome> {
        this.page.command(`pulumi ${verb}${options.diff ? " --diff" : ""}`);
        const before = await readHosts(this.hosts.hosts);
        const run = await this.show((onOutput) => this.stack[verb]({ ...options, onOutput }).catch(failureOf));
        this.options.signal.throwIfAborted();
        const effect = effectOf(before, await readHosts(this.hosts.hosts));
        const outputs = "outputs" in run ? (run.outputs as OutputMap) : {};
        return { run, failed: run instanceof EngineFailure, outputs, effect };
    }

    private async must(verb: Verb, options?: { diff?: boolean }): Promise<Outcome> {
        const outcome = await this.attempt(verb, options);
        if (outcome.run instanceof EngineFailure) {
            throw outcome.run;
        }
        return outcome;
    }

    private async show<R>(run: (onOutput: (text: string) => void) => Promise<R>): Promise<R> {
        const lines = new EngineLines((line) => this.page.line(line));
        const result = await run((text) => (this.options.verbose ? this.page.write(text) : lines.write(text)));
        lines.end();
        return result;
    }
}

function effectOf(before: Snapshots, after: Snapshots): Effect {
    return {
        after,
        changes: changedValues(before, after),
        files: changedFiles(before, after),
        compared: countValues(before),
        connections: connectionsBetween(before, after),
    };
}

function failureOf(error: unknown): EngineFailure {
    if (error instanceof EngineFailure) {
        return error;
    }
    throw error;
}
