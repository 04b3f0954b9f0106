import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { quote } from "../diagnostic";
import { whyUnreadable } from "../unreadable";
import { type Terminal, UsageError } from "./command";

export interface NamedText {
    /** As findings name it. */
    readonly name: string;
    readonly text: string;
}

/** Who reads, for advice. */
export interface Reader {
    readonly command: string;
    /** The files that it usually reads in a folder: `*.conf`. */
    readonly pattern: string;
}

export function displayName(file: string): string {
    return file === "-" ? "(standard input)" : file;
}

/** @throws UsageError naming every file that cannot be read */
export function readFiles(files: readonly string[], reader: Reader, terminal: Terminal): readonly NamedText[] {
    const { texts, problems } = readWhatCanBe(files, reader, terminal);
    if (problems.length > 0) {
        throw new UsageError(problems.join("\n"));
    }
    return texts;
}

/**
 * The files that can be read, and why each other one cannot.
 *
 * @throws UsageError where that is all of them
 */
export function readWhatCanBe(
    files: readonly string[],
    reader: Reader,
    terminal: Terminal,
): { readonly texts: readonly NamedText[]; readonly problems: readonly string[] } {
    const results = files.map((file) => readText(file, reader, terminal));
    const problems = results.filter((result) => typeof result === "string");
    const texts = results.filter((result) => typeof result !== "string");
    if (texts.length === 0) {
        throw new UsageError(problems.join("\n"));
    }
    return { texts, problems };
}

/** The text, or why there is none. */
function readText(file: string, reader: Reader, terminal: Terminal): NamedText | string {
    try {
        return { name: displayName(file), text: file === "-" ? terminal.readStdin() : readFileSync(file, "utf8") };
    } catch (error) {
        return unreadable(file, reader, error as NodeJS.ErrnoException);
    }
}

function unreadable(file: string, { command, pattern }: Reader, error: NodeJS.ErrnoException): string {
    const name = quote(file);
    switch (error.code) {
        case "EISDIR":
            return `${name} is a directory. Name the files in it: ${file.replace(/\/+$/, "")}/${pattern}`;
        case "ENOENT":
            return `${name} does not exist. Check the path${isAbsolute(file) ? "" : `; it is relative to ${process.cwd()}`}.`;
        case "EACCES":
            return `${name} cannot be read: permission denied. Write: sudo cat ${file} | tcp-tuning ${command} -`;
        default:
            return `${name} cannot be read: ${whyUnreadable(file, error)}.`;
    }
}
