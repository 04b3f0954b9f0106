import { parseArgs } from "node:util";
import { quote } from "../diagnostic";
import { suggest } from "../suggest";
import type { Arguments, Option, Options } from "./command";
import { UsageError } from "./command";

/**
 * Reads the arguments of a command.
 *
 * @throws UsageError for options that it does not have, and for values missing or too many
 */
export function readArguments(words: readonly string[], options: Options): Arguments {
    const types = Object.entries(options).map(([name, { value }]) => [
        name,
        { type: value === undefined ? "boolean" : "string" } as const,
    ]);
    // Not strict: node's own messages know neither what was meant nor what to write.
    const { tokens } = parseArgs({ args: [...words], options: Object.fromEntries(types), strict: false, tokens: true });
    const values = new Map<string, string[]>();
    for (const token of tokens) {
        if (token.kind === "option") {
            const given = values.get(token.name) ?? [];
            checkOption(token, options, given.length);
            values.set(token.name, [...given, token.value ?? ""]);
        }
    }
    return {
        files: tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : [])),
        has: (option) => values.has(option),
        text: (option) => values.get(option)?.[0],
        texts: (option) => values.get(option) ?? [],
    };
}

interface OptionToken {
    readonly name: string;
    readonly rawName: string;
    readonly value?: string;
    readonly inlineValue?: boolean;
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, options: Options, givenBefore: number): void {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined || rawName !== `--${name}`) {
        throw new UsageError(`There is no option ${quote(rawName)}. ${adviceFor(name, options)}`);
    }
    if (option.value === undefined && value !== undefined) {
        throw new UsageError(`${rawName} takes no value. Received: ${quote(value)}.`);
    }
    if (option.value !== undefined && (!value || (!inlineValue && /^-./.test(value)))) {
        throw new UsageError(`${rawName} needs a value: ${usageOf(name, option)}.`);
    }
    if (givenBefore > 0 && !option.repeatable) {
        throw new UsageError(`${rawName} is given twice. Keep one.`);
    }
}

/** An option as one writes it: `--memory SIZE`. */
export function usageOf(name: string, { value }: Option): string {
    return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function adviceFor(name: string, options: Options): string {
    const [meant] = suggest(name, Object.keys(options));
    return meant !== undefined
        ? `Did you mean --${meant}?`
        : `Known are ${Object.keys(options)
              .map((known) => `--${known}`)
              .join(", ")}.`;
}
