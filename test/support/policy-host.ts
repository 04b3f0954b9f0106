import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..", "..", "..");
const HOST = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");

/** Installs the package in `folder` as npm would, with the files that it ships; returns its policy pack. */
export function installedPack(folder: string): string {
    const modules = path.join(folder, "node_modules");
    const itself = path.join(modules, "pulumi-tcp-tuning");
    mkdirSync(itself, { recursive: true });
    const [{ filename }] = JSON.parse(
        execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
            cwd: ROOT,
            encoding: "utf8",
        }),
    ) as [{ filename: string }];
    execFileSync("tar", ["-xzf", path.join(folder, filename), "-C", itself, "--strip-components=1"]);
    for (const name of readdirSync(path.join(ROOT, "node_modules"))) {
        symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
    }
    return path.join(itself, "policy");
}

/**
 * The environment of an engine that runs policy packs. With a language host it is that one; without, the engine starts
 * `pulumi-analyzer-policy-nodejs`, which here is a script that runs the SDK's own policy host.
 */
export function policyHostEnvironment(folder: string): Record<string, string> {
    const script = path.join(folder, "pulumi-analyzer-policy-nodejs");
    writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${HOST}' "$@"\n`, { mode: 0o755 });
    return { PATH: `${folder}:${process.env["PATH"]}`, PULUMI_IGNORE_AMBIENT_PLUGINS: "false" };
}
