import { createHash } from "node:crypto";

/*
 * The key that a host must show, on one line: its type, and the key in base64 or the hash of it as `ssh-keygen -l` shows it.
 */

const HASH = "SHA256:";

/** The type of a key, for the algorithms that are offered. */
export function typeOfHostKey(known: string): string {
    return partsOf(known)[0];
}

/** Whether `key`, which a host shows, is the one that is known. */
export function isHostKey(key: Buffer, known: string): boolean {
    const [, text] = partsOf(known);
    return text.startsWith(HASH) ? text === hashOf(key) : key.equals(Buffer.from(text, "base64"));
}

/** The same by its hash, which is shorter. */
export function hashedHostKey(known: string): string {
    const [type, text] = partsOf(known);
    return text.startsWith(HASH) ? known : `${type} ${hashOf(Buffer.from(text, "base64"))}`;
}

function partsOf(known: string): readonly [type: string, text: string] {
    const [type = "", text = ""] = known.trim().split(/\s+/);
    return [type, text];
}

function hashOf(key: Buffer): string {
    return HASH + createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
}
