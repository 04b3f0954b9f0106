const WIDTH = 112;

/** In Markdown they would begin a list, a quotation or a heading, were they first in a line. */
const MARK = /^([-+>]|#+|\d+[.)])$/;

/** Breaks a line between words; what follows a list mark is indented under it. */
export function wrap(text: string): readonly string[] {
    const mark = /^ *(?:- )?/.exec(text)?.[0] ?? "";
    const [first = "", ...words] = text.slice(mark.length).split(" ");
    const lines: string[] = [];
    let line = mark + first;
    for (const word of words) {
        if (line.length + 1 + word.length > WIDTH && !MARK.test(word)) {
            lines.push(line);
            line = " ".repeat(mark.length) + word;
        } else {
            line = `${line} ${word}`;
        }
    }
    return [...lines, line];
}
