/** Text that Markdown leaves as it is, on one line; it mentions nobody, and opens no HTML. */
export function plain(text: string): string {
    return oneLine(text)
        .replace(/[\\`*[\]<>|#~&]|(?<!\w)_|_(?!\w)/g, (character) => `&#${character.charCodeAt(0)};`)
        .replace(/@/g, "@&#8203;")
        .replace(/(https?):\/\//g, "$1&#58;//");
}

/** Text as code, also in a cell of a table. */
export function code(text: string): string {
    const line = oneLine(text).replaceAll("|", "\\|");
    const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
    const fence = "`".repeat(longest + 1);
    return longest === 0 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

/** Lines as they are: a fence longer than any in them. */
export function block(lines: readonly string[]): string[] {
    const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
    const fence = "`".repeat(longest + 1);
    return [`${fence}text`, ...lines, fence];
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, " ").trim();
}

/**
 * As many lines as fit, each with a line break.
 *
 * @param room In UTF-16 code units.
 * @returns the lines, and how many were left out
 */
export function fitting(
    lines: readonly string[],
    room: number,
): { readonly lines: readonly string[]; readonly cut: number } {
    let length = 0;
    const end = lines.findIndex((line) => (length += line.length + 1) > room);
    return end < 0 ? { lines, cut: 0 } : { lines: lines.slice(0, end), cut: lines.length - end };
}
