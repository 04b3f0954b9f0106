import { catalogue, parameterOf } from "../catalogue";
import type { Diagnostic } from "../diagnostic";
import { describeValue, type Setting } from "../setting";
import { suggest } from "../suggest";
import { parseKernel } from "./kernel";
import { intendedKey } from "./keys";
import type { CheckTarget, Finding, Rule, Target } from "./rule";
import { rules } from "./table";
import { viewOf } from "./view";

export interface CheckOptions {
    /** Keys outside the catalogue that were asked for explicitly. @default none */
    readonly unlisted?: readonly string[];
    /** `pass`: the settings are a file about more than TCP; what the catalogue does not know is not judged. */
    readonly foreign?: "pass";
    /** `judge`: settings that a later one replaces are told their own errors, too. @default only those that count */
    readonly replaced?: "judge";
}

/**
 * Checks settings, with their values as they were written, by every rule that the target's known facts allow.
 *
 * @returns errors, warnings and notes, in the order of the rule table
 * @throws Error when the target itself makes no sense
 */
export function checkSettings(
    settings: readonly Setting[],
    target: Target = {},
    options: CheckOptions = {},
): Diagnostic[] {
    checkTarget(target);
    const context = { ...target, unlisted: new Set(options.unlisted), foreign: options.foreign === "pass" };
    const judged = context.foreign ? settings.filter(({ key }) => isJudged(key)) : settings;
    const found = runRules(judged, context);
    const beside = options.replaced === "judge" ? errorsOfReplaced(judged, context, found) : [];
    return [...found, ...asIfCorrected(judged, context, found), ...beside].map(({ rule, finding }) =>
        toDiagnostic(rule, finding),
    );
}

function checkTarget({ kernel, ...numbers }: Target): void {
    if (kernel !== undefined) {
        parseKernel(kernel);
    }
    for (const name of ["memoryBytes", "pageSize", "maxTimeWait"] as const) {
        const number = numbers[name];
        if (number !== undefined && !(Number.isSafeInteger(number) && number >= 0)) {
            throw new Error(
                `target.${name}: received ${number}, which is not a whole number from 0 on. ` +
                    "Give one, or leave it out.",
            );
        }
    }
}

/** In a file about more than TCP: networking, without single interfaces and globs, and what else the catalogue has. */
function isJudged(key: string): boolean {
    const isOneInterface = /^net\.\w+\.(?:conf|neigh)\./.test(key);
    return (
        (key.startsWith("net.") && !isOneInterface && !/[*?[\]]/.test(key)) ||
        parameterOf(key) !== undefined ||
        intendedKey(key) !== undefined
    );
}

interface Result {
    readonly rule: Rule;
    readonly finding: Finding;
}

function runRules(settings: readonly Setting[], target: CheckTarget): Result[] {
    const view = viewOf(settings);
    return rules.flatMap((rule) => [...(rule.check?.(view, target) ?? [])].map((finding) => ({ rule, finding })));
}

/**
 * A misspelt key hides what its correction would do: `tcp_timestsmps = 0`, spelt right, would break `tcp_tw_reuse`.
 * So the rules run once more as if it were corrected, and what is new is told at the misspelt line.
 */
function asIfCorrected(settings: readonly Setting[], target: CheckTarget, found: readonly Result[]): Result[] {
    const misspelt = new Set(found.filter(({ rule }) => rule.id === "KEY-UNKNOWN").map(({ finding }) => finding.at));
    const originals = new Map<Setting, Setting>();
    const corrected = settings.map((setting) => {
        const key = misspelt.has(setting) ? correctionOf(setting.key, settings) : undefined;
        if (key === undefined) {
            return setting;
        }
        const replacement = { ...setting, key };
        originals.set(replacement, setting);
        return replacement;
    });
    if (originals.size === 0) {
        return [];
    }
    const corrections = [...originals].map(([now, before]) => `${before.key} is corrected to ${now.key}`);
    const changes = [...new Set(corrections)].join(" and ");
    const known = new Set(found.map(fingerprint));
    return runRules(corrected, target)
        .map(({ rule, finding: { at, ...finding } }) => ({
            rule,
            finding: { ...finding, ...(at && { at: originals.get(at) ?? at }) },
        }))
        .filter((result) => !known.has(fingerprint(result)))
        .map(({ rule, finding }) => ({
            rule,
            finding: { ...finding, message: `once ${changes}: ${finding.message}` },
        }));
}

/**
 * The errors that a replaced setting has by itself. Most rules look at the last one of a key only. What it has with the
 * others alone counts for nobody, and what the others make right (a lower `ip_unprivileged_port_start`) is none.
 */
function errorsOfReplaced(settings: readonly Setting[], target: CheckTarget, found: readonly Result[]): Result[] {
    const last = new Map(settings.map((setting) => [setting.key, setting]));
    return settings.flatMap((setting) => {
        const alone = last.get(setting.key) === setting ? [] : errorsAt(setting, runRules([setting], target));
        const rules = new Set(alone.map(({ rule }) => rule));
        errorsAt(setting, found).forEach(({ rule }) => rules.delete(rule));
        const inItsPlace = () => [...last.values()].map((other) => (other.key === setting.key ? setting : other));
        return rules.size === 0
            ? []
            : errorsAt(setting, runRules(inItsPlace(), target)).filter(({ rule }) => rules.has(rule));
    });
}

function errorsAt(setting: Setting, results: readonly Result[]): Result[] {
    return results.filter(
        ({ rule, finding }) => finding.at === setting && (finding.severity ?? rule.severity) === "error",
    );
}

/** The one listed key that was meant, unless that is set as well. */
function correctionOf(key: string, settings: readonly Setting[]): string | undefined {
    const [meant, ...others] = suggest(key, Object.keys(catalogue));
    return others.length === 0 && !settings.some((setting) => setting.key === meant) ? meant : undefined;
}

function fingerprint({ rule, finding }: Result): string {
    return JSON.stringify([rule.id, finding.at?.key, finding.message]);
}

function toDiagnostic(rule: Rule, { at, message, suggestion, severity }: Finding): Diagnostic {
    return {
        id: rule.id,
        severity: severity ?? rule.severity,
        message,
        ...(suggestion !== undefined && { suggestion }),
        ...(at && { key: at.key, value: describeValue(at) }),
        ...(at?.location && { location: at.location }),
    };
}
