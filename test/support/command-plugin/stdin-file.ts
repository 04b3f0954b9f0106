import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";

/**
 * Opens `text` for a child to read, from memory and without a name. From a pipe a child could not open it again as
 * `/dev/stdin`: node's pipes are sockets, and a named one waits for a writer that is gone.
 */
export function openStdin(text: string): number {
    const file = `/dev/shm/tcp-tuning-stdin-${randomUUID()}`;
    const writer = openSync(file, "wx", 0o600);
    try {
        const reader = openSync(file, "r");
        unlinkSync(file);
        writeFileSync(writer, text);
        return reader;
    } finally {
        closeSync(writer);
    }
}
