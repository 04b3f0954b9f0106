import { groupAlike } from "../alike";
import { plural } from "../counted";
import { printable } from "../diagnostic";
import { type FoundReports, findReports, tellLeftOut } from "../find-reports";
import { statusOf } from "../fleet";
import { namesOf } from "../host-scope";
import { hostNames } from "../report-page/host-names";
import { reportPage } from "../report-page/page";
import type { Arguments, Command, Result } from "./command";
import { UsageError } from "./command";
import { outputOptions, printOrWrite } from "./output-file";
import { readFiles } from "./read-files";

/** `tcp-tuning report`: the reports of a fleet as one HTML page. */
export const report: Command = {
    summary: "make a page of the reports in a stack's outputs",
    usage: "[options] [FILE…]",
    description:
        "Reads JSON from standard input or files and finds every report in it, wherever it stands:\n" +
        "  pulumi stack output --json | tcp-tuning report --output fleet.html   outputs that hold a report\n" +
        "  pulumi stack export | tcp-tuning report --output fleet.html          the state\n" +
        "  tcp-tuning report report.json                                        what a host's agent printed\n" +
        "The state holds the report of each host's last successful verification: of one that failed since, it says\n" +
        "nothing. A tuning that was never verified, and the hosts of a fleet whose last roll-out failed, are told as\n" +
        "those of which nothing is known.\n" +
        "A file may also have one JSON document a line. The page is one file that loads nothing.\n\n" +
        "Exit code: 0 every host is as wanted, 1 a host is not, nothing is known of a tuning in the state, or\n" +
        "something was left out (secrets, reports that cannot be read), 2 neither a report nor a tuning in a\n" +
        "state was found, or a file cannot be read or written.",
    options: outputOptions("page"),
    run(args, terminal) {
        if (args.files.length === 0 && terminal.typesInput) {
            throw new UsageError(`No file is named, and nothing is piped in. ${EXAMPLE}`);
        }
        const named = args.files.length === 0 ? ["-"] : args.files;
        const texts = readFiles(named, { command: "report", pattern: "*.json" }, terminal);
        const documents = texts.map(({ name, text }) => [name, parse(name, text)] as const);
        return tell(args, findReports(texts.length === 1 ? documents[0]?.[1] : Object.fromEntries(documents)));
    },
};

/** @throws UsageError when it is neither one JSON document nor one a line */
function parse(name: string, marked: string): unknown {
    const text = marked.replace(/^\ufeff/, "");
    try {
        return JSON.parse(text);
    } catch (error) {
        const lines = text.split("\n").filter((line) => line.trim() !== "");
        try {
            return lines.length > 1 ? lines.map((line) => JSON.parse(line) as unknown) : fail(name, text, error);
        } catch {
            return fail(name, text, error);
        }
    }
}

/** What is UTF-16 has a zero byte in each letter of ASCII. */
const UTF_16 = /^[\s\S]{0,3}\0/;

function fail(name: string, text: string, error: unknown): never {
    throw new UsageError(
        text.trim() === ""
            ? `${name} is empty. ${EXAMPLE}`
            : UTF_16.test(text)
              ? `${name} is UTF-16, as PowerShell's > writes it, and only UTF-8 is read. Write: ${POWERSHELL}`
              : `${name} is no JSON: ${(error as Error).message}. Is --json missing behind pulumi stack output?`,
    );
}

function tell(args: Arguments, found: FoundReports): Result {
    const { reports, unknown } = found;
    const leftOut = tellLeftOut(found);
    const notes = [
        ...(found.replaced.length > 0
            ? [`more than one report of ${namesOf(found.replaced)}: of each host the one verified last counts`]
            : []),
        ...leftOut.map((each) => `left out ${each}`),
        ...groupAlike(unknown.map(({ name, why }) => [name, why] as const)).map(
            ({ names, what }) => `nothing is known of ${names.join(", ")}: ${what}`,
        ),
    ].map(printable);
    if (reports.length + unknown.length === 0) {
        throw new UsageError([NONE, ...notes].join("\n"));
    }
    const names = hostNames(reports);
    const hosts = reports.map((report, index) => ({ name: names[index] ?? report.name, report }));
    const page = reportPage(hosts, new Date(), { unknown, leftOut });
    const failed = reports.filter((report) => statusOf(report) === "failed").length;
    return {
        exitCode: failed + unknown.length + leftOut.length > 0 ? 1 : 0,
        stdout: printOrWrite(page, args) ?? "",
        stderr: [...notes, count(reports.length, failed, unknown.length)].map((note) => `${note}\n`).join(""),
    };
}

function count(known: number, failed: number, unknown: number): string {
    const others = unknown > 0 ? `; nothing is known of ${plural(unknown, "tuning")}` : "";
    return `${plural(known, "host")}, ${failed} not as wanted${others}`;
}

const EXAMPLE = "Write for example: pulumi stack output --json | tcp-tuning report --output fleet.html";
const POWERSHELL = "pulumi stack export | Out-File -Encoding utf8 state.json";
const NONE =
    "No report was found. Export one of each tuning, for example: export const reports = { web1: web1.report };\n" +
    "or those of a fleet: export const reports = fleet.reports;\n" +
    "or read the state, which has that of each host's last successful verification:\n" +
    "pulumi stack export | tcp-tuning report --output fleet.html\n" +
    'A tuning with verify: false or delivery: "user-data" has none.';
