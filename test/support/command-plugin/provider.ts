import { randomBytes } from "node:crypto";
import type { CheckResult, CreateResult, DiffResult, Provider, UpdateResult } from "@pulumi/pulumi/provider";
import { cancel } from "./cancellation";
import { type CommandInputs, runCommand } from "./command";
import { type CopyInputs, copyToRemote } from "./copy";
import { type EngineLog, engineLog } from "./engine-log";
import { type LocalCommandInputs, runLocalCommand } from "./local-command";
import type { Output } from "./output";
import {
    failures,
    inputsOf,
    isResourceType,
    packageSchema,
    RESOURCES,
    type ResourceType,
    VERSION,
    withDefaults,
} from "./schema";
import { assetKind, reveal, same, type Value, type ValueMap } from "./secrets";

/** The resources of the command plugin that this repository uses. Without a `read`, a refresh finds nothing. */
export const provider: Provider = {
    version: VERSION,
    getSchema: async () => packageSchema(),

    async check(urn: string, _olds: ValueMap, news: ValueMap): Promise<CheckResult> {
        const type = typeOf(urn);
        const found = failures(type, news);
        return found.length > 0 ? { inputs: news, failures: found } : checkFiles(withDefaults(type, news));
    },

    async diff(_id: string, urn: string, olds: ValueMap, news: ValueMap): Promise<DiffResult> {
        const inputs = inputsOf(typeOf(urn));
        const changed = Object.keys(inputs).filter((key) => !same(olds[key], news[key]));
        return { changes: changed.length > 0, replaces: changed.filter((key) => inputs[key]?.replaces) };
    },

    async create(urn: string, news: ValueMap): Promise<CreateResult> {
        if (isCommand(urn)) {
            return { id: nameOf(urn) + randomId(), outs: await run(urn, news, text(news["create"]), NOTHING) };
        }
        await copyToRemote(plain<CopyInputs>(news), engineLog(urn));
        return { id: randomId(), outs: news };
    },

    async update(_id: string, urn: string, olds: ValueMap, news: ValueMap): Promise<UpdateResult> {
        if (isCommand(urn)) {
            const command = text(news["update"]) ?? text(news["create"]);
            return { outs: await run(urn, news, command, plain<Output>(olds)) };
        }
        if (!same(olds["remotePath"], news["remotePath"]) || hashOf(olds) !== hashOf(news)) {
            await copyToRemote(plain<CopyInputs>(news), engineLog(urn));
        }
        return { outs: news };
    },

    async delete(_id: string, urn: string, state: ValueMap): Promise<void> {
        if (isCommand(urn)) {
            await run(urn, state, text(state["delete"]), plain<Output>(state));
        }
    },

    async cancel(): Promise<void> {
        cancel();
    },
};

const WITH_THE_REAL_ONE = `With the real plugin (pulumi plugin install resource command ${VERSION}) it can be used.`;

const NOTHING: Output = { stdout: "", stderr: "" };

/** Runs a command, if there is one, and returns the state: the inputs, as secret as they came, and the output. */
async function run(urn: string, inputs: ValueMap, command: string | undefined, previous: Output): Promise<ValueMap> {
    const output =
        command === undefined
            ? { stdout: previous.stdout, stderr: previous.stderr }
            : await runAt(typeOf(urn), command, inputs, previous, engineLog(urn));
    return { ...inputs, ...output };
}

function runAt(type: ResourceType, command: string, inputs: ValueMap, previous: Output, log: EngineLog) {
    return type === "command:local:Command"
        ? runLocalCommand(command, plain<LocalCommandInputs>(inputs), previous, log)
        : runCommand(command, plain<CommandInputs>(inputs), previous, log);
}

function isCommand(urn: string): boolean {
    return typeOf(urn) !== "command:remote:CopyToRemote";
}

/** Inputs that the check has seen, with secrets laid open. */
function plain<T>(inputs: ValueMap): T {
    return reveal(inputs) as T;
}

function text(value: Value | undefined): string | undefined {
    const revealed = reveal(value);
    return typeof revealed === "string" ? revealed : undefined;
}

function hashOf(inputs: ValueMap): string | undefined {
    return plain<CopyInputs>(inputs).source.hash;
}

/** Only what lies in the file system, or is text, can be copied; what a command leaves in files is not collected. */
function checkFiles(inputs: ValueMap): CheckResult {
    const collected = ["archivePaths", "assetPaths"].filter((key) => inputs[key] !== undefined);
    if (collected.length > 0) {
        const reason = `The stand-in for the command plugin collects no files. ${WITH_THE_REAL_ONE}`;
        return { inputs, failures: collected.map((property) => ({ property, reason })) };
    }
    const source = reveal(inputs["source"]) as ValueMap | undefined;
    const kind = assetKind(source);
    if (kind === "asset" && source?.["path"] === undefined && source?.["text"] === undefined) {
        const reason = "asset must be a path-based file asset or a text asset";
        return { inputs, failures: [{ property: "asset", reason }] };
    }
    if (kind === "archive" && source?.["path"] === undefined) {
        return { inputs, failures: [{ property: "archive", reason: "archive must be a path to a file or directory" }] };
    }
    return { inputs };
}

function typeOf(urn: string): ResourceType {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    if (!isResourceType(type)) {
        throw new Error(
            `The stand-in for the command plugin knows ${Object.keys(RESOURCES).join(", ")}, not ${type}. ` +
                WITH_THE_REAL_ONE,
        );
    }
    return type;
}

function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function randomId(): string {
    return randomBytes(4).toString("hex");
}
