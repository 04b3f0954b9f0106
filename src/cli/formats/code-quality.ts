import { createHash } from "node:crypto";
import { type Diagnostic, describeDiagnostic, type Location, type Severity } from "../../diagnostic";
import type { Checked } from ".";
import { repositoryPath } from "./repository";

const severities: Readonly<Record<Severity, string>> = { error: "major", warning: "minor", note: "info" };

/** GitLab's code quality report, which it shows in a merge request. */
export function codeQuality({ diagnostics, files }: Checked): string {
    const seen = new Map<string, number>();
    const issues = diagnostics
        .filter(({ accepted }) => accepted === undefined)
        .map((diagnostic) => {
            const { location = { file: files[0]!, line: 1 } } = diagnostic;
            const what = JSON.stringify([repositoryPath(location.file), describeDiagnostic(diagnostic)]);
            const before = seen.get(what) ?? 0;
            seen.set(what, before + 1);
            return issue(diagnostic, location, `${what} ${before}`);
        });
    return `${JSON.stringify(issues, undefined, 2)}\n`;
}

/** @param identity The same wherever the line stands, so that an issue which only moves is no new one. */
function issue(diagnostic: Diagnostic, { file, line }: Location, identity: string): object {
    const { id, severity } = diagnostic;
    return {
        description: describeDiagnostic(diagnostic),
        check_name: id,
        fingerprint: createHash("sha256").update(identity).digest("hex"),
        severity: severities[severity],
        location: { path: repositoryPath(file), lines: { begin: line } },
    };
}
