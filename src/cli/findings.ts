import { plural } from "../counted";
import type { Diagnostic, Severity } from "../diagnostic";
import { formatDiagnostic } from "../diagnostic";

/** ANSI colours: red, yellow, cyan. */
const colours: Readonly<Record<Severity, number>> = { error: 31, warning: 33, note: 36 };

/** Findings for people: `file:line: error RULE-ID what is wrong`, and below it what to write instead. */
export function formatFindings(diagnostics: readonly Diagnostic[], colour: boolean): string {
    return diagnostics.map((diagnostic) => formatFinding(diagnostic, colour)).join("");
}

function formatFinding({ suggestion, ...diagnostic }: Diagnostic, colour: boolean): string {
    const { severity, id } = diagnostic;
    const line = formatDiagnostic(diagnostic);
    const heading = `${severity} ${id}`;
    const coloured = colour ? line.replace(heading, `\u001b[1;${colours[severity]}m${heading}\u001b[0m`) : line;
    return `${coloured}\n${suggestion === undefined ? "" : `    ${suggestion}\n`}`;
}

export type Counts = Readonly<Record<Severity, number>>;

export function countBySeverity(diagnostics: readonly Diagnostic[]): Counts {
    const count = (severity: Severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return { error: count("error"), warning: count("warning"), note: count("note") };
}

/** `2 errors, 1 warning, 0 notes` */
export function formatCounts(counts: Counts): string {
    return Object.entries(counts)
        .map(([severity, count]) => plural(count, severity))
        .join(", ");
}
