import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, type Interaction, type Parameter, type ParameterKey, parameterOf } from "../src/catalogue";
import { boundsInWords, moduleInWords, scopeInWords } from "../src/catalogue/words";
import { deviations, type ProfileName, profileNames, profiles, published } from "../src/profiles";
import type { PlainValue } from "../src/setting";
import { agentModule } from "./pack-agent";
import { runnerLicences, runnerModule } from "./pack-runner";
import { generateReference } from "./parameter-reference";
import { generateReportSchema } from "./report-schema";
import { wrap } from "./wrap";

/** Where the generated texts go, from the repository's root. */
export const TYPES_FILE = "src/generated/parameters.ts";
export const AGENT_FILE = "src/generated/agent.ts";
export const RUNNER_FILE = "src/generated/runner.ts";
export const LICENCES_FILE = "THIRD-PARTY-LICENSES.md";
export const REPORT_SCHEMA_FILE = "schema/report.schema.json";
export const REFERENCE_FILE = "docs/parameters.md";
export const README_FILE = "README.md";

const BEGIN = "<!-- parameters:begin -->";
const END = "<!-- parameters:end -->";

/** The source of the parameter types, with all that is known as hover text. */
export function generateTypes(): string {
    const keys = (Object.keys(catalogue) as ParameterKey[])
        .filter((key) => catalogue[key].removed === undefined)
        .sort();
    return [
        "// Generated from src/catalogue by `npm run generate`: edit the catalogue instead.",
        'import type { Bounded } from "../bound";',
        'import type { Fact } from "../fact";',
        "",
        "/** The value of each parameter: a number, or text as sysctl takes it; several numbers also as an array; a fact; or a bound. */",
        "export interface ParameterValues {",
        keys.map((key) => property(key, catalogue[key])).join("\n\n"),
        "}",
        "",
    ].join("\n");
}

function property(key: ParameterKey, parameter: Parameter): string {
    return [...hoverText(parameter), `readonly "${key}"?: ${valueType(parameter)};`]
        .map((line) => `    ${line}`)
        .join("\n");
}

function valueType({ kind }: Parameter): string {
    switch (kind) {
        case "pair":
            return "readonly [number, number] | string";
        case "triple":
            return bounded("readonly [number | Fact, number | Fact, number | Fact] | string");
        case "integer":
            return bounded("number | string | Fact");
        case "ports":
            return "readonly number[] | number | string";
        case "name":
            return "string";
        default:
            return "number | string";
    }
}

function bounded(plain: string): string {
    return `${plain} | Bounded<${plain}>`;
}

function hoverText(parameter: Parameter): readonly string[] {
    const { choices = {}, interactions, effect, risk, source } = parameter;
    const paragraphs = [
        [effect],
        Object.entries(choices).map(([value, meaning]) => `- \`${value}\`: ${meaning}`),
        [`Unit: ${parameter.unit}. ${boundsInWords(parameter)}`],
        [`Risk: ${risk}`],
        interactions.map(({ with: other, rule }: Interaction) => `- with \`${other}\`: ${rule}`),
        [
            `Linux ${parameter.introduced} or newer. ${scopeInWords(parameter.scope)} ${moduleInWords(parameter)}`.trimEnd(),
        ],
        [`Source: ${source.join("; ")}.`],
        [`@default ${parameter.default}`],
    ].filter((lines) => lines.length > 0);
    const lines = paragraphs.flatMap((paragraph, index) => [...(index > 0 ? [""] : []), ...paragraph.flatMap(wrap)]);
    return ["/**", ...lines.map((line) => ` * ${line.replaceAll("*/", "* /")}`.trimEnd()), " */"];
}

/** The table of the documented parameters: as published, in each profile, and why. */
export function generateTable(): string {
    const documented = [...published.map(({ key }) => key), ...deviations.map(({ key }) => key)];
    const ours = profileNames.flatMap((name) => Object.keys(profiles[name].values));
    const header = ["Parameter", "Published", ...profileNames.map((name) => `\`${name}\``), "Why"];
    const rows = [...new Set([...documented, ...ours])].map(tableRow);
    return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function tableRow(key: string): readonly string[] {
    const deviation = deviations.find((candidate) => candidate.key === key);
    const printed = [...new Set(published.filter((entry) => entry.key === key).map(({ value }) => value))];
    const why = deviation?.why ?? firstSentence(parameterOf(key)?.effect ?? "");
    return [
        `\`${key}\``,
        deviation?.published ?? (printed.join(", and ") || "–"),
        ...profileNames.map((name) => profileValue(name, key)),
        why,
    ].map((cell) => cell.replaceAll("|", "\\|"));
}

function profileValue(name: ProfileName, key: string): string {
    const value: PlainValue | undefined = profiles[name].values[key];
    return value === undefined ? "–" : Array.isArray(value) ? value.join(" ") : String(value);
}

function firstSentence(text: string): string {
    return text.split(/(?<=\.) (?=[A-Z])/)[0] ?? text;
}

/** A text with what stands between the two marks replaced; a text without the marks comes back as it is. */
export function replaceTable(text: string): string {
    const begin = text.indexOf(BEGIN);
    const end = text.indexOf(END);
    return begin < 0 || end < begin
        ? text
        : `${text.slice(0, begin + BEGIN.length)}\n${generateTable()}\n${text.slice(end)}`;
}

async function main(): Promise<void> {
    const root = join(__dirname, "..", "..");
    writeFileSync(join(root, TYPES_FILE), generateTypes());
    writeFileSync(join(root, AGENT_FILE), await agentModule(root));
    writeFileSync(join(root, RUNNER_FILE), await runnerModule(root));
    writeFileSync(join(root, LICENCES_FILE), await runnerLicences(root));
    writeFileSync(join(root, REPORT_SCHEMA_FILE), generateReportSchema(root));
    writeFileSync(join(root, REFERENCE_FILE), generateReference());
    const readme = join(root, README_FILE);
    if (existsSync(readme)) {
        writeFileSync(readme, replaceTable(readFileSync(readme, "utf8")));
    }
}

if (require.main === module) {
    void main();
}
