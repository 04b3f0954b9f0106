import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { partBound } from "../src/bound";
import { knownKeys, parameterOf } from "../src/catalogue";
import { quote } from "../src/diagnostic";
import { isFact } from "../src/fact";
import { profileNames } from "../src/profiles";
import { parseSetting } from "../src/setting-words";
import { suggest } from "../src/suggest";
import type { TuningInputs } from "../src/tuning-inputs";
import { ofTunings } from "./tuning";

/** The smallest and the largest number that a parameter may have; each of several numbers by itself. */
export interface ValueLimit {
    /**
     * The smallest allowed number, in the parameter's own unit.
     * @default none
     */
    readonly lowest?: number;
    /**
     * The largest allowed number, in the parameter's own unit.
     * @default none
     */
    readonly highest?: number;
}

/** The configuration of `tcp-tuning-limits`, another one for each environment. */
export interface Limits {
    /** By key. @default none */
    readonly values?: Readonly<Record<string, ValueLimit>>;
    /** Those that a tuning may start from; one without a profile stays allowed. @default all */
    readonly profiles?: readonly string[];
}

const integer = { type: "integer" } as const;
const configSchema: PolicyConfigSchema = {
    properties: {
        values: {
            type: "object",
            additionalProperties: {
                type: "object",
                properties: { lowest: integer, highest: integer },
                additionalProperties: false,
                minProperties: 1,
            },
        },
        profiles: { type: "array", items: { type: "string", enum: [...profileNames] } },
    },
};

/**
 * Values and profiles stay within what an environment allows, which its configuration says: {@link Limits}. Mandatory;
 * without a configuration it allows everything.
 */
export const limits: ResourceValidationPolicy = {
    name: "tcp-tuning-limits",
    description: "A TcpTuning stays within the values and profiles that this environment allows.",
    enforcementLevel: "mandatory",
    configSchema,
    validateResource: ofTunings(violations),
};

/** One after the other: settings that are not known yet must not hide a profile, which always is. */
function* violations(tuning: TuningInputs, { values = {}, profiles }: Limits): Iterable<string> {
    yield* profileViolations(tuning, profiles);
    for (const [key, limit] of Object.entries(values)) {
        yield* keyViolations(key, tuning) ?? valueViolations(key, limit, tuning);
    }
}

function profileViolations({ profile }: TuningInputs, allowed: Limits["profiles"]): string[] {
    return profile === undefined || allowed === undefined || allowed.includes(profile)
        ? []
        : [
              `profile: received "${profile}", and this environment allows ${[...allowed].join(", ") || "none"}. Choose one of those.`,
          ];
}

/** A misspelt limit would limit nothing in silence. */
function keyViolations(key: string, { settings }: TuningInputs): string[] | undefined {
    if (knownKeys.includes(key) || parameterOf(key) !== undefined || Object.hasOwn(settings, key)) {
        return undefined;
    }
    const [meant] = suggest(key, knownKeys);
    const advice = meant === undefined ? "Correct it there." : `Did you mean ${meant}?`;
    return [`values: the policy's configuration limits ${quote(key)}, and no such key is known. ${advice}`];
}

/** A bound is held against them as if it were the value: what the host had before is not this tuning's doing. */
function valueViolations(key: string, limit: ValueLimit, { settings }: TuningInputs): string[] {
    const { lowest = -Infinity, highest = Infinity } = limit;
    const words = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (words === undefined) {
        return [];
    }
    const [, amount] = partBound(parseSetting(words));
    const elements: readonly unknown[] = typeof amount === "string" ? amount.split(" ") : [amount].flat();
    const subject = `settings["${key}"]: received ${quote(words)}, and this environment allows`;
    const ranges = elements.map(rangeOf);
    const byFact = (limit: string) => (elements.some(isFact) ? `, a computed number by its ${limit}` : "");
    return [
        ...(ranges.every(({ from }) => from >= lowest)
            ? []
            : [`${subject} at least ${lowest}. Give as much${byFact("min")}.`]),
        ...(ranges.every(({ to }) => to <= highest)
            ? []
            : [`${subject} at most ${highest}. Give no more${byFact("max")}.`]),
    ];
}

/** What an element may come to on a host; a word is beyond all limits, since it is no number. */
function rangeOf(element: unknown): { readonly from: number; readonly to: number } {
    if (!isFact(element)) {
        const number = Number(element);
        return Number.isNaN(number) ? { from: -Infinity, to: Infinity } : { from: number, to: number };
    }
    const { min = 0, max = Infinity } = element;
    return { from: min, to: max };
}
