const GAP = "   ";

/** Columns as wide as their widest cell; numbers stand to the right. No blanks at the end of a line. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const layouts = Array.from({ length: columns }, (_, column) => layoutOf(rows, column));
    return rows.map((row) =>
        row
            .map((cell, column) => pad(cell, layouts[column]))
            .join(GAP)
            .trimEnd(),
    );
}

interface Layout {
    readonly width: number;
    readonly toTheRight: boolean;
}

function layoutOf(rows: readonly (readonly string[])[], column: number): Layout {
    const [head = "", ...cells] = rows.map((row) => row[column] ?? "");
    const toTheRight = cells.length > 0 && cells.every((cell) => /^[\d,]+$/.test(cell));
    return { width: Math.max(head.length, ...cells.map((cell) => cell.length)), toTheRight };
}

function pad(cell: string, { width, toTheRight }: Layout = { width: 0, toTheRight: false }): string {
    return toTheRight ? cell.padStart(width) : cell.padEnd(width);
}

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

/** `web1`, `web1, web2`, `web1, web2, … web50 (50 hosts)`. */
export function listNames(names: readonly string[]): string {
    return names.length <= 4 ? names.join(", ") : `${names[0]}, ${names[1]}, … ${names.at(-1)} (${names.length} hosts)`;
}
