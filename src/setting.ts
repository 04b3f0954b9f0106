import { bounds, type Bound, type Bounded } from "./bound";
import type { Location } from "./diagnostic";

/** What may be given as a plain value: `30`, `"cubic"`, `[4096, 131072, 6291456]` or `"4096 131072 6291456"`. */
export type PlainValue = number | string | readonly number[];

/** What may be given as a value: a plain one, or a bound such as `{ atLeast: 4096 }`. */
export type ParameterValue = PlainValue | Bounded<PlainValue>;

/** One resolved parameter. */
export interface Setting {
    /** With dots: `net.ipv4.tcp_rmem`. */
    readonly key: string;
    /** Canonical text, exactly as the kernel reads it back, with single spaces for its tabs: `4096 131072 6291456`. */
    readonly value: string;
    /** The value is a bound, and the host's own stands where it is within. @default the value itself is wanted */
    readonly bound?: Bound;
    /** A key that the host's kernel may lack: then it is skipped and reported, rendered with sysctl.d's `-`. */
    readonly optional: boolean;
    /** Where the value was written, when it came from a file. */
    readonly location?: Location;
}

/** Orders settings by key, byte by byte. */
export function byKey(a: Setting, b: Setting): number {
    return a.key < b.key ? -1 : Number(a.key > b.key);
}

/** A setting's value for people: `4096`, or `at least 4096`. */
export function describeValue({ value, bound }: Pick<Setting, "value" | "bound">): string {
    return bound === undefined ? value : `${bounds[bound].words} ${value}`;
}
