import type { PlainValue } from "../setting";

/** A group of parameters to start from. `base`, `high-traffic` and `full` are the published ones, corrected. */
export type ProfileName = "base" | "high-traffic" | "full" | "modern";

/** A named set of values with the warnings that it takes knowingly. */
export interface Profile {
    readonly description: string;
    readonly values: Readonly<Record<string, PlainValue>>;
    /** Warnings that the profile's own values raise, by rule id, each with the reason why that is right. */
    readonly accept: Readonly<Record<string, string>>;
}
