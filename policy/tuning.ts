import type { ResourceValidation } from "@pulumi/policy";
import type { OnOverride } from "../src/agent/request";
import type { Diagnostic } from "../src/diagnostic";
import { isProfileName, type ProfileName } from "../src/profiles";
import { HANDLED_BY_AGENT } from "../src/rules";
import { resolveSettings } from "../src/settings";
import { parseSetting } from "./setting-words";

/** The public inputs of a `TcpTuning`, as it registers them. */
export interface TuningInputs {
    readonly profile?: ProfileName;
    /** Key to value, bound or fact in words: `at least 8192`. */
    readonly settings: Readonly<Record<string, string>>;
    /** Those of the keys that were given as unlisted. */
    readonly unlisted?: readonly string[];
    readonly accept?: Readonly<Record<string, string>>;
    readonly verify?: false | { readonly maxTimeWait?: number };
    readonly delivery?: string;
    readonly onOverride?: OnOverride;
    readonly insecureIgnoreHostKey?: boolean;
}

const TUNING = "pulumi-tcp-tuning:index:TcpTuning";

/**
 * A check of every `TcpTuning`. An input that is not known yet throws when it is read, of which the engine makes an advisory
 * message: in a preview it stops nothing, in the `up` it is known.
 */
export function ofTunings<Config extends object>(
    violations: (tuning: TuningInputs, config: Config) => Iterable<string>,
): ResourceValidation {
    return ({ type, props, getConfig }, report) => {
        if (type === TUNING) {
            for (const message of violations(props as TuningInputs, getConfig<Config>())) {
                report(message);
            }
        }
    };
}

/** What the rules say of a tuning, judged anew: the program may have an older version of them. */
export function diagnosticsOf({
    profile,
    settings,
    unlisted = [],
    accept,
    verify,
}: TuningInputs): readonly Diagnostic[] {
    const values = Object.entries(settings).map(([key, words]) => [key, parseSetting(words)] as const);
    const [outside, listed] = [true, false].map((wanted) =>
        Object.fromEntries(values.filter(([key]) => unlisted.includes(key) === wanted)),
    );
    const { diagnostics } = resolveSettings(
        { profile: isProfileName(profile) ? profile : undefined, parameters: listed, unlisted: outside, accept },
        { maxTimeWait: verify ? verify.maxTimeWait : undefined },
    );
    return diagnostics.filter(({ id }) => id !== HANDLED_BY_AGENT);
}
