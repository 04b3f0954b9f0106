/** 12345 as `12,345`. */
export function thousands(count: number): string {
    return count.toLocaleString("en-US");
}

/** `1 value`, `2,124 values`; `many` where an s is not enough. */
export function counted(count: number, one: string, many = `${one}s`): string {
    return `${thousands(count)} ${count === 1 ? one : many}`;
}
