import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** The descriptors of both ends. */
export interface Pipe {
    readonly reader: number;
    readonly writer: number;
}

/** Pipes such as Go gives its children. Node's own are sockets, which no child can open as `/dev/stderr`. */
export function openPipes<Name extends string>(...names: readonly Name[]): Record<Name, Pipe> {
    const folder = mkdtempSync(path.join(tmpdir(), "tcp-tuning-pipes-"));
    try {
        execFileSync("mkfifo", ["-m", "600", "--", ...names], { cwd: folder });
        return Object.fromEntries(names.map((name) => [name, open(path.join(folder, name))])) as Record<Name, Pipe>;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** Opening waits for the other end; the first reader does not, but keeps no process waiting for data, either. */
function open(name: string): Pipe {
    const first = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(name, constants.O_WRONLY);
    const reader = openSync(name, constants.O_RDONLY);
    closeSync(first);
    return { reader, writer };
}
