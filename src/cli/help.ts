import { usageOf } from "./arguments";
import type { Command, Options } from "./command";

type Commands = Readonly<Record<string, Command>>;

/** Options that every command has. */
export const generalOptions: Options = { help: { help: "print this help" } };

export function generalHelp(commands: Commands): string {
    const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
    const options = [
        ["--help", "print this help, or that of a command"],
        ["--version", "print the version"],
    ] as const;
    return (
        "Usage: tcp-tuning COMMAND [options]\n\n" +
        "Checks, explains, imports, renders and observes Linux TCP parameters. Needs no Pulumi and changes no host.\n\n" +
        `Commands:\n${table(rows)}\n` +
        `Options:\n${table(options)}\n` +
        "tcp-tuning COMMAND --help tells more.\n"
    );
}

export function commandHelp(name: string, { usage, description, options }: Command): string {
    const rows = Object.entries({ ...options, ...generalOptions }).map(
        ([option, details]) =>
            [usageOf(option, details), details.help + (details.repeatable ? "; repeatable" : "")] as const,
    );
    return `Usage: tcp-tuning ${name} ${usage}\n\n${description}\n\nOptions:\n${table(rows)}`;
}

function table(rows: readonly (readonly [term: string, text: string])[]): string {
    const width = Math.max(...rows.map(([term]) => term.length));
    return rows.map(([term, text]) => `  ${term.padEnd(width)}  ${text}\n`).join("");
}
