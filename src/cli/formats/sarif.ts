import { type Diagnostic, describeDiagnostic } from "../../diagnostic";
import { packageVersion } from "../../package-version";
import { isAcceptable, ruleOf } from "../../rules";
import type { Checked } from ".";
import { repositoryPath } from "./repository";

/** SARIF 2.1.0, for code scanning: what was accepted is there, as suppressed. */
export function sarif({ diagnostics }: Checked): string {
    const ids = [...new Set(diagnostics.map(({ id }) => id))].sort();
    const driver = {
        name: "tcp-tuning",
        version: packageVersion(),
        rules: ids.map(describeRule),
    };
    const results = diagnostics.map((diagnostic) => result(diagnostic, ids.indexOf(diagnostic.id)));
    const document = {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
    };
    return `${JSON.stringify(document, undefined, 2)}\n`;
}

function describeRule(id: string): object {
    const rule = ruleOf(id);
    const text = rule?.title ?? "What is written must be readable.";
    const accept =
        rule !== undefined && isAcceptable(rule)
            ? "Its warnings can be accepted, with a reason."
            : "It cannot be accepted.";
    const more = rule === undefined ? "" : ` \`npx tcp-tuning explain ${id}\` tells more.`;
    return {
        id,
        shortDescription: { text },
        help: { text: `${text} ${accept}${more}` },
        defaultConfiguration: { level: rule?.severity ?? "error" },
        properties: { tags: ["tcp", "sysctl"] },
    };
}

function result(diagnostic: Diagnostic, ruleIndex: number): object {
    const { id, severity, location, accepted } = diagnostic;
    return {
        ruleId: id,
        ruleIndex,
        level: severity,
        message: { text: describeDiagnostic(diagnostic) },
        ...(location && {
            locations: [
                {
                    physicalLocation: {
                        artifactLocation: { uri: uriOf(location.file), uriBaseId: "%SRCROOT%" },
                        region: { startLine: location.line },
                    },
                },
            ],
        }),
        ...(accepted !== undefined && { suppressions: [{ kind: "inSource", justification: accepted }] }),
    };
}

function uriOf(file: string): string {
    return repositoryPath(file).split("/").map(encodeURIComponent).join("/");
}
