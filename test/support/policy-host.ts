import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { installPackage, packPackage } from "./installed-package";

const HOST = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");

/** Installs the package in `folder` as npm would, with the files that it ships; returns its policy pack. */
export function installedPack(folder: string): string {
    return path.join(installPackage(folder, packPackage(folder), ["@pulumi/policy"]), "policy");
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
