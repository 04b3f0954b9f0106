import type { Readable } from "node:stream";
import type { EngineLog } from "./engine-log";
import { OutputLog } from "./output-log";

/** What a command wrote, each without its last newline. */
export interface Output {
    readonly stdout: string;
    readonly stderr: string;
}

/** What fits into an error; of a longer one, and the command comes first in it, the end is lost. */
const LONGEST_MESSAGE = 15_000;

/** The variables in which a command finds what the one before it wrote; one that wrote nothing has none. */
export function previousOutput(wanted: boolean | undefined, { stdout, stderr }: Output): Record<string, string> {
    if (wanted === false) {
        return {};
    }
    return { ...(stdout && { PULUMI_COMMAND_STDOUT: stdout }), ...(stderr && { PULUMI_COMMAND_STDERR: stderr }) };
}

/** Keeps what a command writes, and logs of it what `logging` says. */
export class Capture {
    readonly #stdout: Buffer[] = [];
    readonly #stderr: Buffer[] = [];
    readonly #both: Buffer[] = [];
    readonly #lines: OutputLog;

    constructor(stdout: Readable, stderr: Readable, logging: string | undefined, log: EngineLog) {
        this.#lines = new OutputLog((line) => log.status(line));
        this.#listen(stdout, this.#stdout, logs(logging, "stdout"));
        this.#listen(stderr, this.#stderr, logs(logging, "stderr"));
    }

    #listen(stream: Readable, parts: Buffer[], isLogged: boolean): void {
        stream.on("data", (part: Buffer) => {
            parts.push(part);
            this.#both.push(part);
            if (isLogged) {
                this.#lines.add(part);
            }
            if (isLogged && this.#lines.stuck) {
                stream.pause();
            }
        });
    }

    /** The output of a command that has ended; with an `error`, the failure that quotes the command and all it wrote. */
    async end(command: string, error: string | undefined): Promise<Output> {
        if (this.#lines.stuck) {
            await new Promise(() => undefined); // the output is never read to its end, and this is waited for, for ever
        }
        await this.#lines.end();
        if (error !== undefined) {
            const message = `${error}: running ${JSON.stringify(command)}:\n${text(this.#both)}`;
            throw new Error(message.slice(0, LONGEST_MESSAGE));
        }
        return { stdout: withoutNewline(this.#stdout), stderr: withoutNewline(this.#stderr) };
    }
}

/** Whether a stream is logged; without `logging` both are. */
function logs(logging: string | undefined, stream: "stdout" | "stderr"): boolean {
    return [undefined, "stdoutAndStderr", stream].includes(logging);
}

function withoutNewline(parts: readonly Buffer[]): string {
    return text(parts).replace(/\n$/, "");
}

function text(parts: readonly Buffer[]): string {
    return Buffer.concat(parts).toString("utf8");
}
