import { brotliCompressSync, brotliDecompressSync } from "node:zlib";

/** What a roll-out leaves in the state, and the next one begins with. */
export interface Memory {
    /** The drift that it mended last. */
    readonly drift?: string;
    readonly hosts: Readonly<Record<string, RememberedHost>>;
}

/** A host that is as wanted. */
export interface RememberedHost {
    /** Of the request that it has. */
    readonly id: string;
    /** What its verification printed. @default not verified */
    readonly report?: string;
}

export const NOTHING: Memory = { hosts: {} };

/**
 * One line of JSON. The hosts are packed, since the next run has this in its environment, where a text has at most 131,072
 * bytes on Linux.
 */
export function packMemory({ hosts, drift }: Memory): string {
    const packed = brotliCompressSync(JSON.stringify(hosts)).toString("base64");
    return JSON.stringify({ schema: 1, verb: "rollout", count: Object.keys(hosts).length, drift, packed });
}

/** What {@link packMemory} has packed; undefined for any other text, also for one that was cut off. */
export function unpackMemory(text: string): Memory | undefined {
    try {
        const { schema, verb, drift, packed } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        if (schema !== 1 || verb !== "rollout" || typeof packed !== "string") {
            return undefined;
        }
        const hosts = JSON.parse(brotliDecompressSync(Buffer.from(packed, "base64")).toString()) as Memory["hosts"];
        return { hosts, ...(typeof drift === "string" && { drift }) };
    } catch {
        return undefined;
    }
}
