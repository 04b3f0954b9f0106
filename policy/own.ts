const WAITS = String.raw`(?:timeout \d+ sh -c 'until [^']*';)?`;
const AGENT = String.raw`timeout \d+ sh -c 'r=\$\(cat\);[^']*' tcp-tuning (?:apply|verify|restore)(?: anew)?`;
const LAUNCHER = new RegExp(String.raw`^${WAITS}${AGENT}(?: # drift \w+)?$`);

/** Whether a command starts this package's agent: then its stdin is a request. */
export function isOwnCommand(create: unknown): boolean {
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
        isRequest = isCall(line) && lines[index + 1]?.startsWith("tcp-tuning 1 ") === true;
        return line;
    });
}

function isCall(line: string): boolean {
    return line.includes("<<'=request'") && line.includes(" tcp-tuning ");
}
