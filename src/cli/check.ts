import { plural } from "../counted";
import type { Diagnostic } from "../diagnostic";
import { quote } from "../diagnostic";
import type { InventoryFindings } from "../inventory/tuned";
import type { Target } from "../rules";
import { checkSettings } from "../rules";
import { suggest } from "../suggest";
import type { Assignment, SysctlFile } from "../sysctl-file";
import { parseSysctlFile } from "../sysctl-file";
import type { Arguments, Command } from "./command";
import { UsageError } from "./command";
import { countBySeverity, formatCounts } from "./findings";
import { type FormatName, formatNames, formats, isFormatName } from "./formats";
import { displayName, readWhatCanBe } from "./read-files";
import { readTarget, targetOptions } from "./target";

/** `tcp-tuning check`: what is wrong with sysctl.conf files, drop-ins and inventories. */
export const check: Command = {
    summary: "find what is wrong in sysctl.conf files, drop-ins and inventories",
    usage: "[options] FILE…",
    description:
        "Reads files in the syntax of sysctl.d(5) as one host's set, in the order given: the last\n" +
        "assignment of a key wins, as on a host; errors are told of every one. Give files of\n" +
        'several hosts in a call each. "-" is standard input. Keys outside networking are not\n' +
        "judged. A file that ends in .yaml or .yml is an inventory in Ansible's format,\n" +
        "judged by itself with the group_vars and host_vars beside it; no host is asked, and private\n" +
        "keys need not be here.\n\n" +
        "Paths in github, sarif, junit and gitlab (a code quality report) start at the repository:\n" +
        "GITHUB_WORKSPACE or CI_PROJECT_DIR, else the working directory.\n\n" +
        "Exit code: 0 no errors, 1 errors, 2 a file cannot be read; the others are judged all the same.",
    options: {
        ...targetOptions,
        format: { value: "FORMAT", help: `one of ${formatNames.join(", ")}; text, if not given` },
        json: { help: "the same as --format json: one document {files, diagnostics, counts}" },
    },
    async run(args, terminal) {
        const [target, format] = [readTarget(args), readFormat(args)];
        if (args.files.length === 0) {
            throw new UsageError("No file is named. Write for example: tcp-tuning check /etc/sysctl.d/*.conf");
        }
        const { texts, problems } = readWhatCanBe(args.files, { command: "check", pattern: "*.conf" }, terminal);
        const files = texts
            .filter(({ name }) => !isInventory(name))
            .map(({ name, text }) => parseSysctlFile(text, name));
        const inventories = await checkInventories(texts.map(({ name }) => name).filter(isInventory), target);
        const diagnostics = [
            ...files.flatMap((file) => file.diagnostics),
            ...checkSettings(
                files.flatMap((file) => file.assignments),
                target,
                { foreign: "pass", replaced: "judge" },
            ),
            ...files.flatMap((file) => file.commented).flatMap((assignment) => checkCommented(assignment, target)),
            ...inventories.flatMap((inventory) => inventory.diagnostics),
        ];
        const counts = countBySeverity(diagnostics);
        const stdout = formats[format]({
            files: texts.map(({ name }) => name),
            diagnostics: inOrder(diagnostics, args.files),
            counts,
            summary: `${summarise(files, inventories)}: ${formatCounts(counts)}`,
            colour: terminal.colour,
        });
        return problems.length > 0
            ? { exitCode: 2, stdout, stderr: `tcp-tuning check: ${problems.join("\n")}\n` }
            : { exitCode: counts.error > 0 ? 1 : 0, stdout };
    },
};

/** @throws UsageError for one that is none, and for two */
function readFormat(args: Arguments): FormatName {
    const name = args.text("format");
    if (name !== undefined && args.has("json")) {
        throw new UsageError(`--json and --format ${name} are given. Keep one.`);
    }
    if (name !== undefined && !isFormatName(name)) {
        const [meant] = suggest(name, formatNames);
        const advice = meant === undefined ? `Write one of ${formatNames.join(", ")}.` : `Did you mean ${meant}?`;
        throw new UsageError(`There is no format ${quote(name)}. ${advice}`);
    }
    return name ?? (args.has("json") ? "json" : "text");
}

function isInventory(file: string): boolean {
    return /\.ya?ml$/i.test(file);
}

async function checkInventories(files: readonly string[], target: Target): Promise<readonly InventoryFindings[]> {
    if (files.length === 0) {
        return [];
    }
    // Loaded late: it needs a package, and sysctl.conf files are checked with nothing but node.
    const { checkInventory } = await import("../inventory/tuned.js");
    return files.map((file) => checkInventory(file, target, "the working directory"));
}

/** `16 assignments in 1 file, 3 hosts in 1 inventory` */
function summarise(files: readonly SysctlFile[], inventories: readonly InventoryFindings[]): string {
    const assignments = files.reduce((sum, file) => sum + file.assignments.length, 0);
    const hosts = inventories.reduce((sum, inventory) => sum + inventory.hosts, 0);
    return [
        ...(files.length > 0 ? [`${plural(assignments, "assignment")} in ${plural(files.length, "file")}`] : []),
        ...(inventories.length > 0
            ? [`${plural(hosts, "host")} in ${plural(inventories.length, "inventory", "inventories")}`]
            : []),
    ].join(", ");
}

/** Rules about the key itself; a value that is commented out harms nobody. */
const keyRules = new Set(["KEY-REMOVED", "KEY-NOSUCH-TW", "KEY-UNKNOWN"]);

/** A key that does not exist is worth a note even in a comment: the next reader may uncomment it. */
function checkCommented(assignment: Assignment, target: Target): Diagnostic[] {
    return checkSettings([assignment], target, { foreign: "pass" })
        .filter(({ id }) => keyRules.has(id))
        .map((diagnostic) => ({ ...diagnostic, severity: "note", message: `in a comment: ${diagnostic.message}` }));
}

/** By file and line, vars files behind all that are named; findings of one line keep the order of the rules. */
function inOrder(diagnostics: readonly Diagnostic[], files: readonly string[]): Diagnostic[] {
    const rank = new Map(files.map((file, index) => [displayName(file), index]));
    const place = ({ location }: Diagnostic) =>
        location === undefined
            ? ([Infinity, "", 0] as const)
            : ([rank.get(location.file) ?? files.length, location.file, location.line] as const);
    return [...diagnostics].sort((a, b) => {
        const [rankA, fileA, lineA] = place(a);
        const [rankB, fileB, lineB] = place(b);
        return rankA !== rankB ? rankA - rankB : fileA !== fileB ? (fileA < fileB ? -1 : 1) : lineA - lineB;
    });
}
