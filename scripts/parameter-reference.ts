import { catalogue, families, type ParameterKey } from "../src/catalogue";
import { explain } from "../src/explain";
import { parameterRows, type Row } from "../src/parameter-rows";
import { wrap } from "./wrap";

interface Section {
    readonly title: string;
    readonly keys: readonly ParameterKey[];
}

const isRemoved = (key: ParameterKey) => catalogue[key].removed !== undefined;
const keys = Object.keys(catalogue) as ParameterKey[];

/** The catalogue's families without what kernels have no more, which comes last. */
const sections: readonly Section[] = [
    ...families.map(({ title, parameters }) => ({
        title,
        keys: (Object.keys(parameters) as ParameterKey[]).filter((key) => !isRemoved(key)),
    })),
    { title: "Removed: refused, and why", keys: keys.filter(isRemoved) },
];

/** The source of docs/parameters.md: all that `tcp-tuning explain` tells of each key, family by family. */
export function generateReference(): string {
    return [
        "<!-- Generated from src/catalogue by `npm run generate`: edit the catalogue instead. -->",
        "",
        "# Parameters",
        "",
        ...wrap(
            `The ${keys.length} keys of the catalogue. \`tcp-tuning explain KEY\` tells the same in a terminal, an editor on ` +
                "hover. Values are as a current kernel has them on an untouched host; the sources are files of the kernel, " +
                "6.17.13 unless said otherwise, and measurements. Any other key goes into `unlisted`.",
        ),
        "",
        ...sections.flatMap(contents),
        "",
        ...sections.flatMap(section),
    ].join("\n");
}

function contents({ title, keys }: Section): string[] {
    const links = keys.map((key) => `[\`${key}\`](#${anchorOf(key)})`);
    return [
        ...wrap(`- ${asMarkdown(title)}:`),
        ...links.map((link, index) => `  ${link}${index < links.length - 1 ? "," : ""}`),
    ];
}

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
    return heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-");
}

function section({ title, keys }: Section): string[] {
    return [`## ${asMarkdown(title)}`, "", ...keys.flatMap(entry)];
}

function entry(key: ParameterKey): string[] {
    const { parameter } = explain(key);
    const [effect, ...rows] = parameterRows(parameter!).filter(([, ...paragraphs]) => paragraphs.some(Boolean));
    const paragraphs = [effect!.slice(1).map(asMarkdown), rows.flatMap(items)];
    return [`### \`${key}\``, "", ...paragraphs.flatMap((lines) => [...lines.flatMap(wrap), ""])];
}

function items([title, ...paragraphs]: Row): string[] {
    const [only, ...others] = paragraphs.map(asMarkdown);
    return others.length === 0
        ? [`- **${title}**: ${only}`]
        : [`- **${title}**:`, ...[only, ...others].map((paragraph) => `  - ${paragraph}`)];
}

/** What is no code span must not become emphasis, a link or HTML. */
function asMarkdown(text: string): string {
    const spans = text.trim().split(/(`[^`]*`)/);
    return spans.map((span) => (span.startsWith("`") ? span : span.replace(/[*<>[\]\\]/g, "\\$&"))).join("");
}
