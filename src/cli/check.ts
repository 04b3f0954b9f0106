import type { Diagnostic } from "../diagnostic";
import type { Target } from "../rules";
import { checkSettings } from "../rules";
import type { Assignment, SysctlFile } from "../sysctl-file";
import { parseSysctlFile } from "../sysctl-file";
import type { Arguments, Command, Result, Terminal } from "./command";
import { UsageError } from "./command";
import { countBySeverity, formatCounts, formatFindings, plural } from "./findings";
import { displayName, readFiles } from "./read-files";
import { readTarget, targetOptions } from "./target";

/** `tcp-tuning check`: what is wrong with sysctl.conf files and drop-ins. */
export const check: Command = {
    summary: "find what is wrong in sysctl.conf files and drop-ins",
    usage: "[options] FILE…",
    description:
        "Reads files in the syntax of sysctl.d(5) as one set, in the order given: the last\n" +
        'assignment of a key wins, as on a host. "-" is standard input. Keys outside networking\n' +
        "are not judged.\n\n" +
        "Exit code: 0 no errors, 1 errors, 2 a file cannot be read.",
    options: {
        ...targetOptions,
        json: { help: "print one JSON document: {files, diagnostics, counts}" },
    },
    run(args, terminal) {
        const target = readTarget(args);
        if (args.files.length === 0) {
            throw new UsageError("No file is named. Write for example: tcp-tuning check /etc/sysctl.d/*.conf");
        }
        const texts = readFiles(args.files, { command: "check", pattern: "*.conf" }, terminal);
        const files = texts.map(({ name, text }) => parseSysctlFile(text, name));
        const commented = files.flatMap((file) => file.commented);
        const diagnostics = [
            ...files.flatMap((file) => file.diagnostics),
            ...checkSettings(
                files.flatMap((file) => file.assignments),
                target,
                { foreign: "pass" },
            ),
            ...commented.flatMap((assignment) => checkCommented(assignment, target)),
        ];
        return report(args, files, inOrder(diagnostics, args.files), terminal);
    },
};

function report(
    args: Arguments,
    files: readonly SysctlFile[],
    diagnostics: readonly Diagnostic[],
    { colour }: Terminal,
): Result {
    const counts = countBySeverity(diagnostics);
    const exitCode = counts.error > 0 ? 1 : 0;
    if (args.has("json")) {
        const document = { files: args.files.map(displayName), diagnostics, counts };
        return { exitCode, stdout: `${JSON.stringify(document, undefined, 2)}\n` };
    }
    const assignments = files.reduce((sum, file) => sum + file.assignments.length, 0);
    const read = `${plural(assignments, "assignment")} in ${plural(files.length, "file")}`;
    return { exitCode, stdout: `${formatFindings(diagnostics, colour)}${read}: ${formatCounts(counts)}\n` };
}

/** Rules about the key itself; a value that is commented out harms nobody. */
const keyRules = new Set(["KEY-REMOVED", "KEY-NOSUCH-TW", "KEY-UNKNOWN"]);

/** A key that does not exist is worth a note even in a comment: the next reader may uncomment it. */
function checkCommented(assignment: Assignment, target: Target): Diagnostic[] {
    return checkSettings([assignment], target, { foreign: "pass" })
        .filter(({ id }) => keyRules.has(id))
        .map((diagnostic) => ({ ...diagnostic, severity: "note", message: `in a comment: ${diagnostic.message}` }));
}

/** By file and line; findings of one line keep the order of the rules. */
function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
    const rank = new Map(files.map((file, index) => [displayName(file), index]));
    const place = ({ location }: Diagnostic) => location && ([rank.get(location.file) ?? 0, location.line] as const);
    return [...diagnostics].sort((a, b) => {
        const [fileA, lineA] = place(a) ?? [Infinity, 0];
        const [fileB, lineB] = place(b) ?? [Infinity, 0];
        return fileA === fileB ? lineA - lineB : fileA - fileB;
    });
}
