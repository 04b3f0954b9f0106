import * as path from "node:path";
import type { Engine } from "./index";
import { findPlugin, type Plugin, type PluginSpec, placePlugin, providePlugin } from "./plugin";

/** `@pulumi/aws` asks for this version; a test holds the two against each other. */
export const AWS_PLUGIN: PluginSpec = {
    name: "aws",
    version: "7.48.0",
    folder: /^resource-aws-v7\.48\.0$/,
    standIn: path.join(__dirname, "..", "aws-plugin", "main.js"),
    // It has some hundred megabytes.
    installLimitMs: 5 * 60_000,
};

let provided: Promise<Plugin> | undefined;

/** Puts the AWS plugin, or its stand-in, where an engine with this `PULUMI_HOME` looks for it. */
export async function placeAwsPlugin(engine: Engine, home: string): Promise<Plugin["kind"]> {
    const plugin = await (provided ??= provide(engine));
    await placePlugin(AWS_PLUGIN, plugin, home);
    return plugin.kind;
}

/** Where the small command plugin could not be had, this one is not tried for. */
async function provide(engine: Engine): Promise<Plugin> {
    const executable = await findPlugin(AWS_PLUGIN);
    const plugin: Plugin =
        executable !== undefined
            ? { kind: "installed", executable }
            : engine.commandPlugin === "installed"
              ? await providePlugin(AWS_PLUGIN, engine.command, log)
              : { kind: "stand-in" };
    log(
        plugin.kind === "installed"
            ? `AWS plugin ${AWS_PLUGIN.version} installed`
            : "STAND-IN for the AWS plugin (the real one cannot be installed from here)",
    );
    return plugin;
}

function log(line: string): void {
    process.stderr.write(`engine: ${line}\n`);
}
