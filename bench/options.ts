import { readArguments, usageOf } from "../src/cli/arguments";
import { type Arguments, type Options, UsageError } from "../src/cli/command";
import { quote } from "../src/diagnostic";
import { suggest } from "../src/suggest";
import { MOST_HOSTS } from "../test/support/hosts";
import { MOST_KEYS } from "./parameters";
import { type PeerName, peerNames, peerOf } from "./peers";

export interface BenchOptions {
    /** Numbers of hosts, ascending. */
    readonly hosts: readonly number[];
    readonly keys: number;
    /** How often everything is measured. */
    readonly runs: number;
    /** @default those that are usual and can run here */
    readonly peers?: readonly PeerName[];
    /** The folder of the results. @default bench/ of this repository */
    readonly output?: string;
    readonly help: boolean;
}

const DEFAULTS = { hosts: "1,10,40", keys: "16", runs: "3" } as const;
const MOST_RUNS = 100;

const options: Options = {
    hosts: { value: "N,…", help: `numbers of test hosts, each 1 to ${MOST_HOSTS}; ${DEFAULTS.hosts} unless given` },
    keys: { value: "N", help: `how many parameters, 1 to ${MOST_KEYS}; ${DEFAULTS.keys} unless given` },
    runs: { value: "N", help: `how often everything is measured, 1 to ${MOST_RUNS}; ${DEFAULTS.runs} unless given` },
    peers: { value: "NAME,…", help: "what is measured; those with a * that can run here unless given" },
    output: { value: "FOLDER", help: "where results.json and results.svg go; bench/ unless given" },
    help: { help: "print this help" },
};

/** @throws UsageError for anything that is not an option of the benchmark */
export function readOptions(words: readonly string[]): BenchOptions {
    const args = readArguments(words, options);
    const [stray] = args.files;
    if (stray !== undefined) {
        throw new UsageError(`The benchmark takes options only. Received: ${quote(stray)}.`);
    }
    return {
        hosts: readList(args, "hosts", (word) => readNumber("hosts", word, MOST_HOSTS)).sort((a, b) => a - b),
        keys: readNumber("keys", args.text("keys") ?? DEFAULTS.keys, MOST_KEYS),
        runs: readNumber("runs", args.text("runs") ?? DEFAULTS.runs, MOST_RUNS),
        ...(args.has("peers") && { peers: readList(args, "peers", readPeer) }),
        ...(args.has("output") && { output: args.text("output") }),
        help: args.has("help"),
    };
}

function readList<T>(args: Arguments, option: "hosts" | "peers", read: (word: string) => T): T[] {
    const text = args.text(option) ?? DEFAULTS.hosts;
    const list = text.split(",").map((word) => read(word.trim()));
    if (new Set(list).size < list.length) {
        throw new UsageError(`--${option} names one twice. Received: ${quote(text)}.`);
    }
    return list;
}

function readNumber(option: string, word: string, most: number): number {
    const number = /^\d{1,4}$/.test(word) ? Number(word) : 0;
    if (number < 1 || number > most) {
        throw new UsageError(`--${option} takes whole numbers from 1 to ${most}. Received: ${quote(word)}.`);
    }
    return number;
}

function readPeer(word: string): PeerName {
    const name = peerNames.find((each) => each === word);
    if (name === undefined) {
        const [meant] = suggest(word, peerNames);
        const advice = meant === undefined ? `Known are ${peerNames.join(", ")}` : `Did you mean ${meant}?`;
        throw new UsageError(`--peers: there is no peer ${quote(word)}. ${advice}`);
    }
    return name;
}

export function usage(): string {
    const terms = Object.entries(options).map(([name, option]) => [usageOf(name, option), option.help] as const);
    const about = peerNames.map((name) => {
        const peer = peerOf(name);
        return [`${name}${peer.usual ? " *" : ""}`, peer.about] as const;
    });
    return (
        "Usage: npm run bench -- [options]\n\n" +
        "Brings the same values to Linux test hosts on this machine in several ways, side by side, and measures how\n" +
        "long each takes. Needs root on Linux.\n\n" +
        `Options:\n${list(terms)}\nPeers:\n${list(about)}\n` +
        "Exit code: 0 every run left all hosts as wanted, 1 one did not or failed, 2 wrong options.\n"
    );
}

function list(terms: readonly (readonly [term: string, help: string])[]): string {
    const width = Math.max(...terms.map(([term]) => term.length));
    return terms.map(([term, help]) => `  ${term.padEnd(width)}  ${help}\n`).join("");
}
