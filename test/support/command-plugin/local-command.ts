import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, closeSync, constants, existsSync, statSync } from "node:fs";
import { Socket } from "node:net";
import * as path from "node:path";
import { CANCELLED, cancelled } from "./cancellation";
import type { CommandInputs } from "./command";
import type { EngineLog } from "./engine-log";
import { Capture, type Output, previousOutput } from "./output";
import { openPipes } from "./pipe";
import { openStdin } from "./stdin-file";

/** The inputs of a `local.Command` that matter for running it. */
export interface LocalCommandInputs extends Omit<CommandInputs, "connection"> {
    readonly interpreter?: readonly string[];
    readonly dir?: string;
}

const SHELL = ["/bin/sh", "-c"];

/**
 * Runs `command` on this machine. A cancel kills its process, and that alone: what it started lives on, and is waited
 * for while it holds the output open. The real plugin kills it after `customTimeouts`, too; the SDK's server does not
 * pass these on.
 */
export async function runLocalCommand(
    command: string,
    inputs: LocalCommandInputs,
    previous: Output,
    log: EngineLog,
): Promise<Output> {
    const { interpreter, stdin = "", logging } = inputs;
    const pipes = openPipes("stdout", "stderr");
    const stdout = new Socket({ fd: pipes.stdout.reader, writable: false });
    const stderr = new Socket({ fd: pipes.stderr.reader, writable: false });
    const capture = new Capture(stdout, stderr, logging, log);
    const drained = Promise.all([once(stdout, "close"), once(stderr, "close")]);

    const words = [...(interpreter?.length ? interpreter : SHELL), command];
    const environment = { ...inputs.environment, ...previousOutput(inputs.addPreviousOutputInEnv, previous) };
    const childEnds = [openStdin(stdin), pipes.stdout.writer, pipes.stderr.writer];
    const ended = execute(words, inputs.dir, environment, childEnds);
    childEnds.forEach((fd) => closeSync(fd)); // the child has its own by now
    const error = await ended;
    await drained;
    return capture.end(command, error);
}

/** Starts a program before it returns. Resolves to nothing after exit status 0, to what went wrong otherwise. */
async function execute(
    [name = "", ...args]: readonly string[],
    dir: string | undefined,
    environment: Readonly<Record<string, string>>,
    stdio: number[],
): Promise<string | undefined> {
    const file = findProgram(name);
    if (file === undefined) {
        return `exec: ${JSON.stringify(name)}: executable file not found in $PATH`;
    }
    if (cancelled.aborted) {
        return CANCELLED;
    }
    if (dir !== undefined && !existsSync(dir)) {
        return `chdir ${dir}: no such file or directory`;
    }
    try {
        const child = spawn(file, args, {
            argv0: name,
            env: { ...process.env, ...environment },
            stdio,
            signal: cancelled,
            killSignal: "SIGKILL",
            ...(dir !== undefined && { cwd: dir }),
        });
        return await new Promise((resolve, reject) => {
            child.on("error", (error) => error.name !== "AbortError" && reject(error));
            child.on("exit", (code, signal) => resolve(describeExit(code, signal)));
        });
    } catch (error) {
        const { code = "", message } = error as NodeJS.ErrnoException;
        return `fork/exec ${file}: ${REASONS[code] ?? message}`;
    }
}

/** What a bare name means in this process's own `PATH`, whatever the command's environment says. */
function findProgram(name: string): string | undefined {
    if (name.includes("/")) {
        return name;
    }
    const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => path.isAbsolute(folder));
    return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}

const REASONS: Readonly<Record<string, string>> = {
    E2BIG: "argument list too long",
    EACCES: "permission denied",
    ENOENT: "no such file or directory",
    ENOTDIR: "not a directory",
};

/** The signals in Go's words. */
const SIGNALS: Readonly<Record<string, string>> = {
    SIGHUP: "hangup",
    SIGINT: "interrupt",
    SIGQUIT: "quit",
    SIGILL: "illegal instruction",
    SIGABRT: "aborted",
    SIGFPE: "floating point exception",
    SIGKILL: "killed",
    SIGSEGV: "segmentation fault",
    SIGPIPE: "broken pipe",
    SIGALRM: "alarm clock",
    SIGTERM: "terminated",
};

function describeExit(code: number | null, signal: NodeJS.Signals | null): string | undefined {
    if (signal !== null) {
        return `signal: ${SIGNALS[signal] ?? signal}`;
    }
    return code === 0 ? undefined : `exit status ${code}`;
}
