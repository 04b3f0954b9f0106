import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import type { TunedHost } from "../inventory/tuned";
import { formatFindings } from "./findings";

/** What the rules warn of whatever the hosts are like, with the hosts concerned. */
export interface RuleWarning extends Diagnostic {
    readonly hosts: readonly string[];
}

/** As many hosts are named with a warning. */
const MOST_NAMES = 5;

/** Each warning once, since most are written in a group's vars. */
export function warningsOf(hosts: readonly TunedHost[]): readonly RuleWarning[] {
    const found = new Map<string, RuleWarning>();
    for (const { name, ruleWarnings } of hosts) {
        for (const warning of ruleWarnings) {
            const text = formatDiagnostic(warning);
            found.set(text, { ...warning, hosts: [...(found.get(text)?.hosts ?? []), name] });
        }
    }
    return [...found.values()];
}

export function formatWarnings(warnings: readonly RuleWarning[], colour: boolean): string {
    return warnings
        .map(({ hosts, ...warning }) => `${formatFindings([warning], colour)}    on ${namesOf(hosts)}\n`)
        .join("");
}

function namesOf(hosts: readonly string[]): string {
    const more = hosts.length - MOST_NAMES;
    return `${hosts.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
