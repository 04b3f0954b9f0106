import { interpreter } from "../src/rollout/launcher";

const WAITS = String.raw`(?:timeout \d+ sh -c 'until [^']*';)?`;
const AGENT = String.raw`timeout \d+ sh -c 'r=\$\(cat\);[^']*' tcp-tuning (?:apply|verify|restore)(?: anew)?`;
const LAUNCHER = new RegExp(String.raw`^${WAITS}${AGENT}(?: # drift \w+)?$`);

/** How a request begins. */
const REQUEST = "tcp-tuning 1 ";

/** A command's inputs, as far as they are known. */
export interface CommandInputs {
    readonly create?: unknown;
    readonly delete?: unknown;
    readonly interpreter?: unknown;
    readonly stdin?: unknown;
}

/**
 * Whether a command starts this package's agent, or rolls a fleet out: then its stdin is a request. What only restores a
 * host of a fleet has no `create`; what leaves it tuned nothing but the request.
 */
export function isOwnCommand(inputs: CommandInputs): boolean {
    if (Array.isArray(inputs.interpreter) && inputs.interpreter.join("\n") === interpreter.join("\n")) {
        return true;
    }
    // One after the other: one that is not known yet throws when it is read.
    const script = inputs.create ?? inputs.delete;
    return typeof script === "string"
        ? LAUNCHER.test(script)
        : script === undefined && typeof inputs.stdin === "string" && inputs.stdin.startsWith(REQUEST);
}

/** A script without the requests that it hands to the agent, which are data; its lines keep their numbers. */
export function withoutRequests(lines: readonly string[]): readonly string[] {
    let isRequest = false;
    return lines.map((line, index) => {
        if (isRequest) {
            isRequest = line !== "=request";
            return "";
        }
        isRequest = isCall(line) && lines[index + 1]?.startsWith(REQUEST) === true;
        return line;
    });
}

function isCall(line: string): boolean {
    return line.includes("<<'=request'") && line.includes(" tcp-tuning ");
}
