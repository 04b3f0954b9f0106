import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** The folder this test was compiled into. */
export const buildFolder = resolve(__dirname, "../../..");
export const bin = join(buildFolder, "src/cli/main.js");
export const article = ["base", "further", "high-traffic"].map((name) => `test/fixtures/article/${name}.conf`);

export interface Ended {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs the compiled command. */
export function tcpTuning(args: readonly string[], input = "", program = bin): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
    return { status, stdout, stderr };
}
