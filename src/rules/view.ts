import { type Parameter, type ParameterKey, parameterOf } from "../catalogue";
import { numbersOf } from "../catalogue/value";
import type { Setting } from "../setting";

/** A setting whose value has the form that its parameter wants. */
export interface NumberSetting {
    readonly setting: Setting;
    readonly numbers: readonly bigint[];
    /** The first number, for parameters that have one. */
    readonly number: bigint;
}

/** A setting of a parameter in the catalogue. */
export interface ListedSetting {
    readonly setting: Setting;
    readonly parameter: Parameter;
}

/** What rules see of a list of settings. */
export interface SettingsView {
    /** All of them, in their order, with those that a later one overrides. */
    readonly all: readonly Setting[];
    /** Those in the catalogue that kernels still have. */
    readonly listed: readonly ListedSetting[];
    /** The one that counts for a key: the last. */
    get(key: string): Setting | undefined;
    /** The same with its numbers; `undefined` too when they are malformed, which other rules report. */
    numbers(key: ParameterKey): NumberSetting | undefined;
}

export function viewOf(settings: readonly Setting[]): SettingsView {
    const last = new Map(settings.map((setting) => [setting.key, setting]));
    return {
        all: settings,
        listed: settings.flatMap((setting) => {
            const parameter = parameterOf(setting.key);
            return parameter && parameter.removed === undefined ? [{ setting, parameter }] : [];
        }),
        get: (key) => last.get(key),
        numbers: (key) => withNumbers(last.get(key), parameterOf(key)),
    };
}

function withNumbers(setting: Setting | undefined, parameter: Parameter | undefined): NumberSetting | undefined {
    const numbers = setting && parameter && numbersOf(parameter, setting.value);
    return setting && numbers?.[0] !== undefined ? { setting, numbers, number: numbers[0] } : undefined;
}

/** A key without its directories, for sentences: `tcp_rmem`. */
export function shortName(key: string): string {
    return key.slice(key.lastIndexOf(".") + 1);
}
