import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";

/** Every change that the agent makes to a host goes through this. */
const STEP = 'step() { "$@"; }';

/** A request whose agent is another one in one place. */
export function rewritten(request: string, original: string, replacement: string): string {
    const [header = "", packed = "", ...rest] = request.split("\n");
    const program = gunzipSync(Buffer.from(packed, "base64")).toString();
    assert.ok(program.includes(original), `the agent has ${original}`);
    return [header, gzipSync(program.replace(original, () => replacement)).toString("base64"), ...rest].join("\n");
}

/** The request with an agent whose process group is killed at its `at`th change to the host; its guard goes on. */
export function killedAt(at: number, when: "before" | "after", request: string): string {
    const kill = "kill -KILL 0";
    const killing = when === "before" ? `${kill}; "$@"` : `"$@"; ${kill}`;
    return rewritten(request, STEP,
        `n=0; step() { n=$((n+1)); if [ "$verb" != guard ] && [ $n = ${at} ]; then ${killing}; else "$@"; fi; }`);
}
