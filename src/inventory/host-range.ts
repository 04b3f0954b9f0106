/** More hosts than one stack can tune: a slip such as `[1:100000]`. */
const MOST_HOSTS = 1000;

const RANGE = /\[(\d*|[A-Za-z]):(\d+|[A-Za-z])(?::(\d+))?\]/;

/**
 * The names that an Ansible host pattern stands for: `web[01:03]` is web01, web02, web03, `db-[a:c]` is db-a, db-b,
 * db-c, `[0:8:4]` counts in steps of 4. Several ranges give all combinations.
 *
 * @throws Error when the range is not one
 */
export function expandHostRange(pattern: string): string[] {
    const match = RANGE.exec(pattern);
    if (match === null) {
        return [pattern];
    }
    const [range, first = "", last = "", step = "1"] = match;
    const names = rangeValues(first, last, Number(step), range).flatMap((value) =>
        expandHostRange(pattern.slice(0, match.index) + value + pattern.slice(match.index + range.length)),
    );
    if (names.length > MOST_HOSTS) {
        throw new Error(`${pattern} stands for more than ${MOST_HOSTS} hosts`);
    }
    return names;
}

function rangeValues(first: string, last: string, step: number, range: string): string[] {
    const letters = /[A-Za-z]/.test(last);
    if (letters !== /[A-Za-z]/.test(first)) {
        throw new Error(`the range ${range} mixes letters and numbers`);
    }
    if (first.startsWith("0") && first.length > 1 && first.length !== last.length) {
        throw new Error(`both ends of the range ${range} need the same number of digits`);
    }
    const [from, to] = letters ? [first.charCodeAt(0), last.charCodeAt(0)] : [Number(first), Number(last)];
    if (from > to || step < 1) {
        throw new Error(`the range ${range} is empty: its first end is above its last, or its step is 0`);
    }
    if ((to - from) / step >= MOST_HOSTS) {
        throw new Error(`the range ${range} stands for more than ${MOST_HOSTS} hosts`);
    }
    const numbers = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
    return numbers.map((value) =>
        letters ? String.fromCharCode(value) : String(value).padStart(paddedTo(first), "0"),
    );
}

/** Leading zeros of the first end set the width. */
function paddedTo(first: string): number {
    return first.startsWith("0") ? first.length : 0;
}
