import { quote } from "../diagnostic";
import type { TcpStates } from "../tcp-states";
import { readTcpStates, sortedStates } from "../tcp-states";
import type { Command } from "./command";
import { UsageError } from "./command";

/** `tcp-tuning states`: how many connections are in which TCP state. */
export const states: Command = {
    summary: "count this machine's TCP connections by state",
    usage: "[options]",
    description:
        "Counts what netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}' counts:\n" +
        "IPv4 and IPv6 connections of this network namespace, without listeners. Needs Linux.\n\n" +
        "Exit code: 0 counted, 2 the kernel's table of connections cannot be read.",
    options: { json: { help: "print one JSON document: {states, total}" } },
    run(args) {
        if (args.files.length > 0) {
            throw new UsageError(`states takes options only. Received: ${quote(args.files[0]!)}.`);
        }
        const sorted = sortedStates(readStates());
        if (args.has("json")) {
            const total = sorted.reduce((sum, [, count]) => sum + count, 0);
            return { exitCode: 0, stdout: `${JSON.stringify({ states: Object.fromEntries(sorted), total })}\n` };
        }
        const lines = sorted.map(([name, count]) => `${name} ${count}\n`).join("");
        return { exitCode: 0, stdout: lines || "no TCP connections\n" };
    },
};

function readStates(): TcpStates {
    try {
        return readTcpStates();
    } catch (error) {
        throw new UsageError(
            `The table of TCP connections cannot be read: ${(error as Error).message}. ` +
                (process.platform === "linux"
                    ? "Is /proc mounted, and may this user read /proc/net/tcp?"
                    : `This is ${process.platform}; run it on the Linux host itself.`),
        );
    }
}
