export function seconds(milliseconds: number): string {
    return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Breaks a paragraph at blanks; a word longer than the line stays whole. */
export function wrap(text: string, width: number): string[] {
    const lines = [""];
    for (const word of text.trim().split(/\s+/)) {
        const line = lines.at(-1) ?? "";
        if (line !== "" && line.length + 1 + word.length > width) {
            lines.push(word);
        } else {
            lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
        }
    }
    return lines;
}

/** The first lines and the last, with a line of its own for those left out. */
export function elide(lines: readonly string[], first: number, last: number): string[] {
    const left = lines.length - first - last;
    return left <= 1 ? [...lines] : [...lines.slice(0, first), `… ${left} more lines`, ...lines.slice(-last)];
}
