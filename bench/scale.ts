/** A logarithmic axis: equal ratios are equally far from each other. */
export interface Scale {
    /** Where a number stands. */
    (value: number): number;
    readonly ticks: readonly number[];
}

/** From `start` to `end`, for positive numbers from `least` to `most`; a single number stands in the middle. */
export function logScale(
    [least, most]: readonly [number, number],
    [start, end]: readonly [number, number],
    ticks: readonly number[],
): Scale {
    const share = (value: number) => (least === most ? 0.5 : Math.log(value / least) / Math.log(most / least));
    return Object.assign((value: number) => start + share(value) * (end - start), { ticks });
}

/** 1, 2 and 5 times the powers of ten, as many as it takes to hold all of `numbers`, which are positive. */
export function roundTicks(numbers: readonly number[]): number[] {
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    const powers = range(Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(most)) + 1);
    const all = powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
    const first = all.findLastIndex((tick) => tick <= least);
    const last = all.findIndex((tick) => tick >= most);
    return all.slice(first, Math.max(last, first + 1) + 1);
}

function range(first: number, last: number): number[] {
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Moves positions as little down or up as it takes to be `gap` apart, in the same order and not below `lowest`. */
export function spreadApart(positions: readonly number[], gap: number, lowest: number): number[] {
    const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!);
    const placed: number[] = [];
    for (const index of order) {
        placed.push(Math.max(positions[index]!, (placed.at(-1) ?? -Infinity) + gap));
    }
    const last = placed.length - 1;
    const within = placed.map((position, nth) => Math.min(position, lowest - (last - nth) * gap));
    return positions.map((_, index) => within[order.indexOf(index)]!);
}
