import type { PlainValue } from "../setting";

export type ProfileName = "base" | "high-traffic" | "full" | "modern";

/** A named set of values with the warnings that it takes knowingly. */
export interface Profile {
    readonly description: string;
    readonly values: Readonly<Record<string, PlainValue>>;
    /** Warnings that the profile's own values raise, by rule id, each with the reason why that is right. */
    readonly accept: Readonly<Record<string, string>>;
}
