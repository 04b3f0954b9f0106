/** One line of a changed file: kept (` `), removed (`-`) or added (`+`). */
export interface DiffLine {
    readonly sign: " " | "-" | "+";
    /** Counted from 1: in the new file, for a removed line in the old one. */
    readonly number: number;
    readonly text: string;
}

const CONTEXT = 2;

/** What one edit changed, with the two lines above it. The lines between the first and the last change count as one. */
export function lineDiff(before: string, after: string): DiffLine[] {
    const [old, now] = [linesOf(before), linesOf(after)];
    const head = countEqual(old, now);
    const tail = countEqual(old.slice(head).reverse(), now.slice(head).reverse());
    const [removed, added] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
    if (removed.length === 0 && added.length === 0) {
        return [];
    }
    const context = Math.max(0, head - CONTEXT);
    return [
        ...numbered(" ", now.slice(context, head), context),
        ...numbered("-", removed, head),
        ...numbered("+", added, head),
    ];
}

function linesOf(text: string): string[] {
    return text.replace(/\n$/, "").split("\n");
}

function countEqual(a: readonly string[], b: readonly string[]): number {
    const different = a.findIndex((line, index) => line !== b[index]);
    return different < 0 ? Math.min(a.length, b.length) : different;
}

function numbered(sign: DiffLine["sign"], lines: readonly string[], skipped: number): DiffLine[] {
    return lines.map((text, index) => ({ sign, number: skipped + index + 1, text }));
}
