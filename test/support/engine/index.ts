import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { type Cli, cliAt, type EngineOrigin, type Log, provideCli } from "./cli";
import { COMMAND_PLUGIN, type Plugin, placePlugin, providePlugin } from "./plugin";

export type { EngineOrigin } from "./cli";

/** A Pulumi engine, ready for the Automation API. */
export interface Engine {
    /** Pass it on as `pulumiCommand` of a workspace. */
    readonly command: PulumiCommand;
    /** The folder with `bin/pulumi`; `undefined` is the one on `PATH`. */
    readonly root: string | undefined;
    /** For example `3.259.0`. */
    readonly version: string;
    readonly origin: EngineOrigin;
    /** Pulumi's own command plugin, or the stand-in of this repository. */
    readonly commandPlugin: Plugin["kind"];
    /** The same as data, from which another process makes its `Engine`. */
    readonly handle: EngineHandle;
}

/** What one process tells the next, so that nothing is looked for twice. */
export interface EngineHandle {
    readonly root: string | undefined;
    readonly origin: EngineOrigin;
    readonly plugin: Plugin;
}

/** The environment variable in which the test runner hands its engine to the test files. */
export const ENGINE_VARIABLE = "TCP_TUNING_TEST_ENGINE";

let provided: Promise<Engine> | undefined;

/**
 * The Pulumi engine of this process, found or made once: from `PATH`, the cache, the official download, or built
 * from source. `log` gets progress and, in its last line, what is in use.
 */
export function provideEngine(log: Log = logToStderr): Promise<Engine> {
    return (provided ??= handedOver() ?? searched(log));
}

/**
 * Makes `folder` ready for engine runs that leave no trace outside it: a home with the command plugin and a file
 * backend. Returns the environment of such runs.
 */
export async function engineEnvironment(engine: Engine, folder: string): Promise<Record<string, string>> {
    const home = path.join(folder, "home");
    const backend = path.join(folder, "backend");
    await mkdir(backend, { recursive: true });
    await placePlugin(COMMAND_PLUGIN, engine.handle.plugin, home);
    return {
        PULUMI_HOME: home,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: "not a secret: this state is thrown away",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    };
}

function logToStderr(line: string): void {
    process.stderr.write(`engine: ${line}\n`);
}

function handedOver(): Promise<Engine> | undefined {
    const text = process.env[ENGINE_VARIABLE];
    return text ? resume(JSON.parse(text) as EngineHandle) : undefined;
}

async function resume(handle: EngineHandle): Promise<Engine> {
    const cli = await cliAt(handle.root, handle.origin);
    if (cli === undefined) {
        throw new Error(
            `${ENGINE_VARIABLE} names a Pulumi engine in ${handle.root ?? "PATH"}, which does not run. Unset it.`,
        );
    }
    return describeEngine(cli, handle.plugin);
}

async function searched(log: Log): Promise<Engine> {
    const cli = await provideCli(log);
    const engine = describeEngine(cli, await providePlugin(COMMAND_PLUGIN, cli.command, log));
    const plugin =
        engine.commandPlugin === "installed"
            ? "command plugin installed"
            : "STAND-IN for the command plugin (the real one cannot be installed from here)";
    log(`Pulumi ${engine.version} (${engine.origin}), ${plugin}`);
    return engine;
}

function describeEngine(cli: Cli, plugin: Plugin): Engine {
    const { root, origin, command } = cli;
    const version = command.version?.toString() ?? "of unknown version";
    return { command, root, version, origin, commandPlugin: plugin.kind, handle: { root, origin, plugin } };
}
