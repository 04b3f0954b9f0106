import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";

/** Every change that the agent makes to a host goes through this, so a new one cannot escape these tests. */
const STEP = 'step() { "$@"; }';

/** A request whose agent is another one in one place. */
export function rewritten(request: string, original: string, replacement: string): string {
    const [header = "", packed = "", ...rest] = request.split("\n");
    const program = gunzipSync(Buffer.from(packed, "base64")).toString();
    assert.ok(program.includes(original), `the agent has ${original}`);
    return [header, gzipSync(program.replace(original, () => replacement)).toString("base64"), ...rest].join("\n");
}

/** The request with an agent that does something to itself at its `at`th change to the host; its guard does not. */
export function interruptedAt(at: number, when: "before" | "after", action: string, request: string): string {
    const interrupted = when === "before" ? `${action}; "$@"` : `"$@"; c=$?; ${action}; return $c`;
    return rewritten(
        request,
        STEP,
        `n=0; step() { n=$((n+1)); if [ "$verb" != guard ] && [ $n = ${at} ]; then ${interrupted}; else "$@"; fi; }`,
    );
}

/** The request with an agent whose process group is killed. */
export function killedAt(at: number, when: "before" | "after", request: string): string {
    return interruptedAt(at, when, "kill -KILL 0", request);
}

/** Kills the SSH server's process of this very session, the nearest one above the agent; the second time there is none. */
const CUT =
    'p=$$; while [ "$p" -gt 1 ]; do case $(cat /proc/$p/comm) in sshd*) kill -KILL $p; break ;; esac; ' +
    'p=$(sed "s/.*) //" /proc/$p/stat | cut -d" " -f2); done';

/** The request with an agent whose connection is cut. */
export function cutAt(at: number, when: "before" | "after", request: string): string {
    return interruptedAt(at, when, CUT, request);
}
