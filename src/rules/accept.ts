import { type Diagnostic, quote } from "../diagnostic";
import { suggest } from "../suggest";
import type { Rule } from "./rule";
import { ruleOf, rules } from "./table";

/**
 * Marks accepted warnings with their reason. They stay in the list; errors and notes are untouched. What cannot be
 * accepted (an unknown rule, an error, no reason) comes as an error of its own, before the others.
 */
export function applyAccept(
    diagnostics: readonly Diagnostic[],
    accept: Readonly<Record<string, string>>,
): Diagnostic[] {
    const reasons = new Map<string, string>();
    const problems: Diagnostic[] = [];
    for (const [id, reason] of Object.entries(accept)) {
        const problem = acceptProblem(id, reason);
        if (problem) {
            problems.push(problem);
        } else {
            reasons.set(id, reason);
        }
    }
    return [...problems, ...diagnostics.map((diagnostic) => acceptFor(diagnostic, reasons.get(diagnostic.id)))];
}

/** Marks one warning that has not been accepted yet; anything else, or no reason, leaves it as it is. */
export function acceptFor(diagnostic: Diagnostic, reason: string | undefined): Diagnostic {
    return reason !== undefined && diagnostic.severity === "warning" && diagnostic.accepted === undefined
        ? { ...diagnostic, accepted: reason.trim() }
        : diagnostic;
}

function acceptProblem(id: string, reason: unknown): Diagnostic | undefined {
    const rule = ruleOf(id);
    if (!rule) {
        return unknownRule(id);
    }
    if (!isAcceptable(rule)) {
        const nature =
            rule.severity === "note"
                ? "a note, and there is nothing to accept"
                : "an error, and only warnings can be accepted";
        return error("ACCEPT-ERROR", `${id} in \`accept\` is ${nature}`, "Take it out of `accept`");
    }
    return typeof reason === "string" && reason.trim() !== ""
        ? undefined
        : error("ACCEPT-EMPTY", `${id} in \`accept\` has no reason`, "Write why this is right for these hosts");
}

function unknownRule(id: string): Diagnostic {
    const meant = suggest(
        id,
        rules.map((rule) => rule.id),
    );
    return error(
        "ACCEPT-UNKNOWN",
        `\`accept\` names ${quote(id)}, and there is no such rule`,
        meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : "Copy the id from the warning",
    );
}

function error(id: string, message: string, suggestion: string): Diagnostic {
    return { id, severity: "error", message, suggestion };
}

/** Whether it has warnings: those can be accepted. */
export function isAcceptable(rule: Rule): boolean {
    return rule.severity === "warning" || rule.lesser === "warning";
}
