import { type FoundReports, findReports } from "../find-reports";
import { reportPage } from "../report-page/page";
import type { Arguments, Command, Result } from "./command";
import { UsageError } from "./command";
import { plural } from "./findings";
import { outputOptions, printOrWrite } from "./output-file";
import { readFiles } from "./read-files";

/** `tcp-tuning report`: the reports of a fleet as one HTML page. */
export const report: Command = {
    summary: "make a page of the reports in a stack's outputs",
    usage: "[options] [FILE…]",
    description:
        "Reads JSON from standard input or files and finds every report in it, wherever it stands:\n" +
        "  pulumi stack output --json | tcp-tuning report --output fleet.html   outputs that hold a report\n" +
        "  pulumi stack export | tcp-tuning report --output fleet.html          the state, which holds all of them\n" +
        "  tcp-tuning report report.json                                        what a host's agent printed\n" +
        "A file may also have one JSON document a line. The page is one file that loads nothing.\n\n" +
        "Exit code: 0 every host is as wanted, 1 a host is not, or a report could not be read (the page has\n" +
        "the others), 2 no report was found, or a file cannot be read or written.",
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
function parse(name: string, text: string): unknown {
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

function fail(name: string, text: string, error: unknown): never {
    throw new UsageError(
        text.trim() === ""
            ? `${name} is empty. ${EXAMPLE}`
            : `${name} is no JSON: ${(error as Error).message}. Is --json missing behind pulumi stack output?`,
    );
}

function tell(args: Arguments, { reports, replaced, unreadable, secrets }: FoundReports): Result {
    const notes = [
        ...(replaced.length > 0 ? [`more than one report, of which the latest counts: ${replaced.join(", ")}`] : []),
        ...unreadable.map((each) => `left out ${each}`),
        ...(secrets.length > 0
            ? [
                  `not looked into, since it is secret: ${secrets.join(", ")}; pulumi stack output --json --show-secrets shows it`,
              ]
            : []),
    ];
    if (reports.length === 0) {
        throw new UsageError([NONE, ...notes].join("\n"));
    }
    const page = reportPage(
        reports.map((found) => ({ name: found.host, report: found })),
        new Date(),
    );
    const failed = reports.filter(({ ok }) => !ok).length;
    notes.push(`${plural(reports.length, "host")}, ${failed} not as wanted`);
    return {
        exitCode: failed + unreadable.length > 0 ? 1 : 0,
        stdout: printOrWrite(page, args) ?? "",
        stderr: notes.map((note) => `${note}\n`).join(""),
    };
}

const EXAMPLE = "Write for example: pulumi stack output --json | tcp-tuning report --output fleet.html";
const NONE =
    "No report was found. Export one of each tuning, for example: export const reports = { web1: web1.report };\n" +
    "or read the state, which has them all: pulumi stack export | tcp-tuning report --output fleet.html\n" +
    'A tuning with verify: false or delivery: "user-data" has none.';
