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
