import { type Bound, type Bounded, bounds } from "./bound";
import type { Location } from "./diagnostic";
import { type Fact, factsInWords } from "./fact";

/** What may be given as a plain value: `30`, `"cubic"`, `[4096, 131072, 6291456]` or `"4096 131072 6291456"`. */
export type PlainValue = number | string | readonly number[];

/** A plain value, or one that the host computes: `{ perCpu: 1024 }`, `[4096, 131072, { shareOfMemory: 0.01 }]`. */
export type Amount = PlainValue | Fact | readonly (number | Fact)[];

/** What may be given as a value, or as a bound such as `{ atLeast: 4096 }`. */
export type ParameterValue = Amount | Bounded<Amount>;

/** One resolved parameter. */
export interface Setting {
    /** With dots: `net.ipv4.tcp_rmem`. */
    readonly key: string;
    /** Canonical text, exactly as the kernel reads it back, with single spaces for its tabs: `4096 131072 6291456`. */
    readonly value: string;
    /** Elements of the value are facts that the host computes: `cpus*1024`. @default the value is plain */
    readonly computed?: boolean;
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

/** A setting's value for people: `4096`, `at least 4096` or `at least 1024 per CPU`. */
export function describeValue({ value, bound, computed }: Pick<Setting, "value" | "bound" | "computed">): string {
    const words = computed ? factsInWords(value) : value;
    return bound === undefined ? words : `${bounds[bound].words} ${words}`;
}
