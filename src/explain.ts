import { type Parameter, parameterOf } from "./catalogue";
import type { Diagnostic, Severity } from "./diagnostic";
import { type Deviation, deviations, type ProfileName, profileNames, profiles } from "./profiles";
import { checkSettings, isAcceptable, keysNamedBy, placeOf, ruleOf, rules } from "./rules";
import { suggest } from "./suggest";
import { dottedKey } from "./sysctl-file";

/** A rule, as far as it is data. */
export interface RuleExplanation {
    readonly id: string;
    readonly severity: Severity;
    readonly title: string;
    /** Whether its warnings can be accepted; its errors never can. */
    readonly acceptable: boolean;
    /** Lesser cases are warnings. */
    readonly lesser?: "warning";
    /** Keys that it asks for by name; none: it looks at any key, or is not about keys. */
    readonly keys: readonly string[];
    /** Where it is checked, if that is not wherever there are settings. */
    readonly where?: string;
}

export interface ParameterExplanation {
    readonly key: string;
    readonly parameter: Parameter;
    /** Those that ask for it by name, beside those about any key. */
    readonly rules: readonly RuleExplanation[];
    readonly profiles: readonly { readonly profile: ProfileName; readonly value: string }[];
    /** How the published text differs from the profiles. */
    readonly deviation?: Deviation;
}

export interface Explanation {
    /** As it was asked. */
    readonly asked: string;
    readonly parameter?: ParameterExplanation;
    readonly rule?: RuleExplanation;
    /** What is wrong with a key that cannot be set: unknown, removed, or none that a kernel has. */
    readonly problem?: Diagnostic;
}

/** What is known of a key, in either spelling, or of a rule. */
export function explain(asked: string): Explanation {
    if (looksLikeRule(asked)) {
        const rule = ruleOf(asked.toUpperCase());
        return rule ? { asked, rule: explainRule(rule) } : { asked, problem: unknownRule(asked) };
    }
    const key = dottedKey(asked.replace(/^\/proc\/sys\//, ""));
    const parameter = parameterOf(key);
    const [problem] = checkSettings([{ key, value: "1", optional: false }]).filter(({ id }) => keyProblems.has(id));
    return {
        asked,
        ...(parameter && { parameter: explainParameter(key, parameter) }),
        ...(problem && { problem: { ...problem, value: undefined } }),
    };
}

/** What rules say of a key whatever its value is, and makes it one that cannot be set. */
const keyProblems = new Set(["KEY-FORMAT", "KEY-UNKNOWN", "KEY-NOSUCH-TW", "KEY-REMOVED"]);

/** No key is one word in capitals or with a hyphen. */
function looksLikeRule(asked: string): boolean {
    return ruleOf(asked.toUpperCase()) !== undefined || /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/.test(asked);
}

function unknownRule(asked: string): Diagnostic {
    const meant = suggest(
        asked,
        rules.map(({ id }) => id),
    );
    return {
        id: "",
        severity: "error",
        message: "there is no such rule, and no such key",
        suggestion: meant.length > 0 ? `Did you mean ${meant.join(" or ")}?` : "Copy the id from the finding",
        key: asked,
    };
}

function explainRule(rule: (typeof rules)[number]): RuleExplanation {
    const { id, severity, title, lesser } = rule;
    const where = placeOf(rule);
    return {
        id,
        severity,
        title,
        acceptable: isAcceptable(rule),
        ...(lesser && { lesser }),
        keys: keysNamedBy(rule),
        ...(where !== undefined && { where }),
    };
}

function explainParameter(key: string, parameter: Parameter): ParameterExplanation {
    const set = profileNames.flatMap((profile) => {
        const value = profiles[profile].values[key];
        return value === undefined ? [] : [{ profile, value: [value].flat().join(" ") }];
    });
    const deviation = deviations.find((candidate) => candidate.key === key);
    return {
        key,
        parameter,
        rules: rules.map(explainRule).filter(({ keys }) => keys.includes(key)),
        profiles: set,
        ...(deviation && { deviation }),
    };
}
