import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Diagnostic, quote } from "../diagnostic";
import { type Assignment, BYTE_ORDER_MARK, parseSysctlFile } from "../sysctl-file";
import { whyUnreadable } from "../unreadable";
import { isForPlaybooks, readPlaybooks } from "./playbook";

/** An assignment, with whom it is for. */
export interface HostAssignment extends Assignment {
    /** `all`, the name of a group, or of a host. */
    readonly hosts: string;
}

/** What was read, before the rules look at it. */
export interface Reading {
    readonly assignments: readonly HostAssignment[];
    readonly leftOut: readonly Diagnostic[];
    readonly notes: readonly Diagnostic[];
}

/** None of the sources can be read: every reason, one a line. */
export class SourceError extends Error {}

type Kind = "drop-ins" | "playbooks" | "file";

/**
 * Reads folders of drop-ins as systemd-sysctl does: of files with one name the first folder's counts, and all are read
 * in the order of their names. Then files, roles and folders of playbooks, in the order in which they are named.
 * What cannot be read is left out, and the rest is taken.
 *
 * @throws SourceError when nothing can be read
 */
export function readSources(paths: readonly string[], readStdin: () => string): Reading {
    const problems: string[] = [];
    const attempt = <T>(path: string, read: () => T): T[] => {
        try {
            return [read()];
        } catch (error) {
            problems.push(`${quote(path)} cannot be read: ${whyUnreadable(path, error as NodeJS.ErrnoException)}`);
            return [];
        }
    };
    const kinds = paths.flatMap((path) => attempt(path, () => ({ path, kind: kindOf(path) })));
    const inFolders = kinds
        .filter(({ kind }) => kind === "drop-ins")
        .flatMap(({ path }) => attempt(path, () => dropInsOf(path)).flat());
    const byName = new Map(inFolders.reverse().map((path) => [basename(path), path]));
    const dropIns = [...byName]
        .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map(([, path]) => ({ path, kind: "file" as Kind }));
    const readings = [...dropIns, ...kinds.filter(({ kind }) => kind !== "drop-ins")].flatMap(({ path, kind }) =>
        attempt(path, () => (kind === "playbooks" ? readPlaybooks(path) : readFile(path, readStdin))),
    );
    if (readings.length === 0 && problems.length > 0) {
        throw new SourceError(problems.map((problem) => `${problem}.`).join("\n"));
    }
    return {
        assignments: readings.flatMap(({ assignments }) => assignments),
        leftOut: [
            ...problems.map((message) => ({ id: "IMPORT", severity: "error" as const, message })),
            ...readings.flatMap(({ leftOut }) => leftOut),
        ],
        notes: readings.flatMap(({ notes }) => notes),
    };
}

function kindOf(path: string): Kind {
    if (path === "-") {
        return "file";
    }
    if (!statSync(path).isDirectory()) {
        return /\.ya?ml$/.test(path) ? "playbooks" : "file";
    }
    const hasDropIns = readdirSync(path).some((name) => name.endsWith(".conf"));
    if (hasDropIns && isForPlaybooks(path)) {
        throw new Error("it is a folder with .conf files and with YAML. Name the files in it that are meant");
    }
    return isForPlaybooks(path) ? "playbooks" : "drop-ins";
}

function dropInsOf(folder: string): string[] {
    const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
    if (names.length === 0) {
        throw new Error(
            "it is a folder without .conf files, playbooks or tasks. Name the folder that holds them, or a file",
        );
    }
    return names.map((name) => join(folder, name));
}

/** A line that is no assignment, unlike a byte order mark, whose line is taken. */
function isLost({ id, message }: Diagnostic): boolean {
    return id === "LINE-FORMAT" && message !== BYTE_ORDER_MARK;
}

/** A line end or a byte order mark does not reach the inventory; a line that is no assignment is lost. */
function readFile(path: string, readStdin: () => string): Reading {
    const text = path === "-" ? readStdin() : readFileSync(path, "utf8");
    if (text.includes("\0")) {
        throw new Error("it is a binary file (it has NUL bytes). Name a text in the syntax of sysctl.d(5)");
    }
    const { assignments, diagnostics } = parseSysctlFile(text, path === "-" ? "(standard input)" : path);
    return {
        assignments: assignments.map((each) => ({ ...each, hosts: "all" })),
        leftOut: diagnostics.filter(isLost),
        notes: diagnostics.filter((each) => !isLost(each)).map((note) => ({ ...note, severity: "note" as const })),
    };
}
