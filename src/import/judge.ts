import { parameterOf } from "../catalogue";
import { arityOf, canonicalValue, elementsOf } from "../catalogue/value";
import type { Diagnostic } from "../diagnostic";
import { profileNames, profiles } from "../profiles";
import { checkSettings, HANDLED_BY_AGENT, type Target } from "../rules";
import type { PlainValue, Setting } from "../setting";
import { resolveSettings, type Tuning } from "../settings";
import type { Assignment } from "../sysctl-file";

/** A tuning as an inventory takes it: null takes away what the hosts of `all` have. */
export interface ImportedTuning extends Omit<Tuning, "parameters" | "unlisted"> {
    readonly parameters?: Readonly<Record<string, PlainValue | null>>;
    readonly unlisted?: Readonly<Record<string, PlainValue | null>>;
}

/** What assignments come to as a tuning. */
export interface Judgement {
    /** Undefined when nothing is left; false when nothing is left of what the hosts of `all` have, either. */
    readonly tuning?: ImportedTuning | false;
    readonly taken: readonly Assignment[];
    /** What is not in the tuning, and why: a rule's id, or `IMPORT`. */
    readonly leftOut: readonly Diagnostic[];
    /** What the rules warn of in the tuning, as `check` does of it. */
    readonly warnings: readonly Diagnostic[];
    /** Why the tuning names a profile, what that accepts, and assignments that a later one replaces. */
    readonly notes: readonly Diagnostic[];
}

/** Beside what the assignments of some hosts have to stand. */
export interface Surroundings {
    /** What these hosts have from `all`, without errors. @default nothing */
    readonly above?: readonly Assignment[];
    /** Other tunings merge with this one key by key, which the values of a profile do not. @default false */
    readonly merged?: boolean;
}

/** Takes what passes the rules; the last assignment of a key counts. */
export function judge(
    assignments: readonly Assignment[],
    target: Target = {},
    { above = [], merged = false }: Surroundings = {},
): Judgement {
    const outside = assignments.filter(({ key, glob }) => glob || !isOurs(key));
    const last = new Map(assignments.filter((each) => !outside.includes(each)).map((each) => [each.key, each]));
    const inherited = above.filter(({ key }) => !last.has(key));
    const { sound, errors } = withoutErrors([...inherited, ...last.values()], target);
    const taken = sound.filter((each) => !inherited.includes(each));
    const takenAway = above.map(({ key }) => key).filter((key) => !sound.some((each) => each.key === key));
    const warnings = warningsOf(sound, target, merged);
    return {
        tuning: sound.length === 0 && takenAway.length > 0 ? false : withTakenAway(tuningOf(taken, merged), takenAway),
        taken,
        warnings: warnings.filter(({ accepted }) => accepted === undefined),
        leftOut: inOrder([...outside.map(whyOutside), ...errors], [...above, ...assignments]),
        notes: [...(merged ? [] : profileNotes(taken, warnings)), ...replaced(assignments, last, taken)],
    };
}

function withTakenAway(tuning: ImportedTuning | undefined, keys: readonly string[]): ImportedTuning | undefined {
    const nulls = (those: readonly string[]) => Object.fromEntries(those.map((key) => [key, null]));
    const [listed, unlisted] = [keys.filter((key) => parameterOf(key)), keys.filter((key) => !parameterOf(key))];
    return keys.length === 0
        ? tuning
        : {
              ...tuning,
              ...(listed.length > 0 && { parameters: { ...tuning?.parameters, ...nulls(listed) } }),
              ...(unlisted.length > 0 && { unlisted: { ...tuning?.unlisted, ...nulls(unlisted) } }),
          };
}

/** With those that the profile accepts. */
function warningsOf(sound: readonly Assignment[], target: Target, merged: boolean): Diagnostic[] {
    const tuning = tuningOf(sound, merged) as Tuning | undefined;
    const places = new Map(sound.map(({ key, location }) => [key, location]));
    return (tuning === undefined ? [] : resolveSettings(tuning, target).diagnostics)
        .filter(({ severity, id }) => severity === "warning" && id !== HANDLED_BY_AGENT)
        .map((warning) => ({ ...warning, location: places.get(warning.key ?? "") }));
}

/** Networking, what the catalogue has beside it, and what was meant for either. */
function isOurs(key: string): boolean {
    return (
        key.startsWith("net.") ||
        parameterOf(key) !== undefined ||
        checkSettings([{ key, value: "1", optional: false }], {}, { foreign: "pass" }).length > 0
    );
}

function whyOutside({ key, value, glob, location }: Assignment): Diagnostic {
    const [message, suggestion] = glob
        ? ["it is a pattern, and a tuning names each key", "Write out the keys that it stands for"]
        : ["it is neither networking nor in the catalogue", "Keep it where it is"];
    return { id: "IMPORT", severity: "error", message, suggestion, key, value, location };
}

/** What is left once nothing has an error; each round may show new ones, since rules look at several keys. */
function withoutErrors(
    assignments: readonly Assignment[],
    target: Target,
): { sound: Assignment[]; errors: Diagnostic[] } {
    let sound = [...assignments];
    const errors: Diagnostic[] = [];
    for (;;) {
        const found = [
            ...checkSettings(sound, target, { foreign: "pass" }),
            ...checkSettings(sound, target, {
                unlisted: sound.map(({ key }) => key).filter((key) => !parameterOf(key)),
            }),
        ].filter(({ severity }) => severity === "error");
        const wrong = new Set(found.map(({ key }) => key));
        const left = sound.filter(({ key }) => !wrong.has(key));
        errors.push(...new Map(found.map((error) => [`${error.id} ${error.key} ${error.message}`, error])).values());
        if (left.length === sound.length) {
            return { sound, errors };
        }
        sound = left;
    }
}

/** By the place in the source; findings of one line keep their order. */
function inOrder(found: readonly Diagnostic[], assignments: readonly Assignment[]): Diagnostic[] {
    const rank = new Map(assignments.map(({ location: { file, line } }, index) => [`${file}:${line}`, index]));
    const place = ({ location }: Diagnostic) => rank.get(`${location?.file}:${location?.line}`) ?? Infinity;
    return [...found].sort((a, b) => place(a) - place(b) || 0);
}

function replaced(
    assignments: readonly Assignment[],
    last: ReadonlyMap<string, Assignment>,
    taken: readonly Assignment[],
): Diagnostic[] {
    return assignments.flatMap((earlier) => {
        const { key, value, location } = earlier;
        const later = last.get(key);
        return later === undefined || later === earlier || isSame(later, earlier)
            ? []
            : [
                  {
                      id: "KEY-DUP",
                      severity: "note" as const,
                      key,
                      value,
                      location,
                      message: `${later.location.file}:${later.location.line} sets it again, to ${later.value}, ${taken.includes(later) ? "and that counts" : "and that is left out as well: the key is not in the inventory"}`,
                  },
              ];
    });
}

/** The same line, come to twice. */
function isSame(a: Assignment, b: Assignment): boolean {
    return a.location.file === b.location.file && a.location.line === b.location.line && a.value === b.value;
}

function tuningOf(assignments: readonly Assignment[], merged: boolean): ImportedTuning | undefined {
    if (assignments.length === 0) {
        return undefined;
    }
    const profile = merged ? undefined : closestProfile(assignments);
    const own = assignments.filter((each) => profile === undefined || !isProfiles(each, profile));
    const valuesOf = (those: readonly Assignment[]) =>
        Object.fromEntries(those.map(({ key, value }) => [key, plainValue(key, value)]));
    const parameters = own.filter(({ key }) => parameterOf(key));
    const unlisted = own.filter(({ key }) => !parameterOf(key));
    const optional = assignments.filter((each) => each.optional).map(({ key }) => key);
    return {
        ...(profile && { profile }),
        ...(parameters.length > 0 && { parameters: valuesOf(parameters) }),
        ...(unlisted.length > 0 && { unlisted: valuesOf(unlisted) }),
        ...(optional.length > 0 && { optional }),
    };
}

type ProfileName = (typeof profileNames)[number];

/** A profile must set nothing that the source does not, and spare more lines than its own. */
function closestProfile(assignments: readonly Assignment[]): ProfileName | undefined {
    const keys = new Set(assignments.map(({ key }) => key));
    const [closest] = profileNames
        .filter((name) => Object.keys(profiles[name].values).every((key) => keys.has(key)))
        .map((name) => ({ name, equal: assignments.filter((each) => isProfiles(each, name)).length }))
        .filter(({ equal }) => equal > 1)
        .sort((a, b) => b.equal - a.equal);
    return closest?.name;
}

/** Which profile was chosen and why, and what it accepts in the user's name. */
function profileNotes(taken: readonly Assignment[], warnings: readonly Diagnostic[]): Diagnostic[] {
    const name = closestProfile(taken);
    if (name === undefined) {
        return [];
    }
    const keys = taken.filter((each) => isProfiles(each, name)).map(({ key }) => key);
    const accepted = warnings.filter((warning) => warning.accepted !== undefined);
    const message = `profile ${name} is named, since it has these ${keys.length} keys with the same values: ${keys.join(", ")}`;
    const suggestion =
        accepted.length === 0
            ? undefined
            : "It accepts warnings in your name, each told here; to be warned, write its keys under parameters instead";
    return [
        { id: "IMPORT", severity: "note", message, suggestion, location: taken[0]!.location },
        ...accepted.map(({ accepted: reason, message: what, suggestion: _, ...warning }) => ({
            ...warning,
            severity: "note" as const,
            message: `${what}. Accepted by profile ${name}: ${reason}`,
        })),
    ];
}

function isProfiles({ key, value }: Pick<Setting, "key" | "value">, name: ProfileName): boolean {
    const its = profiles[name].values[key];
    return its !== undefined && [its].flat().join(" ") === canonicalValue(parameterOf(key), value);
}

/** Numbers as numbers, as people write them; anything that a number would not give back stays text. */
function plainValue(key: string, text: string): PlainValue {
    const parameter = parameterOf(key);
    const value = canonicalValue(parameter, text);
    const numbers = elementsOf(value).map(Number);
    const exact = numbers.every((number) => Number.isSafeInteger(number)) && numbers.join(" ") === value;
    return !exact
        ? value
        : numbers.length === 1
          ? numbers[0]!
          : parameter !== undefined && arityOf(parameter) === numbers.length
            ? numbers
            : value;
}
