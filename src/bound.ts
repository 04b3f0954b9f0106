import { written } from "./diagnostic";
import type { Amount } from "./setting";

/** How far a host's own value may be from the one that is given. */
export type Bound = "atLeast" | "atMost";

/** The host's own value, or this one where that is less; of several numbers each by itself. */
export interface AtLeast<T> {
    /** The least that the parameter may be, in its own unit. */
    readonly atLeast: T;
    /** Not both bounds at once. */
    readonly atMost?: never;
}

/** The host's own value, or this one where that is more; of several numbers each by itself. */
export interface AtMost<T> {
    /** The most that the parameter may be, in its own unit. */
    readonly atMost: T;
    /** Not both bounds at once. */
    readonly atLeast?: never;
}

/** A value that moves the host's own only where that is beyond it. */
export type Bounded<T> = AtLeast<T> | AtMost<T>;

/** Raises a parameter where the host has less, and leaves it alone where it has as much: `atLeast(4096)`. */
export function atLeast<const T extends Amount>(value: T): AtLeast<T> {
    return { atLeast: value };
}

/** Lowers a parameter where the host has more, and leaves it alone where it has as little: `atMost(60)`. */
export function atMost<const T extends Amount>(value: T): AtMost<T> {
    return { atMost: value };
}

/** Each bound as people read it, and as the host's agent does. */
export const bounds: Readonly<Record<Bound, { readonly words: string; readonly operator: string }>> = {
    atLeast: { words: "at least", operator: ">=" },
    atMost: { words: "at most", operator: "<=" },
};

/** Parts a bound from its value; anything else is a value, which may turn out to be none. */
export function partBound(value: unknown): readonly [bound: Bound | undefined, value: unknown] {
    const [entry, ...others] =
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.entries(value).filter(([, given]) => given !== undefined)
            : [];
    return entry !== undefined && others.length === 0 && Object.hasOwn(bounds, entry[0])
        ? [entry[0] as Bound, entry[1]]
        : [undefined, value];
}

/** Of a list with a bound in it, what was meant, as one writes it: `{ atLeast: [4096, 131072, 5] }`. */
export function boundAround(elements: readonly unknown[]): string | undefined {
    const parts = elements.map(partBound);
    const [bound] = parts.find(([found]) => found !== undefined) ?? [];
    const whole = parts
        .flatMap(([, value]) => value)
        .map((value) =>
            written(value)
                .replace(/,"/g, ', "')
                .replace(/"(\w+)":/g, "$1: "),
        );
    return bound === undefined ? undefined : `{ ${bound}: [${whole.join(", ")}] }`;
}

/** `>= 4096`, as the agent prints it, in words: `at least 4096`. */
export function boundInWords(printed: string): string {
    return Object.values(bounds).reduce((text, { words, operator }) => text.replace(operator, words), printed);
}
