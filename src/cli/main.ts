#!/usr/bin/env node
import { quote } from "../diagnostic";
import { packageVersion } from "../package-version";
import { suggest } from "../suggest";
import { readArguments } from "./arguments";
import { check } from "./check";
import type { Command, Result, Terminal } from "./command";
import { UsageError } from "./command";
import { comment } from "./comment";
import { diff } from "./diff";
import { explain } from "./explain";
import { commandHelp, generalHelp, generalOptions } from "./help";
import { importFiles } from "./import";
import { render } from "./render";
import { report } from "./report";
import { states } from "./states";
import { readStdin } from "./stdin";

const commands: Readonly<Record<string, Command>> = {
    check,
    comment,
    diff,
    explain,
    import: importFiles,
    render,
    report,
    states,
};

function run([name, ...words]: readonly string[], terminal: Terminal): Result | Promise<Result> {
    switch (name) {
        case "--help":
            return { exitCode: 0, stdout: generalHelp(commands) };
        case "--version":
            return { exitCode: 0, stdout: `${packageVersion()}\n` };
        case undefined:
            return { exitCode: 2, stderr: generalHelp(commands) };
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    return command ? runCommand(name, command, words, terminal) : usageError("tcp-tuning", unknownCommand(name));
}

async function runCommand(
    name: string,
    command: Command,
    words: readonly string[],
    terminal: Terminal,
): Promise<Result> {
    try {
        const args = readArguments(words, { ...command.options, ...generalOptions });
        return args.has("help")
            ? { exitCode: 0, stdout: commandHelp(name, command) }
            : await command.run(args, terminal);
    } catch (error) {
        if (error instanceof UsageError) {
            return usageError(`tcp-tuning ${name}`, error.message);
        }
        throw error;
    }
}

function usageError(program: string, message: string): Result {
    return { exitCode: 2, stderr: `${program}: ${message}\n` };
}

function unknownCommand(name: string): string {
    const what = name.startsWith("-") ? "option" : "command";
    const [meant] = suggest(name, [...Object.keys(commands), "--help", "--version"]);
    return (
        `There is no ${what} ${quote(name)}. ` +
        (meant === undefined ? "tcp-tuning --help lists what there is." : `Did you mean ${meant}?`)
    );
}

/** A reader such as `head` may close the pipe early; that is no fault, and the exit code stands. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
    if (error.code !== "EPIPE") {
        throw error;
    }
}

async function main(): Promise<void> {
    process.stdout.on("error", ignoreClosedPipe);
    process.stderr.on("error", ignoreClosedPipe);
    const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const {
        exitCode,
        stdout = "",
        stderr = "",
    } = await run(process.argv.slice(2), {
        colour,
        typesInput: process.stdin.isTTY === true,
        readStdin,
    });
    process.exitCode = exitCode;
    process.stderr.write(stderr);
    process.stdout.write(stdout);
}

main().catch((error: Error) => {
    // An exit code of 1 would say that something was found.
    process.exitCode = 2;
    process.stderr.write(`${error.stack}\n`);
});
