import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { quote } from "../diagnostic";
import { parseSysctlFile, type SysctlFile } from "../sysctl-file";

/** The sources cannot be read: every reason, one a line. */
export class SourceError extends Error {}

/**
 * Reads folders of drop-ins as systemd-sysctl does: of files with one name the first folder's counts, and all are read
 * in the order of their names. Then the files that are named themselves, in their order.
 *
 * @throws SourceError
 */
export function readSources(paths: readonly string[], readStdin: () => string): readonly SysctlFile[] {
    const problems: string[] = [];
    const attempt = <T>(path: string, read: () => T): T[] => {
        try {
            return [read()];
        } catch (error) {
            problems.push(whyUnreadable(path, error as NodeJS.ErrnoException));
            return [];
        }
    };
    const isFolder = (path: string) => path !== "-" && statSync(path).isDirectory();
    const kinds = paths.flatMap((path) => attempt(path, () => ({ path, folder: isFolder(path) })));
    const inFolders = kinds
        .filter(({ folder }) => folder)
        .flatMap(({ path }) => attempt(path, () => dropInsOf(path)).flat());
    const byName = new Map(inFolders.reverse().map((path) => [basename(path), path]));
    const dropIns = [...byName]
        .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map(([, path]) => path);
    const files = [...dropIns, ...kinds.filter(({ folder }) => !folder).map(({ path }) => path)].flatMap((path) =>
        attempt(path, () => readFile(path, readStdin)),
    );
    if (problems.length > 0) {
        throw new SourceError(problems.join("\n"));
    }
    return files;
}

function dropInsOf(folder: string): string[] {
    const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
    if (names.length === 0) {
        throw new Error("it is a folder without .conf files. Name the folder that holds them, or a file");
    }
    return names.map((name) => join(folder, name));
}

function readFile(path: string, readStdin: () => string): SysctlFile {
    const text = path === "-" ? readStdin() : readFileSync(path, "utf8");
    if (text.includes("\0")) {
        throw new Error("it is a binary file (it has NUL bytes). Name a text in the syntax of sysctl.d(5)");
    }
    if (/\.ya?ml$/.test(path)) {
        throw new Error(
            "it is YAML, and only files in the syntax of sysctl.d(5) are read. Write its keys as KEY = VALUE",
        );
    }
    return parseSysctlFile(text, path === "-" ? "(standard input)" : path);
}

function whyUnreadable(path: string, { code, message }: NodeJS.ErrnoException): string {
    const reasons: Record<string, string> = {
        ENOENT: `it does not exist. The path is relative to ${process.cwd()}`,
        EACCES: "its permissions forbid it",
    };
    return `${quote(path)} cannot be read: ${reasons[code ?? ""] ?? message}.`;
}
