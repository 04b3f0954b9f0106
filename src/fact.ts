import { quote, written } from "./diagnostic";

/** Smallest and largest result. */
export interface FactLimits {
    /**
     * The smallest result, in the unit of the parameter.
     * @default none
     */
    readonly min?: number;
    /**
     * The largest result, in the unit of the parameter.
     * @default none
     */
    readonly max?: number;
}

/** A share of the host's RAM: `0.05`, in bytes, or in pages where the parameter counts those. */
export interface ShareOfMemory extends FactLimits {
    /** Above 0, up to 1. */
    readonly shareOfMemory: number;
    /** One fact is one of the two. */
    readonly perCpu?: never;
}

/** So many for each processor of the host that is online. */
export interface PerCpu extends FactLimits {
    /** For each processor, in the unit of the parameter. */
    readonly perCpu: number;
    /** One fact is one of the two. */
    readonly shareOfMemory?: never;
}

/** A number that the host computes from what it is. */
export type Fact = ShareOfMemory | PerCpu;

/**
 * A share of the host's RAM, above 0 and up to 1, in bytes or pages as the parameter counts: `shareOfMemory(0.05)`. The
 * RAM counts in whole 64 MiB, so that another kernel's own need does not move it. Within the limits, if given.
 */
export function shareOfMemory(share: number, limits: FactLimits = {}): ShareOfMemory {
    return { shareOfMemory: share, ...limits };
}

/** So many for each processor of the host that is online: `perCpu(1024)`. Within the limits, if given. */
export function perCpu(number: number, limits: FactLimits = {}): PerCpu {
    return { perCpu: number, ...limits };
}

const FIELDS: ReadonlySet<string> = new Set(["shareOfMemory", "perCpu", "min", "max"]);

/** Whether a value is meant as a fact, right or wrong. */
export function isFact(value: unknown): value is Fact {
    return typeof value === "object" && value !== null && ("shareOfMemory" in value || "perCpu" in value);
}

/**
 * What is wrong with a fact, as the end of a sentence; undefined when nothing is.
 *
 * @param source Its fields as they were written, where that is another way: `{ shareOfMemory: "150%" }`.
 */
export function factProblem(fact: Fact, source: object = fact): string | undefined {
    const { shareOfMemory: share, perCpu: number, ...limits } = fact as unknown as Fields;
    const other = Object.keys(fact).find((name) => !FIELDS.has(name));
    if (other !== undefined) {
        return `it has ${quote(other)}, and takes shareOfMemory or perCpu, with min and max beside it`;
    }
    if (share !== undefined && number !== undefined) {
        return "it has shareOfMemory and perCpu, and takes one of them";
    }
    if (share !== undefined && !isWithin(share, SMALLEST, 1)) {
        return `${received(["shareOfMemory"], source)}; a share is a plain decimal number from ${SMALLEST} to 1, which is 100%`;
    }
    if (share === undefined && !isWithin(number, SMALLEST, LARGEST)) {
        return `${received(["perCpu"], source)}; it takes a plain decimal number from ${SMALLEST} on, such as 1024 or 0.5`;
    }
    return areLimits(limits)
        ? undefined
        : `${received(Object.keys(limits), source)}; min and max are plain whole numbers from 0 on, the smaller first`;
}

type Fields = Readonly<Record<string, unknown>>;

function received(fields: readonly string[], source: object): string {
    return fields.map((field) => `${field} is ${written((source as Fields)[field])}`).join(", ");
}

function areLimits({ min, max }: Fields): boolean {
    const known = [min, max].filter((limit) => limit !== undefined);
    return (
        known.every((limit) => Number.isSafeInteger(limit) && Number(limit) >= 0) &&
        Number(min ?? 0) <= Number(max ?? LARGEST)
    );
}

const SMALLEST = 0.000001;
const LARGEST = Number.MAX_SAFE_INTEGER;

function isWithin(value: unknown, from: number, to: number): boolean {
    return typeof value === "number" && value >= from && value <= to;
}

/** Facts as they travel to the host: no plain value has a `*`. */
const ELEMENT = /^(bytes|pages|cpus)\*([0-9.]+)(?::([0-9]*)-([0-9]*))?$/;

/** One element of a value as the host reads it: `bytes*0.05`, `pages*0.05:1024-`, `cpus*1024:-65536`. */
export function renderFact({ shareOfMemory: share, perCpu: number, min, max }: Fact, unit: "bytes" | "pages"): string {
    const factor = String(Number((share ?? number ?? 0).toFixed(6)));
    const limits = min === undefined && max === undefined ? "" : `:${min ?? ""}-${max ?? ""}`;
    return `${share === undefined ? "cpus" : unit}*${factor}${limits}`;
}

export function isFactElement(element: string): boolean {
    return ELEMENT.test(element);
}

/** Whether an element counts RAM. */
export function isOfMemory(element: string): boolean {
    return isFactElement(element) && !element.startsWith("cpus");
}

/** The limits of an element that are given. */
export function limitsOf(element: string): readonly bigint[] {
    return (ELEMENT.exec(element)?.slice(3) ?? []).filter(Boolean).map(BigInt);
}

/** A value with its facts in words: `4096 131072 (1% of memory, at most 16777216)`. */
export function factsInWords(value: string): string {
    const elements = value.split(" ").map(elementInWords);
    return elements.map((text) => (elements.length > 1 && text.includes(" ") ? `(${text})` : text)).join(" ");
}

function elementInWords(element: string): string {
    const [, unit, factor, min, max] = ELEMENT.exec(element) ?? [];
    if (factor === undefined) {
        return element;
    }
    const what = unit === "cpus" ? `${factor} per CPU` : `${Number((Number(factor) * 100).toFixed(4))}% of memory`;
    return [what, min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(", ");
}
