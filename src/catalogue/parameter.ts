/** What a value looks like: decides its syntax, its arity and how it is shown. */
export type Kind =
    | "integer"
    /** 0 or 1. */
    | "flag"
    /** One of `choices`. */
    | "choice"
    /** Bits that are added; `choices` names them. */
    | "mask"
    /** Two numbers. */
    | "pair"
    /** Three numbers. */
    | "triple"
    /** `8080-8081,9000`. */
    | "ports"
    /** A lower-case word, such as an algorithm. */
    | "name";

export type Unit =
    | "seconds"
    | "milliseconds"
    | "microseconds"
    | "bytes"
    | "pages"
    | "packets"
    | "ports"
    | "count"
    | "mode"
    | "flag"
    | "bits"
    | "name"
    | "shift";

/** Whose value it is. */
export type Scope =
    /** Every network namespace has its own, since that kernel; before, one for all. */
    | { readonly of: "namespace"; readonly since: string }
    /** Only in the first network namespace: a container does not see it. */
    | { readonly of: "first-namespace" }
    /** Set in the first network namespace, at most readable in others. */
    | { readonly of: "first-namespace-writable" }
    /** One for the whole host, whichever namespace writes it (`fs.*`). */
    | { readonly of: "host" };

/** What another parameter, or a piece of the system, has to do with this one. */
export interface Interaction {
    readonly with: string;
    readonly rule: string;
}

/** Values outside are accepted with a warning. */
export interface Usual {
    readonly from?: number;
    readonly to?: number;
    /** Why, as the end of a sentence. */
    readonly note: string;
}

/** `5 to 60`, `5 or more`, `60 or less` or `1`. */
export function usualRange({ from, to }: Usual): string {
    if (from !== undefined && to !== undefined) {
        return from === to ? `${from}` : `${from} to ${to}`;
    }
    return from === undefined ? `${to} or less` : `${from} or more`;
}

/** All that is known about one parameter. */
export interface Parameter {
    readonly kind: Kind;
    readonly unit: Unit;
    /** Smallest and largest value (of each element) that the kernel takes; it answers EINVAL outside. */
    readonly min?: number | bigint;
    readonly max?: number | bigint;
    /** Smallest value with a meaning, where the kernel takes smaller ones. */
    readonly least?: number;
    readonly usual?: Usual;
    /** Meaning of each value (`choice`) or bit (`mask`). */
    readonly choices?: Readonly<Record<string, string>>;
    /** First upstream kernel with the key. */
    readonly introduced: string;
    /** First series with a stable release that has it nevertheless. */
    readonly backported?: string;
    /** First kernel without the key. */
    readonly removed?: string;
    /** First kernel that ignores the key. */
    readonly ignoredSince?: string;
    readonly scope: Scope;
    /** Value of an untouched host with a current kernel, or how the kernel finds it. */
    readonly default: string;
    /** What it does, in one or two sentences. */
    readonly effect: string;
    /** What goes wrong with a wrong value. */
    readonly risk: string;
    readonly interactions: readonly Interaction[];
    /** Kernel module without which the key is missing. */
    readonly module?: string;
    /** Where the facts are from: kernel source (6.17.13 unless said otherwise), its documentation, measurements. */
    readonly source: readonly string[];
}

/** Parameters that belong together, by key. */
export interface Family<Key extends string = string> {
    readonly title: string;
    readonly parameters: Readonly<Record<Key, Parameter>>;
}

/** Keeps the keys as a type, and none of the texts: declarations would hold them all a second time. */
export function family<Key extends string>(title: string, parameters: Readonly<Record<Key, Parameter>>): Family<Key> {
    return { title, parameters };
}

export const perNamespace = (since: string): Scope => ({ of: "namespace", since });
export const firstNamespace: Scope = { of: "first-namespace" };
export const firstNamespaceWritable: Scope = { of: "first-namespace-writable" };
export const wholeHost: Scope = { of: "host" };

/** Bounds of values the kernel keeps as a C `int`, and as the ticks of a clock of up to 1000 Hz in an `int`. */
export const INT = { min: -2147483648, max: 2147483647 } as const;
export const SECONDS_IN_TICKS = { min: -2147483, max: 2147483 } as const;

export const MEASURED = "measured on Linux 6.18 in a fresh network namespace";
export const ipSysctl = (line: number) => `Documentation/networking/ip-sysctl.rst:${line}`;
export const ipv4Table = (line: number) => `net/ipv4/sysctl_net_ipv4.c:${line}`;
export const coreTable = (line: number) => `net/core/sysctl_net_core.c:${line}`;
