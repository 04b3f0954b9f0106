import { type Diagnostic, describeDiagnostic, formatDiagnostic } from "../diagnostic";
import { inventoryText } from "../import/inventory-text";
import { judge } from "../import/judge";
import { readSources, SourceError } from "../import/sources";
import type { SysctlFile } from "../sysctl-file";
import { type Arguments, type Result, type Terminal, UsageError } from "./command";
import { formatFindings, plural } from "./findings";
import { printOrWrite } from "./output-file";
import { readTarget } from "./target";

/** @throws UsageError for what cannot be read or written */
export function runImport(args: Arguments, { colour, readStdin }: Terminal): Result {
    const files = read(args, readStdin);
    const judged = judge(
        files.flatMap(({ assignments }) => assignments),
        readTarget(args),
    );
    const { tuning, taken, warnings } = judged;
    // A line end or a byte order mark does not reach the inventory; a line that is no assignment is lost.
    const aboutText = files.flatMap(({ diagnostics }) => diagnostics);
    const leftOut = [...aboutText.filter(({ id }) => id === "LINE-FORMAT"), ...judged.leftOut];
    const notes = [...aboutText.filter(({ id }) => id !== "LINE-FORMAT"), ...judged.notes].map((note) => ({
        ...note,
        severity: "note" as const,
    }));
    if (taken.length === 0 && leftOut.length === 0) {
        throw new UsageError("No assignment was found. Name files with lines such as net.core.somaxconn = 4096");
    }
    const inventory = tuning && inventoryText(tuning, args.files.join(", "));
    const told =
        leftOut.map((each) => `${formatLeftOut(each)}\n`).join("") +
        formatFindings([...warnings, ...notes], colour) +
        `${plural(taken.length, "key")} taken, ${plural(leftOut.length, "reason")} to leave something out\n`;
    const printed = inventory && printOrWrite(inventory, args);
    return {
        exitCode: leftOut.length > 0 ? 1 : 0,
        ...(args.has("json")
            ? { stdout: `${JSON.stringify({ inventory, tuning, leftOut, warnings, notes }, undefined, 2)}\n` }
            : { stdout: printed ?? "", stderr: told }),
    };
}

function read(args: Arguments, readStdin: () => string): readonly SysctlFile[] {
    if (args.files.length === 0) {
        throw new UsageError("No file is named. Write for example: tcp-tuning import /etc/sysctl.d");
    }
    try {
        return readSources(args.files, readStdin);
    } catch (error) {
        throw error instanceof SourceError ? new UsageError(error.message) : error;
    }
}

function formatLeftOut(reason: Diagnostic): string {
    const { id, location } = reason;
    const place = location
        ? formatDiagnostic({ id: "", severity: "note", message: "", location }).split(" note")[0]!
        : "";
    return `${place} left out ${describeDiagnostic({ ...reason, id: id === "IMPORT" ? "" : id })}`.trimStart();
}
