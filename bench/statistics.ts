/** Several measurements of one thing. */
export interface Spread {
    readonly median: number;
    readonly least: number;
    readonly most: number;
}

/** @throws RangeError without numbers */
export function spreadOf(numbers: readonly number[]): Spread {
    const sorted = [...numbers].sort((a, b) => a - b);
    const [least, most] = [sorted[0], sorted.at(-1)];
    if (least === undefined || most === undefined) {
        throw new RangeError("spreadOf: a median needs at least one number. Received: none");
    }
    const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
    return { median: (low + high) / 2, least, most };
}
