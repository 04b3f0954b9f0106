import { styleText } from "node:util";
import { seconds, wrap } from "./text";

/** Where the demo writes. */
export interface Paper {
    write(text: string): void;
    readonly colour: boolean;
    /** In characters. */
    readonly width: number;
}

type Style = Parameters<typeof styleText>[0];

const INDENT = "   ";
/** Of a claim that does not hold, that much of the evidence is shown. */
const MOST_EVIDENCE = 10;

/** What the demo says: headings, lines, and claims, which are counted. Plain lines, one after the other. */
export class Page {
    /** How many claims were checked. */
    claims = 0;
    /** Those that did not hold. */
    readonly refuted: string[] = [];
    /** While it is, nothing is written: what was under way has lost its meaning. */
    quiet = false;
    /** What was written last, which decides where a blank line belongs. */
    private last: "gap" | "text" | "claim" = "gap";

    constructor(private readonly paper: Paper) {}

    /** A part with its heading and its duration. */
    async step<T>(title: string, work: () => Promise<T>): Promise<T> {
        const started = Date.now();
        this.write(`\n${this.styled("bold", title)}\n`);
        this.last = "gap";
        const result = await work();
        this.line(seconds(Date.now() - started), "dim");
        return result;
    }

    /** A line as it is. */
    line(text: string, style?: Style): void {
        this.write(`${INDENT}${style === undefined ? text : this.styled(style, text)}\n`);
        this.last = "text";
    }

    /** A blank line, where none is yet. */
    gap(): void {
        if (this.last !== "gap") {
            this.write("\n");
            this.last = "gap";
        }
    }

    lines(texts: readonly string[], style?: Style): void {
        texts.forEach((text) => this.line(text, style));
    }

    /** Text of any length, broken to the page's width. */
    paragraph(text: string, style?: Style): void {
        this.lines(wrap(text, this.paper.width - INDENT.length), style);
    }

    /** A command as one would type it. */
    command(text: string): void {
        this.gap();
        this.line(`$ ${text}`, "cyan");
    }

    /** Says something that was checked, and whether it is so; if not, what was found instead. */
    claim(text: string, holds: boolean, evidence: readonly string[] = []): void {
        this.claims++;
        if (this.last !== "claim") {
            this.gap();
        }
        this.marked(holds ? this.styled("green", "✓") : this.styled("red", "✗"), text);
        if (!holds) {
            this.refuted.push(text);
            const shown = evidence.slice(0, MOST_EVIDENCE);
            shown.forEach((each) => this.marked(" ", each));
            if (evidence.length > shown.length) {
                this.marked(" ", `… and ${evidence.length - shown.length} more`);
            }
        }
        this.last = "claim";
    }

    /** Text as it is, at the very left. */
    write(text: string): void {
        if (!this.quiet) {
            this.paper.write(text);
        }
    }

    private marked(mark: string, text: string): void {
        const [first = "", ...more] = wrap(text, this.paper.width - INDENT.length - 2);
        this.line(`${mark} ${first}`);
        more.forEach((line) => this.line(`  ${line}`));
    }

    private styled(style: Style, text: string): string {
        return this.paper.colour ? styleText(style, text, { validateStream: false }) : text;
    }
}

const WIDEST = 110;
const NARROWEST = 60;

/** Standard output: colour only where a terminal shows it, and nobody asked for none. */
export function standardOutput(): Paper {
    const { isTTY, columns } = process.stdout;
    return {
        write: (text) => void process.stdout.write(text),
        colour: isTTY === true && !process.env["NO_COLOR"],
        width: Math.max(NARROWEST, Math.min(columns || WIDEST, WIDEST)),
    };
}
