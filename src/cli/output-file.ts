import { writeFileSync } from "node:fs";
import { quote } from "../diagnostic";
import { type Arguments, type Options, UsageError } from "./command";

/** `--output` and `--force`, of commands that make a file; `what` is what is written there. */
export function outputOptions(what: string): Options {
    return {
        output: { value: "FILE", help: `write the ${what} there instead` },
        force: { help: "overwrite that file" },
    };
}

/**
 * The text for standard output, unless it went into the file of `--output`.
 *
 * @throws UsageError when that file exists and may not be overwritten, or cannot be written
 */
export function printOrWrite(text: string, args: Arguments): string | undefined {
    const file = args.text("output");
    if (file === undefined) {
        return text;
    }
    try {
        writeFileSync(file, text, { flag: args.has("force") ? "w" : "wx" });
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new UsageError(
            code === "EEXIST"
                ? `${quote(file)} exists. Name another file, or add --force to overwrite it.`
                : `${quote(file)} cannot be written: ${message}.`,
        );
    }
    return undefined;
}
