import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { cacheFolder, withLock } from "./cache";
import { isPulumiReachable } from "./network";

/** A resource plugin of Pulumi's that has a stand-in here. */
export interface PluginSpec {
    readonly name: string;
    /** The one that the SDK in node_modules asks for. */
    readonly version: string;
    /** Folders of installed plugins that will do. */
    readonly folder: RegExp;
    /** The stand-in's program. */
    readonly standIn: string;
    readonly installLimitMs: number;
}

export const COMMAND_PLUGIN: PluginSpec = {
    name: "command",
    version: "1.2.1",
    folder: /^resource-command-v1\.2\.\d+$/,
    standIn: path.join(__dirname, "..", "command-plugin", "bundle.js"),
    installLimitMs: 120_000,
};

/** The plugin in use: Pulumi's own, or the stand-in of this repository. */
export type Plugin = { readonly kind: "installed"; readonly executable: string } | { readonly kind: "stand-in" };

/** Finds the real plugin or installs it as Pulumi does; without a network the stand-in takes its place. */
export async function providePlugin(
    spec: PluginSpec,
    cli: PulumiCommand,
    log: (line: string) => void,
): Promise<Plugin> {
    const executable = (await findPlugin(spec)) ?? (await install(spec, cli, log));
    return executable === undefined ? { kind: "stand-in" } : { kind: "installed", executable };
}

/** Puts the plugin where an engine with this `PULUMI_HOME` looks for it. */
export async function placePlugin(spec: PluginSpec, plugin: Plugin, home: string): Promise<void> {
    const folder = path.join(home, "plugins", `resource-${spec.name}-v${spec.version}`);
    await mkdir(folder, { recursive: true });
    const executable = path.join(folder, executableOf(spec));
    if (plugin.kind === "installed") {
        await symlink(plugin.executable, executable);
    } else {
        const run = `exec ${quote(process.execPath)} ${quote(spec.standIn)} "$@"`;
        await writeFile(executable, `#!/bin/sh\nNODE_COMPILE_CACHE=${quote(compileCache())} ${run}\n`);
        await chmod(executable, 0o755);
    }
}

/** The executable that is installed, in the user's Pulumi home or in the cache. */
export async function findPlugin(spec: PluginSpec): Promise<string | undefined> {
    return (await installed(spec, userHome())) ?? installed(spec, cacheHome());
}

const executableOf = ({ name }: PluginSpec) => `pulumi-resource-${name}`;
const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
const userHome = () => process.env["PULUMI_HOME"] || path.join(homedir(), ".pulumi");
const cacheHome = () => path.join(cacheFolder(), "plugin-home");
/** Every run of the engine starts its plugins anew; with their compiled code kept that takes half the time. */
const compileCache = () => path.join(cacheFolder(), "compile-cache");

/** The newest under a Pulumi home. */
async function installed(spec: PluginSpec, home: string): Promise<string | undefined> {
    const plugins = path.join(home, "plugins");
    const names = await readdir(plugins).catch(() => [] as string[]);
    const found = names
        .filter((name) => spec.folder.test(name))
        .sort()
        .at(-1);
    if (found === undefined) {
        return undefined;
    }
    const files = await readdir(path.join(plugins, found));
    return files.includes(executableOf(spec)) ? path.join(plugins, found, executableOf(spec)) : undefined;
}

async function install(spec: PluginSpec, cli: PulumiCommand, log: (line: string) => void): Promise<string | undefined> {
    if (!(await isPulumiReachable())) {
        return undefined;
    }
    const waiting = () => log(`another run is installing the ${spec.name} plugin: waiting for it`);
    return withLock(
        `plugin-${spec.name}`,
        async () => {
            return (await installed(spec, cacheHome())) ?? (await installHere(spec, cli, log));
        },
        waiting,
    );
}

async function installHere(
    spec: PluginSpec,
    cli: PulumiCommand,
    log: (line: string) => void,
): Promise<string | undefined> {
    const env = { ...process.env, PULUMI_HOME: cacheHome(), PULUMI_SKIP_UPDATE_CHECK: "true" };
    const args = ["plugin", "install", "resource", spec.name, spec.version];
    try {
        await promisify(execFile)(cli.command, args, { env, timeout: spec.installLimitMs });
    } catch (error) {
        log(`"pulumi ${args.join(" ")}" failed: ${(error as Error).message}`);
    }
    return installed(spec, cacheHome());
}
