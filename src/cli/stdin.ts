import { readSync } from "node:fs";

const PART = 64 * 1024;
const PAUSE_MS = 10;

/** All of standard input. Another program may have made its pipe non-blocking, as Node does: then there is a pause. */
export function readStdin(): string {
    const parts: Buffer[] = [];
    for (let part = readPart(); part.length > 0; part = readPart()) {
        parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
}

function readPart(): Buffer {
    const part = Buffer.alloc(PART);
    for (;;) {
        try {
            return part.subarray(0, readSync(0, part));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
                throw error;
            }
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
        }
    }
}
