import { StringDecoder } from "node:string_decoder";

/** The longest line that the plugin's line reader takes, in bytes. */
const LONGEST_LINE = 64 * 1024;

/**
 * Passes a command's output on to the engine's log line by line, as the plugin does, with its flaw: after one line
 * of more than 64 KiB nobody reads any more, and the command's output is never taken off it.
 */
export class OutputLog {
    #rest = Buffer.alloc(0);
    #stuck = false;
    readonly #decoder = new StringDecoder("utf8");

    constructor(private readonly write: (line: string) => Promise<void>) {}

    /** Whether a line was too long, after which everything hangs. */
    get stuck(): boolean {
        return this.#stuck;
    }

    add(part: Buffer): void {
        this.#rest = Buffer.concat([this.#rest, part]);
        for (let end = this.#rest.indexOf("\n"); end >= 0 && end < LONGEST_LINE; end = this.#rest.indexOf("\n")) {
            void this.#line(this.#rest.subarray(0, end));
            this.#rest = this.#rest.subarray(end + 1);
        }
        this.#stuck = this.#rest.length > LONGEST_LINE;
    }

    /** Writes what came after the last newline; resolves when the engine has every line. */
    async end(): Promise<void> {
        if (this.#rest.length > 0) {
            await this.#line(this.#rest);
        }
    }

    #line(bytes: Buffer): Promise<void> {
        return this.write(this.#decoder.write(bytes).replace(/\r$/, ""));
    }
}
