import { boundAround, partBound } from "./bound";
import { parameterOf } from "./catalogue";
import { arityOf, canonicalValue } from "./catalogue/value";
import { type Diagnostic, quote, written } from "./diagnostic";
import { type Fact, factProblem, isFact, renderFact } from "./fact";
import { isProfileName, type ProfileName, profileNames, profiles } from "./profiles";
import { acceptFor, applyAccept, checkSettings, type Target } from "./rules";
import { byKey, type ParameterValue, type Setting } from "./setting";

/** What a user declares for a host or a group of hosts. */
export interface Tuning {
    /** A named set of values to start from. @default none */
    readonly profile?: ProfileName;
    /** Values by key, over those of the profile. */
    readonly parameters?: Readonly<Record<string, ParameterValue>>;
    /** Keys outside the catalogue: set and read back, but not checked for sense. */
    readonly unlisted?: Readonly<Record<string, ParameterValue>>;
    /** Keys to skip on hosts whose kernel lacks them. */
    readonly optional?: readonly string[];
    /** Warnings taken knowingly: the reason by rule id. */
    readonly accept?: Readonly<Record<string, string>>;
}

/** The settings of a tuning, and all that is to be said about them. */
export interface Resolution {
    /** Sorted by key, values canonical. Fit for a host only when no diagnostic is an error. */
    readonly settings: readonly Setting[];
    readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a tuning comes to, checked as far as the target is known. Looks at no host.
 *
 * @param comesTo What bounds and facts come to on the target, by key, for the rules. @default unknown
 * @throws Error when the target itself makes no sense
 */
export function resolveSettings(
    tuning: Tuning,
    target?: Target,
    comesTo: Readonly<Record<string, string>> = {},
): Resolution {
    const declared = declare(tuning);
    const raw = [...declared.values.values()].sort(byKey);
    const known = raw.map((setting) => plainOn(setting, comesTo[setting.key]));
    const checked = checkSettings(known, target, { unlisted: Object.keys(tuning.unlisted ?? {}) });
    return {
        settings: raw.map(canonical),
        diagnostics: [...declared.diagnostics, ...accepted(checked, tuning, declared.values)],
    };
}

function plainOn(setting: Setting, value: string | undefined): Setting {
    const { bound, computed, ...plain } = setting;
    return value === undefined || (bound === undefined && !computed) ? setting : { ...plain, value };
}

function canonical(setting: Setting): Setting {
    return { ...setting, value: canonicalValue(parameterOf(setting.key), setting.value) };
}

interface Declared {
    readonly values: ReadonlyMap<string, Setting>;
    readonly diagnostics: readonly Diagnostic[];
}

/** Profile, then parameters, then unlisted keys, each value as text; and what is wrong with the declaration itself. */
function declare(tuning: Tuning): Declared {
    const optional = new Set(tuning.optional ?? []);
    const values = new Map<string, Setting>();
    const diagnostics: Diagnostic[] = [];
    if (tuning.profile !== undefined && !isProfileName(tuning.profile)) {
        diagnostics.push(unknownProfile(tuning.profile));
    }
    for (const [key, value] of entriesOf(tuning)) {
        const [bound, given] = partBound(value);
        const text = valueText(key, given);
        if (typeof text === "string") {
            const computed = [given].flat().some(isFact);
            const kind = { ...(computed && { computed }), ...(bound && { bound }) };
            values.set(key, { key, value: text, ...kind, optional: optional.has(key) });
        } else {
            diagnostics.push(text);
        }
    }
    diagnostics.push(...givenTwice(tuning), ...unsetOptional(optional, tuning), ...nothingSet(tuning));
    return { values, diagnostics };
}

function profileOf({ profile }: Tuning) {
    return isProfileName(profile) ? profiles[profile] : undefined;
}

function entriesOf(tuning: Tuning): readonly (readonly [string, unknown])[] {
    return [profileOf(tuning)?.values, tuning.parameters, tuning.unlisted].flatMap((values) =>
        Object.entries(values ?? {}),
    );
}

function error(
    id: string,
    message: string,
    suggestion: string,
    subject: { key?: string; value?: string } = {},
): Diagnostic {
    return { id, severity: "error", message, suggestion, ...subject };
}

function unknownProfile(profile: unknown): Diagnostic {
    return error(
        "PROFILE-UNKNOWN",
        `there is no profile ${quote(String(profile))}`,
        `Write one of ${profileNames.join(", ")}`,
    );
}

function givenTwice({ parameters = {}, unlisted = {} }: Tuning): readonly Diagnostic[] {
    return Object.keys(unlisted ?? {})
        .filter((key) => Object.hasOwn(parameters ?? {}, key))
        .map((key) =>
            error("UNLISTED-TWICE", "it is given under `parameters` and under `unlisted`", "Keep one of them", { key }),
        );
}

function unsetOptional(optional: ReadonlySet<string>, tuning: Tuning): readonly Diagnostic[] {
    const given = new Set(entriesOf(tuning).map(([key]) => key));
    const suggestion = "Set it, or take it out of `optional`";
    return [...optional]
        .filter((key) => !given.has(key))
        .map((key) => error("OPTIONAL-UNSET", "it is named as optional but not set", suggestion, { key }));
}

function nothingSet(tuning: Tuning): readonly Diagnostic[] {
    return entriesOf(tuning).length > 0 || tuning.profile !== undefined
        ? []
        : [
              error(
                  "SET-EMPTY",
                  "no profile and no parameter is given, so nothing would be tuned",
                  `Give a profile (${profileNames.join(", ")}) or parameters`,
              ),
          ];
}

/** A value as the text to check, or what keeps it from being one. */
function valueText(key: string, value: unknown): string | Diagnostic {
    if (Array.isArray(value)) {
        return listText(key, value);
    }
    if (isFact(value)) {
        return factText(key, value);
    }
    switch (typeof value) {
        case "string":
            return value;
        case "number":
            return Number.isSafeInteger(value) ? String(value) : unsafeNumber(key, value);
        case "undefined":
            return missing(key, "undefined");
        default:
            return value === null ? missing(key, "null") : wrongType(key, value);
    }
}

function listText(key: string, elements: readonly unknown[]): string | Diagnostic {
    const texts = elements.map((element) =>
        typeof element === "number" || element == null || isFact(element)
            ? valueText(key, element)
            : wrongElement(key, elements),
    );
    return texts.find((text) => typeof text !== "string") ?? texts.join(separatorOf(key));
}

function factText(key: string, fact: Fact): string | Diagnostic {
    const problem = factProblem(fact);
    return problem === undefined
        ? renderFact(fact, parameterOf(key)?.unit === "pages" ? "pages" : "bytes")
        : error("VAL-FORMAT", `${problem}`, "Write { shareOfMemory: 0.05, max: 67108864 } or { perCpu: 1024 }", {
              key,
              value: written(fact),
          });
}

/** Numbers of a port list are joined as the kernel wants it. */
function separatorOf(key: string): string {
    const parameter = parameterOf(key);
    return parameter && arityOf(parameter) === undefined ? "," : " ";
}

function missing(key: string, received: string): Diagnostic {
    return error(
        "VAL-MISSING",
        `its value is ${received}: perhaps a configuration setting that is not there`,
        "Give a value, or leave the key out",
        { key },
    );
}

function unsafeNumber(key: string, value: number): Diagnostic {
    return error(
        "VAL-FORMAT",
        "it is not a whole number that JavaScript holds exactly",
        "Give a whole number, and one beyond 9007199254740991 as a string",
        { key, value: String(value) },
    );
}

const VALUE = "a value is a number, a string, a fact, or an array of numbers and facts";

function wrongType(key: string, value: unknown): Diagnostic {
    const received = typeof value === "object" ? "an object that is neither a bound nor a fact" : `a ${typeof value}`;
    const suggestion =
        typeof value === "boolean"
            ? `Write ${value ? 1 : 0}`
            : typeof value !== "object"
              ? "Write it as a string"
              : "Write { atLeast: … } or { atMost: … }, with one value; or { perCpu: … } or { shareOfMemory: … }";
    return error("VAL-FORMAT", `it is ${received}, and ${VALUE}`, suggestion, { key, value: written(value) });
}

function wrongElement(key: string, elements: readonly unknown[]): Diagnostic {
    const subject = { key, value: written(elements) };
    const meant = boundAround(elements);
    if (meant !== undefined) {
        return error("VAL-FORMAT", "a bound goes around the whole value, not into an array", `Write ${meant}`, subject);
    }
    const suggestion = elements.every((element) => typeof element === "string")
        ? `Write ${quote(elements.join(separatorOf(key)))}`
        : "Write numbers and facts only";
    return error("VAL-FORMAT", `it is an array with something else in it, and ${VALUE}`, suggestion, subject);
}

/** The user's reasons first; the profile's own hold only for values that it chose itself. */
function accepted(
    diagnostics: readonly Diagnostic[],
    tuning: Tuning,
    values: ReadonlyMap<string, Setting>,
): Diagnostic[] {
    const profile = profileOf(tuning);
    const ownValue = ({ key }: Diagnostic) =>
        key !== undefined &&
        Object.hasOwn(profile?.values ?? {}, key) &&
        valueText(key, profile?.values[key]) === values.get(key)?.value &&
        values.get(key)?.bound === undefined;
    return applyAccept(diagnostics, tuning.accept ?? {}).map((diagnostic) =>
        ownValue(diagnostic) ? acceptFor(diagnostic, profile?.accept[diagnostic.id]) : diagnostic,
    );
}
