import { spawn } from "node:child_process";
import { constants } from "node:os";

/** What a command left behind. */
export interface CommandResult {
    /** Exit code; 128 + the signal's number where a signal ended it, as shells count. */
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

export interface RunOptions {
    /** Standard input. @default nothing */
    readonly input?: string | Buffer;
    /** @default the caller's environment with the system folders added to PATH */
    readonly env?: NodeJS.ProcessEnv;
}

/** The folders of system tools, which an ordinary user's PATH may lack. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The caller's environment, with the system folders at the end of PATH. */
export function systemEnvironment(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${process.env["PATH"] ?? ""}:${SYSTEM_PATH}`, LC_ALL: "C" };
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const [program = "", ...args] = argv;
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env: options.env ?? systemEnvironment(), stdio: "pipe" });
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
        child.stdin.on("error", () => undefined); // a command need not read its input
        child.stdin.end(options.input ?? "");
        child.on("error", reject);
        child.on("close", (code, signal) => {
            resolve({
                code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
                stdout: Buffer.concat(stdout).toString(),
                stderr: Buffer.concat(stderr).toString(),
            });
        });
    });
}

/** Like {@link run}, for a command that must succeed: returns its output, rejects with its reason. */
export async function mustRun(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await run(argv, options);
    if (code !== 0) {
        throw new Error(`${argv.join(" ")}: exit code ${code}: ${(stderr || stdout).trim()}`);
    }
    return stdout;
}
