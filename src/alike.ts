/** Hosts that are alike in something, in the order of the first of each. */
export interface Alike<T> {
    readonly names: readonly string[];
    readonly what: T;
}

/** Groups hosts of which the same is to be said. */
export function groupAlike<T>(items: readonly (readonly [name: string, what: T])[]): Alike<T>[] {
    const groups = new Map<string, { names: string[]; what: T }>();
    for (const [name, what] of items) {
        const id = JSON.stringify(what);
        const group = groups.get(id) ?? { names: [], what };
        group.names.push(name);
        groups.set(id, group);
    }
    return [...groups.values()];
}

/** `web1`, `web1, web2`, and with more than `most` of them `web1, web2, … web50 (50 hosts)`. */
export function listNames(names: readonly string[], most = 4): string {
    return names.length <= most
        ? names.join(", ")
        : `${names[0]}, ${names[1]}, … ${names.at(-1)} (${names.length} hosts)`;
}
