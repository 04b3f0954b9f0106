import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { partBound } from "../src/bound";
import { knownKeys, parameterOf } from "../src/catalogue";
import { quote, written } from "../src/diagnostic";
import { isFact } from "../src/fact";
import { profileNames } from "../src/profiles";
import { type Rollout, waveSize } from "../src/rollout/rollout";
import { parseSetting } from "../src/setting-words";
import { suggest } from "../src/suggest";
import type { FleetInputs, TuningInputs } from "../src/tuning-inputs";
import { ofFleets, ofTunings } from "./tuning";

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

/** How a `TcpTuningFleet` of many hosts has to be rolled out. */
export interface RolloutLimit {
    /** Only fleets with more hosts are held to it; 0 for every fleet. */
    readonly aboveHosts: number;
    /**
     * Hosts that have to go first, alone, at the least; never all of them.
     * @default 1
     */
    readonly fewestCanaries?: number;
    /**
     * Hosts of one wave at most, canaries included: a number, or a share of the fleet such as `"25%"`.
     * @default any
     */
    readonly largestBatch?: number | string;
    /**
     * The largest `maxFailures`.
     * @default any
     */
    readonly mostFailures?: number;
}

/** The configuration of `tcp-tuning-limits`, another one for each environment. */
export interface Limits {
    /** By key. @default none */
    readonly values?: Readonly<Record<string, ValueLimit>>;
    /** Those that a tuning may start from; one without a profile stays allowed. @default all */
    readonly profiles?: readonly string[];
    /** For fleets; hosts that are tuned one by one by a `TcpTuning` each have no roll-out. @default any roll-out */
    readonly rollout?: RolloutLimit;
}

const integer = { type: "integer" } as const;
const count = { ...integer, minimum: 0 } as const;
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
        rollout: {
            type: "object",
            description: "How a TcpTuningFleet of more than aboveHosts hosts has to be rolled out.",
            properties: {
                aboveHosts: { ...count, description: "Fleets with more hosts are held to it; 0 for every fleet." },
                fewestCanaries: { ...count, default: 1, description: "Hosts that go first, alone, at the least." },
                largestBatch: {
                    type: ["integer", "string"],
                    minimum: 1,
                    pattern: "^(?:[1-9]\\d?|100)%$",
                    description: 'Hosts of one wave at most, canaries included: a number, or a share such as "25%".',
                },
                mostFailures: { ...count, description: "The largest maxFailures." },
            },
            required: ["aboveHosts"],
            additionalProperties: false,
        },
    },
};

/**
 * Values, profiles and the roll-outs of fleets stay within what an environment allows, which its configuration says:
 * {@link Limits}. Mandatory; without a configuration it allows everything.
 */
export const limits: ResourceValidationPolicy = {
    name: "tcp-tuning-limits",
    description:
        "A TcpTuning, or a fleet, stays within the values, profiles and roll-outs that this environment allows.",
    enforcementLevel: "mandatory",
    configSchema,
    validateResource: [ofFleets(rolloutViolations), ofTunings(violations)],
};

/** One after the other: settings that are not known yet must not hide a profile, which always is. */
function* violations(tuning: TuningInputs, { values = {}, profiles }: Limits): Iterable<string> {
    yield* profileViolations(tuning, profiles);
    for (const [key, limit] of Object.entries(values)) {
        yield* keyViolations(key, tuning) ?? valueViolations(key, limit, tuning);
    }
}

function rolloutViolations({ tunings, rollout }: FleetInputs, { rollout: limit }: Limits): string[] {
    const hosts = tunings.flatMap((tuning) => Object.keys(tuning.hosts)).length;
    if (limit === undefined || hosts <= limit.aboveHosts) {
        return [];
    }
    const { fewestCanaries = 1, largestBatch = hosts, mostFailures = Infinity } = limit;
    const { canaries, maxFailures } = rollout;
    const fewest = Math.min(fewestCanaries, hosts - 1);
    const most = waveSize({ ...rollout, canaries: 0, batch: largestBatch }, false, hosts);
    const larger = wavesOf(rollout, hosts).filter(({ size }) => size > most);
    const scope = `this environment allows a fleet of ${hosts} hosts`;
    return [
        ...(canaries < fewest
            ? [`rollout.canaries: received ${canaries}, and ${scope} no fewer than ${fewest}. Give as many.`]
            : []),
        ...(fewest > 0 && canaries >= hosts
            ? [
                  `rollout.canaries: received ${canaries}, so all ${hosts} hosts go first, and none is spared. Give fewer.`,
              ]
            : []),
        ...larger.map(
            ({ from }) =>
                `rollout.${from}: received ${written(rollout[from])}, and ${scope} waves of ${largestBatch} at most. Give no more.`,
        ),
        ...(maxFailures > mostFailures
            ? [`rollout.maxFailures: received ${maxFailures}, and ${scope} ${mostFailures} at most. Give no more.`]
            : []),
    ];
}

/** How many hosts may be changed at the same time, and what says so. */
function wavesOf(rollout: Rollout, hosts: number): { readonly from: "canaries" | "batch"; readonly size: number }[] {
    const sizeOf = (isFirst: boolean) => Math.min(hosts, waveSize(rollout, isFirst, hosts));
    return [
        ...(rollout.canaries > 0 ? [{ from: "canaries", size: sizeOf(true) } as const] : []),
        { from: "batch", size: sizeOf(false) },
    ];
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
