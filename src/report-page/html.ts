import { printable } from "../diagnostic";

/** HTML that is well-formed and safe: only {@link html} and {@link trusted} make it. */
class Html {
    constructor(readonly text: string) {}
}

export type { Html };

/** What may stand in a template: text is escaped, a list is joined, and what is false or undefined leaves nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[];

/** A template of HTML: whatever is put in is escaped, unless it is HTML already. Attributes need their quotes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
    return new Html(parts.map((part, index) => part + textOf(contents[index])).join(""));
}

/** Text of this program's own, such as its style sheet. */
export function trusted(text: string): Html {
    return new Html(text);
}

const references: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
};

function textOf(content: Content): string {
    if (content instanceof Html) {
        return content.text;
    }
    if (typeof content === "object") {
        return content.map(textOf).join("");
    }
    return content === undefined || content === false
        ? ""
        : printable(String(content)).replace(/[&<>"']/g, (mark) => references[mark]!);
}
