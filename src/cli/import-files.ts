import { existsSync, realpathSync } from "node:fs";
import { plural } from "../counted";
import { type Diagnostic, describeDiagnostic, formatDiagnostic, quote } from "../diagnostic";
import { inventoryText } from "../import/inventory-text";
import { type Reading, readSources, SourceError } from "../import/sources";
import { judgeEach } from "../import/tunings";
import { type Arguments, type Result, type Terminal, UsageError } from "./command";
import { formatFindings } from "./findings";
import { printOrWrite } from "./output-file";
import { readTarget } from "./target";

/** @throws UsageError for what cannot be read or written */
export function runImport(args: Arguments, { colour, readStdin }: Terminal): Result {
    refuseOwnInput(args);
    const read = readNamed(args, readStdin);
    const { tunings, taken, warnings, ...judged } = judgeEach(read.assignments, readTarget(args));
    const leftOut = [...read.leftOut, ...judged.leftOut];
    const notes = [...read.notes, ...judged.notes];
    if (taken.length === 0 && leftOut.length === 0) {
        throw new UsageError(
            "No assignment was found. Name files with lines such as net.core.somaxconn = 4096, or playbooks and roles " +
                "with tasks of the module sysctl",
        );
    }
    const inventory = taken.length > 0 ? inventoryText(tunings, args.files.join(", ")) : undefined;
    const told =
        leftOut.map((each) => `${formatLeftOut(each)}\n`).join("") +
        formatFindings([...warnings, ...notes], colour) +
        `${plural(taken.length, "key")} taken, ${plural(leftOut.length, "reason")} to leave something out\n`;
    const printed = inventory && printOrWrite(inventory, args);
    return {
        exitCode: leftOut.length > 0 ? 1 : 0,
        ...(args.has("json")
            ? { stdout: `${JSON.stringify({ inventory, tunings, leftOut, warnings, notes }, undefined, 2)}\n` }
            : { stdout: printed ?? "", stderr: told }),
    };
}

/** The values would be gone from where they were read. */
function refuseOwnInput(args: Arguments): void {
    const output = args.text("output");
    const file = (path: string) => (existsSync(path) ? realpathSync(path) : path);
    const own = output === undefined ? undefined : args.files.find((each) => file(each) === file(output));
    if (own !== undefined) {
        throw new UsageError(`--output ${quote(own)} is what is read. Name another file for the inventory.`);
    }
}

function readNamed(args: Arguments, readStdin: () => string): Reading {
    if (args.files.length === 0) {
        throw new UsageError(
            "No file is named. Write for example: tcp-tuning import /etc/sysctl.d, or import site.yml",
        );
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
    const what = describeDiagnostic({ ...reason, id: id === "IMPORT" ? "" : id });
    return `${place} left out${what.startsWith(":") ? "" : " "}${what}`.trimStart();
}
