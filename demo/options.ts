import { readArguments, usageOf } from "../src/cli/arguments";
import { type Options, UsageError } from "../src/cli/command";
import { quote } from "../src/diagnostic";

export interface DemoOptions {
    /** How many test hosts. @default 3 */
    readonly hosts: number;
    /** Stop before the hosts are given back, so that one can look around. @default false */
    readonly keep: boolean;
    /** Everything that the engine writes, as it writes it. @default false */
    readonly verbose: boolean;
    readonly help: boolean;
}

const DEFAULT_HOSTS = 3;
const MOST_HOSTS = 50;

const options: Options = {
    hosts: { value: "N", help: `how many test hosts, 1 to ${MOST_HOSTS}; ${DEFAULT_HOSTS} unless given` },
    keep: { help: "leave hosts and stack running before the last step, and say how to get in" },
    verbose: { help: "show everything that the Pulumi engine writes" },
    help: { help: "print this help" },
};

/** @throws UsageError for anything that is not an option of the demo */
export function readOptions(words: readonly string[]): DemoOptions {
    const args = readArguments(words, options);
    const [stray] = args.files;
    if (stray !== undefined) {
        throw new UsageError(`The demo takes options only. Received: ${quote(stray)}.`);
    }
    return {
        hosts: readCount(args.text("hosts")),
        keep: args.has("keep"),
        verbose: args.has("verbose"),
        help: args.has("help"),
    };
}

function readCount(text = String(DEFAULT_HOSTS)): number {
    const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > MOST_HOSTS) {
        throw new UsageError(`--hosts takes a whole number from 1 to ${MOST_HOSTS}. Received: ${quote(text)}.`);
    }
    return count;
}

export function usage(): string {
    const terms = Object.entries(options).map(([name, option]) => [usageOf(name, option), option.help] as const);
    const width = Math.max(...terms.map(([term]) => term.length));
    const lines = terms.map(([term, help]) => `  ${term.padEnd(width)}  ${help}\n`).join("");
    return (
        "Usage: npm run demo -- [options]\n\n" +
        "Tunes Linux test hosts on this machine with the real Pulumi engine, puts them under load, verifies them,\n" +
        `and gives everything back. Needs root on Linux.\n\nOptions:\n${lines}\n` +
        "Exit code: 0 everything that was claimed was checked and is true, 1 something is not, 2 wrong options.\n"
    );
}
