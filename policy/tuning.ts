import type { ResourceValidation } from "@pulumi/policy";
import { TUNING, type TuningInputs } from "../src/tuning-inputs";

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
