import { describeDiagnostic } from "../diagnostic";
import { type Explanation, explain as explainOne, type RuleExplanation } from "../explain";
import { parameterRows, type Row } from "../parameter-rows";
import type { Command } from "./command";
import { UsageError } from "./command";

/** `tcp-tuning explain`: what is known of keys and rules. */
export const explain: Command = {
    summary: "tell what a key does and takes, or what a rule checks",
    usage: "[options] KEY…",
    description:
        "Tells of each key its value, default, kernels, effect and risk, what it goes with, the rules and\n" +
        "profiles that name it, and the source of all that; of a rule (TW-CAP-LOW) what it checks and\n" +
        "whether it can be accepted. Keys are written with dots or slashes.\n\n" +
        "Exit code: 0 all explained, 1 a key is unknown, was removed or is outside the catalogue, 2 wrong usage.",
    options: { json: { help: "print one JSON document: {explanations}" } },
    run(args) {
        if (args.files.length === 0) {
            throw new UsageError("No key is named. Write for example: tcp-tuning explain net.ipv4.tcp_rmem");
        }
        const explanations = args.files.map(explainOne);
        const exitCode = explanations.some(({ problem }) => problem !== undefined) ? 1 : 0;
        return { exitCode, stdout: args.has("json") ? asJson(explanations) : explanations.map(format).join("\n") };
    },
};

/** Some bounds are beyond what a JSON number holds: those are text. */
function asJson(explanations: readonly Explanation[]): string {
    const text = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    return `${JSON.stringify({ explanations }, text, 2)}\n`;
}

function format({ parameter, rule, problem }: Explanation): string {
    return [
        problem && `${describeDiagnostic(problem).trimStart()}\n`,
        parameter && `${parameter.key}\n${rowsOf(parameterRows(parameter))}`,
        rule && `${rule.id}\n${rowsOf(ruleRows(rule))}`,
    ]
        .filter((part) => part !== undefined)
        .join("");
}

function ruleRows({ severity, lesser, title, acceptable, keys, where }: RuleExplanation): readonly Row[] {
    return [
        ["checks", title],
        ["severity", lesser === undefined ? severity : `${severity}; lesser cases are a ${lesser}`],
        [
            "accept",
            !acceptable
                ? `no: it is ${severity === "note" ? "a note" : "an error"}`
                : lesser === undefined
                  ? "yes, with a reason"
                  : "its warnings, with a reason",
        ],
        ["keys", keys.join(", ") || (where === undefined ? "any" : "")],
        ["where", where ?? ""],
    ];
}

const WIDTH = 110;

/** A title, and its paragraphs beside it; a row without any is left out. */
function rowsOf(rows: readonly Row[]): string {
    const used = rows.filter(([, ...paragraphs]) => paragraphs.some((paragraph) => paragraph !== ""));
    const indent = Math.max(...used.map(([title]) => title.length)) + 4;
    return used
        .map(([title, ...paragraphs]) => {
            const lines = paragraphs.flatMap((paragraph) => wrap(paragraph, WIDTH - indent));
            const [first, ...others] = lines;
            return [`  ${title}`.padEnd(indent) + first, ...others.map((line) => " ".repeat(indent) + line), ""].join(
                "\n",
            );
        })
        .join("");
}

/** Breaks a text between words; lines after the first are indented. */
function wrap(text: string, width: number): string[] {
    const lines: string[] = [];
    for (const word of text.trim().split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(last === undefined ? word : `  ${word}`);
        }
    }
    return lines;
}
