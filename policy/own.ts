import { interpreter } from "../src/rollout/launcher";

const WAITS = String.raw`(?:timeout \d+ sh -c 'until [^']*';)?`;
const AGENT = String.raw`timeout \d+ sh -c 'r=\$\(cat\);[^']*' tcp-tuning (?:apply|verify)(?: anew)?`;
const LAUNCHER = new RegExp(String.raw`^${WAITS}${AGENT}(?: # drift \w+)?$`);

/** How a request begins. */
const REQUEST = "tcp-tuning 1 ";

/** A command's inputs, as far as they are known. */
export interface CommandInputs {
    readonly create?: unknown;
    readonly interpreter?: unknown;
}

/** Whether a command starts this package's agent, or rolls a fleet out: then its stdin is a request. */
export function isOwnCommand(inputs: CommandInputs): boolean {
    if (Array.isArray(inputs.interpreter) && inputs.interpreter.join("\n") === interpreter.join("\n")) {
        return true;
    }
    const { create } = inputs;
    return typeof create === "string" && LAUNCHER.test(create);
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
