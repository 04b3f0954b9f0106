import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Interruption, onInterruption } from "../demo/interruption";
import { UsageError } from "../src/cli/command";
import { hostsUnavailable } from "../test/support/hosts";
import { bench, type Plan } from "./bench";
import { type BenchOptions, readOptions, usage } from "./options";
import { type PeerName, peerNames, peerOf } from "./peers";
import { plotResults } from "./plot";
import { tellResults } from "./tables";

/** What `npm run bench` runs after the build. */

const OWN_FOLDER = resolve(__dirname, "../../bench");

async function main(words: readonly string[]): Promise<number> {
    const options = readOptions(words);
    if (options.help) {
        process.stdout.write(usage());
        return 0;
    }
    const unavailable = hostsUnavailable();
    if (unavailable !== undefined) {
        process.stderr.write(`The benchmark cannot run here. ${unavailable}\n`);
        return 1;
    }
    const peers = await choosePeers(options);
    return perform({ ...options, peers }, resolve(options.output ?? OWN_FOLDER));
}

/**
 * Those that were asked for, or else the usual ones that can run here.
 *
 * @throws Error when one that was asked for cannot
 */
async function choosePeers({ peers: wanted }: BenchOptions): Promise<PeerName[]> {
    const chosen: PeerName[] = [];
    for (const name of wanted ?? peerNames.filter((each) => peerOf(each).usual)) {
        const reason = await peerOf(name).unavailable?.();
        if (reason === undefined) {
            chosen.push(name);
        } else if (wanted === undefined) {
            say(`Without ${name}. ${reason}`);
        } else {
            throw new Error(`${name} cannot run here. ${reason}`);
        }
    }
    return chosen;
}

async function perform(plan: Plan, output: string): Promise<number> {
    const interruption = new AbortController();
    const { signal } = interruption;
    onInterruption((reason) => {
        say("Interrupted: hosts and files are being removed.");
        interruption.abort(reason);
    });
    try {
        mkdirSync(output, { recursive: true });
        const results = await bench(plan, { say, signal });
        say(`\n${tellResults(results)}\n`);
        for (const [name, text] of [
            ["results.json", `${JSON.stringify(results, null, 2)}\n`],
            ["results.svg", plotResults(results)],
        ] as const) {
            writeFileSync(join(output, name), text);
            say(`Written: ${join(output, name)}`);
        }
        return 0;
    } catch (error) {
        if (signal.reason instanceof Interruption) {
            return signal.reason.exitCode;
        }
        throw error;
    }
}

function say(line: string): void {
    process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: Error) => {
        const isUsage = error instanceof UsageError;
        process.stderr.write(isUsage ? `${error.message}\n\n${usage()}` : `The benchmark failed. ${error.message}\n`);
        process.exit(isUsage ? 2 : 1);
    },
);
