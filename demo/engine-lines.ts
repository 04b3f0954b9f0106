/** After that many rows that are not shown, one line says that it goes on. */
const PROGRESS = 25;

/**
 * Makes few lines of what the engine writes: each resource once, when it is done, and the totals. It takes the text in
 * pieces, as it comes, so that one can watch.
 */
export class EngineLines {
    private rest = "";
    private shown = 0;
    private hidden = 0;
    private readonly totals: string[] = [];
    private inTotals = false;

    constructor(
        private readonly show: (line: string) => void,
        private readonly most = 9,
    ) {}

    write(piece: string): void {
        const lines = (this.rest + piece).split("\n");
        this.rest = lines.pop() ?? "";
        lines.forEach((line) => this.take(line));
    }

    /** After the last piece. */
    end(): void {
        this.take(this.rest);
        if (this.hidden > 0) {
            this.show(`… ${this.hidden} more like these in all`);
        }
        if (this.totals.length > 0) {
            this.show(`Resources: ${this.totals.join(", ")}`);
        }
    }

    private take(line: string): void {
        this.inTotals = line === "Resources:" || (this.inTotals && line.startsWith("    "));
        if (this.inTotals && line.startsWith("    ")) {
            this.totals.push(line.trim());
        }
        const row = describeRow(line);
        if (row !== undefined && (this.shown < this.most || row.failed)) {
            this.shown++;
            this.show(row.text);
        } else if (row !== undefined && ++this.hidden % PROGRESS === 0) {
            this.show(`… ${this.hidden} more`);
        }
    }
}

/** ` +  command:remote:Command web1-apply created (0.49s) ` is `+ Command web1-apply created (0.49s)`. */
function describeRow(line: string): { text: string; failed: boolean } | undefined {
    const [, sign, type = "", name, what = ""] = /^ ([+~-]+) +(\S+) (\S+) (.*)$/.exec(line) ?? [];
    const failed = what.includes("failed**");
    if (type === "pulumi:pulumi:Stack" || (!failed && !/^(creat|updat|delet|replac)ed? /.test(`${what} `))) {
        return undefined;
    }
    const outcome = failed ? "failed" : what.replace(/ *\[diff:.*$/, "").trim();
    return { text: `${sign} ${type.split(":").at(-1)} ${name} ${outcome}`, failed };
}

/** Of `pulumi preview --diff`: the values that change, and how. */
export function valueDiffs(text: string): string[] {
    return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => /^[~+-] [\w./-]+ *: (".*"|\d+)/.test(line));
}
