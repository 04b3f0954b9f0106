/** 12345 as `12,345`. */
export function thousands(count: number): string {
    return count.toLocaleString("en-US");
}

/** `1 value`, `2,124 values`; `many` where an s is not enough. */
export function counted(count: number, one: string, many?: string): string {
    return `${thousands(count)} ${nounFor(count, one, many)}`;
}

/** The same for output that programs may read, too: `2124 values`. */
export function plural(count: number, one: string, many?: string): string {
    return `${count} ${nounFor(count, one, many)}`;
}

function nounFor(count: number, one: string, many = `${one}s`): string {
    return count === 1 ? one : many;
}
