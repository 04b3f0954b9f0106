import { type Diagnostic, describeDiagnostic, formatDiagnostic } from "../../diagnostic";
import type { Checked } from ".";
import { repositoryPath } from "./repository";

/** JUnit's XML: a suite a file, a case a finding. Errors are failures; a file without any has one case, which passes. */
export function junit({ files, diagnostics }: Checked): string {
    const fileOf = ({ location }: Diagnostic) => location?.file ?? files[0]!;
    const suites = [...new Set([...files, ...diagnostics.map(fileOf)])].map((file) => {
        const own = diagnostics.filter((diagnostic) => fileOf(diagnostic) === file);
        return suite(repositoryPath(file), own);
    });
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="tcp-tuning check">\n${suites.join("")}</testsuites>\n`;
}

function suite(name: string, diagnostics: readonly Diagnostic[]): string {
    const failures = diagnostics.filter(({ severity }) => severity === "error").length;
    const cases = [
        ...diagnostics.map((diagnostic) => testCase(name, diagnostic)),
        ...(failures === 0 ? [`    <testcase ${attributes({ classname: name, name: "has no errors" })}/>\n`] : []),
    ];
    const counts = { name, tests: cases.length, failures, errors: 0, skipped: 0 };
    return `  <testsuite ${attributes(counts)}>\n${cases.join("")}  </testsuite>\n`;
}

function testCase(classname: string, diagnostic: Diagnostic): string {
    const { id, key, severity, location } = diagnostic;
    const line = location === undefined ? undefined : `line ${location.line}`;
    const name = [line, id, key].filter((part) => part !== undefined).join(" ");
    const message = describeDiagnostic(diagnostic);
    const inside =
        severity === "error"
            ? `<failure ${attributes({ type: id, message })}>${escaped(formatDiagnostic(diagnostic))}</failure>`
            : `<system-out>${escaped(formatDiagnostic(diagnostic))}</system-out>`;
    return `    <testcase ${attributes({ classname, name })}>${inside}</testcase>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
    return Object.entries(values)
        .map(([name, value]) => `${name}="${escaped(String(value))}"`)
        .join(" ");
}

/** Diagnostics hold no control characters: they write them as `\u0000`. */
function escaped(text: string): string {
    return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
