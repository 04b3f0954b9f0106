import { type Diagnostic, describeDiagnostic, type Severity } from "../../diagnostic";
import type { Checked } from ".";
import { repositoryPath } from "./repository";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/** GitHub's workflow commands, which it shows as annotations at file and line. What was accepted is told to nobody. */
export function annotations({ diagnostics, summary }: Checked): string {
    const told = diagnostics.filter(({ accepted }) => accepted === undefined);
    return `${told.map(annotation).join("")}${summary}\n`;
}

function annotation(diagnostic: Diagnostic): string {
    const { severity, location, id } = diagnostic;
    const place = location === undefined ? {} : { file: repositoryPath(location.file), line: location.line };
    const properties = Object.entries({ ...place, title: id }).map(([name, value]) => `${name}=${escaped(`${value}`)}`);
    // The title says which rule it is.
    const message = describeDiagnostic({ ...diagnostic, id: "" }).replace(/^: /, "");
    return `::${levels[severity]} ${properties.join(",")}::${escapedData(message)}\n`;
}

/** Text of a command, as `@actions/core` escapes it. */
function escapedData(text: string): string {
    return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The same in a property. */
function escaped(text: string): string {
    return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
