import { UsageError } from "../src/cli/command";
import { hostsUnavailable } from "../test/support/hosts/unavailable";
import { endEngine, Interruption, onInterruption } from "./interruption";
import { type DemoOptions, readOptions, usage } from "./options";
import { Page, standardOutput } from "./page";

/** What `npm run demo` runs after the build. */

const OLDEST_NODE = 22;

async function main(words: readonly string[]): Promise<number> {
    const options = readOptions(words);
    if (options.help) {
        process.stdout.write(usage());
        return 0;
    }
    const unavailable = nodeTooOld() ?? hostsUnavailable();
    if (unavailable !== undefined) {
        process.stderr.write(`The demo cannot run here. ${unavailable}\n\n${WITHOUT_HOSTS}`);
        return 1;
    }
    return perform(options);
}

const WITHOUT_HOSTS = `What works everywhere, with no host and no Pulumi:
   npx tcp-tuning check FILE                       finds what is wrong in a sysctl.conf or a drop-in
   npx tcp-tuning render --profile high-traffic    prints the drop-in of a profile
`;

function nodeTooOld(): string | undefined {
    const { node } = process.versions;
    return Number(node.split(".")[0]) >= OLDEST_NODE
        ? undefined
        : `It needs Node ${OLDEST_NODE} or newer; this is ${node}. After "npm ci", "npm run demo" uses a newer one.`;
}

async function perform(options: DemoOptions): Promise<number> {
    const page = new Page(standardOutput());
    const interruption = new AbortController();
    const { signal } = interruption;
    let ended = Promise.resolve();
    onInterruption((reason) => {
        page.write("\nInterrupted: hosts, stack and inventory are being removed.\n");
        page.quiet = true;
        interruption.abort(reason);
        ended = endEngine();
    });
    try {
        // Loaded late: an older node cannot even load what the engine needs.
        const { tellStory } = await import("./story.js");
        return (await tellStory(options, page, signal)) ? 0 : 1;
    } catch (error) {
        await ended;
        if (signal.reason instanceof Interruption) {
            return signal.reason.exitCode;
        }
        throw error;
    }
}

main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: Error) => {
        const isUsage = error instanceof UsageError;
        process.stderr.write(isUsage ? `${error.message}\n\n${usage()}` : `\nThe demo ended early: ${error.message}\n`);
        process.exit(isUsage ? 2 : 1);
    },
);
