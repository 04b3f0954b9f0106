import type { ResourceValidation } from "@pulumi/policy";
import { groupAlike } from "../src/alike";
import { namesOf } from "../src/host-scope";
import { FLEET, type FleetInputs, TUNING, type TuningInputs } from "../src/tuning-inputs";

/** One of a fleet's, or a `TcpTuning`, which names no hosts. */
type Judged = TuningInputs & { readonly hosts?: Readonly<Record<string, unknown>> };

/**
 * A check of every `TcpTuning`, and of every tuning of a `TcpTuningFleet`, whose hosts stand before what is wrong with them. An
 * input that is not known yet throws when it is read, of which the engine makes an advisory message: in a preview it stops
 * nothing, in the `up` it is known.
 */
export function ofTunings<Config extends object>(
    violations: (tuning: TuningInputs, config: Config) => Iterable<string>,
): ResourceValidation {
    return ({ type, props, getConfig }, report) => {
        const found: (readonly [host: string, message: string])[] = [];
        let unread: unknown;
        for (const tuning of tuningsOf(type, props)) {
            const hosts = tuning.hosts === undefined ? [""] : Object.keys(tuning.hosts);
            try {
                for (const message of violations(tuning, getConfig<Config>())) {
                    found.push(...hosts.map((host) => [host, message] as const));
                }
            } catch (error) {
                unread ??= error;
            }
        }
        for (const { names, what } of groupAlike(found)) {
            report(names[0] === "" ? what : `${namesOf(names)}: ${what}`);
        }
        // What is known was judged, so that one late value hides nothing else.
        if (unread !== undefined) {
            throw unread;
        }
    };
}

function tuningsOf(type: string, props: Readonly<Record<string, unknown>>): readonly Judged[] {
    return type === TUNING ? [props as unknown as Judged] : type === FLEET ? fleetOf(props).tunings : [];
}

/** A check of every `TcpTuningFleet` as a whole. */
export function ofFleets<Config extends object>(
    violations: (fleet: FleetInputs, config: Config) => Iterable<string>,
): ResourceValidation {
    return ({ type, props, getConfig }, report) => {
        for (const message of type === FLEET ? violations(fleetOf(props), getConfig<Config>()) : []) {
            report(message);
        }
    };
}

function fleetOf(props: Readonly<Record<string, unknown>>): FleetInputs {
    return props as unknown as FleetInputs;
}
