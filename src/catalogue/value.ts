import { quote } from "../diagnostic";
import type { Kind, Parameter } from "./parameter";
import { foldBlanks } from "./syntax";

/** How many numbers a value has; `ports` and `name` are words. */
const ARITY: Readonly<Record<Kind, number | undefined>> = {
    integer: 1,
    flag: 1,
    choice: 1,
    mask: 1,
    pair: 2,
    triple: 3,
    ports: undefined,
    name: undefined,
};

/** The one way to write a number that the kernel, every tool and every reader take for the same number. */
const DECIMAL = /^-?(?:0|[1-9][0-9]*)$/;

/** No number that a kernel takes has more; longer ones are refused before they cost anything. */
const MOST_DIGITS = 20;

export function arityOf(parameter: Parameter): number | undefined {
    return ARITY[parameter.kind];
}

/** The elements of a value, which blanks and tabs separate; none in an empty one. */
export function elementsOf(text: string): readonly string[] {
    const folded = foldBlanks(text);
    return folded === "" ? [] : folded.split(" ");
}

export function isDecimal(element: string): boolean {
    return DECIMAL.test(element) && element.replace("-", "").length <= MOST_DIGITS && element !== "-0";
}

/** The numbers of a value in the right form and number; `undefined` for any other, and for words. */
export function numbersOf(parameter: Parameter, text: string): readonly bigint[] | undefined {
    const elements = elementsOf(text);
    const wellFormed = elements.length === arityOf(parameter) && elements.every(isDecimal);
    return wellFormed ? elements.map(BigInt) : undefined;
}

/** Bytes below which a TCP buffer passes no data. */
export const SMALLEST_BUFFER = 4096n;

/** The smallest and the largest number that a value may hold: what the kernel takes, less what makes no sense. */
export function soundRange({ kind, unit, min = 0, least, max = 2147483647 }: Parameter): readonly [bigint, bigint] {
    return [kind === "triple" && unit === "bytes" ? SMALLEST_BUFFER : BigInt(least ?? min), BigInt(max)];
}

/** First and last port of a piece of a list. */
export interface PortRange {
    readonly first: number;
    readonly last: number;
}

const LAST_PORT = 65535;
const PORTS = /^(0|[1-9][0-9]{0,4})(?:-(0|[1-9][0-9]{0,4}))?$/;

/** The pieces of a port list in their order, or what is wrong with it. */
export function parsePorts(text: string): readonly PortRange[] | string {
    if (text === "") {
        return "the list is empty";
    }
    const ranges: PortRange[] = [];
    for (const piece of text.split(",")) {
        const range = parsePortRange(piece);
        if (typeof range === "string") {
            return range;
        }
        ranges.push(range);
    }
    return ranges;
}

function parsePortRange(piece: string): PortRange | string {
    const match = PORTS.exec(piece);
    if (!match) {
        return `${quote(piece)} is neither a port nor a range of ports`;
    }
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first > LAST_PORT || last > LAST_PORT) {
        return `${piece} is beyond port ${LAST_PORT}`;
    }
    return first > last ? `${piece} is reversed` : { first, last };
}

/** Sorted, with what overlaps or touches joined, as the kernel prints a list back. */
export function mergePorts(ranges: readonly PortRange[]): readonly PortRange[] {
    const merged: PortRange[] = [];
    for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
        const previous = merged.at(-1);
        if (previous && range.first <= previous.last + 1) {
            merged[merged.length - 1] = { first: previous.first, last: Math.max(previous.last, range.last) };
        } else {
            merged.push(range);
        }
    }
    return merged;
}

/** A value as the kernel reads it back, with single blanks for its tabs; one that is wrong comes back folded only. */
export function canonicalValue(parameter: Parameter | undefined, text: string): string {
    const folded = foldBlanks(text);
    if (parameter?.kind !== "ports") {
        return folded;
    }
    const ranges = parsePorts(folded);
    return typeof ranges === "string" ? folded : mergePorts(ranges).map(printPorts).join(",");
}

function printPorts({ first, last }: PortRange): string {
    return first === last ? `${first}` : `${first}-${last}`;
}
