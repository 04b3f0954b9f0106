import { printable } from "./diagnostic";

/** Longer texts are cut: what a host says must not flood a page. */
const LONGEST = 300;

/** What means something in Markdown or HTML, also where it only begins a link or a mention that GitHub makes by itself. */
const marks = /[\\`*{}[\]<>#|~&$@]|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=\/\/)|(?<=www)\./gi;

/** Text in a line or a cell that shows as it is: each mark is a character reference, which is never Markdown or HTML. */
export function text(raw: string): string {
    return shortened(raw).replace(marks, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** The same as code; where it has a backtick or a pipe, for which cells know no code, as plain text. */
export function code(raw: string): string {
    const short = shortened(raw).trim();
    return short === "" || /[`|]/.test(short) ? text(short) : `\`${short}\``;
}

function shortened(raw: string): string {
    const short = raw.length > LONGEST ? `${raw.slice(0, LONGEST)}…` : raw;
    return printable(short);
}

export interface Column {
    readonly head: string;
    /** Numbers stand to the right. */
    readonly numbers?: boolean;
}

/** A table of GitHub's Markdown; the cells are Markdown already. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
    const rule = columns.map(({ numbers }) => (numbers ? "---:" : "---"));
    return [columns.map(({ head }) => head), rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
