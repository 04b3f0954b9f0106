import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { cacheFolder } from "./cache";
import { isPulumiReachable } from "./network";

/** The version of the command plugin that `@pulumi/command` asks for. */
const PLUGIN_VERSION = "1.2.1";
const EXECUTABLE = "pulumi-resource-command";
const INSTALL_LIMIT_MS = 120_000;
const STAND_IN_MAIN = path.join(__dirname, "..", "command-plugin", "main.js");

/** The command plugin in use: Pulumi's own, or the stand-in of this repository. */
export type CommandPlugin =
    | { readonly kind: "installed"; readonly executable: string }
    | { readonly kind: "stand-in" };

/** Finds the real command plugin or installs it as Pulumi does; without a network the stand-in takes its place. */
export async function provideCommandPlugin(cli: PulumiCommand, log: (line: string) => void): Promise<CommandPlugin> {
    const executable = (await installed(userHome())) ?? (await installed(cacheHome())) ?? (await install(cli, log));
    return executable === undefined ? { kind: "stand-in" } : { kind: "installed", executable };
}

/** Puts the plugin where an engine with this `PULUMI_HOME` looks for it. */
export async function placeCommandPlugin(plugin: CommandPlugin, home: string): Promise<void> {
    const folder = path.join(home, "plugins", `resource-command-v${PLUGIN_VERSION}`);
    await mkdir(folder, { recursive: true });
    const executable = path.join(folder, EXECUTABLE);
    if (plugin.kind === "installed") {
        await symlink(plugin.executable, executable);
    } else {
        await writeFile(executable, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(STAND_IN_MAIN)} "$@"\n`);
        await chmod(executable, 0o755);
    }
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
const userHome = () => process.env["PULUMI_HOME"] || path.join(homedir(), ".pulumi");
const cacheHome = () => path.join(cacheFolder(), "plugin-home");

/** The newest 1.2.x executable under a Pulumi home. */
async function installed(home: string): Promise<string | undefined> {
    const plugins = path.join(home, "plugins");
    const names = await readdir(plugins).catch(() => [] as string[]);
    const found = names.filter((name) => /^resource-command-v1\.2\.\d+$/.test(name)).sort().at(-1);
    if (found === undefined) {
        return undefined;
    }
    const files = await readdir(path.join(plugins, found));
    return files.includes(EXECUTABLE) ? path.join(plugins, found, EXECUTABLE) : undefined;
}

async function install(cli: PulumiCommand, log: (line: string) => void): Promise<string | undefined> {
    if (!(await isPulumiReachable())) {
        return undefined;
    }
    const env = { ...process.env, PULUMI_HOME: cacheHome(), PULUMI_SKIP_UPDATE_CHECK: "true" };
    const args = ["plugin", "install", "resource", "command", PLUGIN_VERSION];
    try {
        await promisify(execFile)(cli.command, args, { env, timeout: INSTALL_LIMIT_MS });
    } catch (error) {
        log(`"pulumi ${args.join(" ")}" failed: ${(error as Error).message}`);
    }
    return installed(cacheHome());
}
