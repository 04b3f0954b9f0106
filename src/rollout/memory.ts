import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** What a roll-out leaves in the state, and the next one begins with. */
export interface Memory {
    /** Of the plan that was rolled out. */
    readonly token?: string;
    /** Of the roster of its hosts. */
    readonly roster?: string;
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

/** In the environment, where the next run has it, a text has at most 131,072 bytes on Linux, its name included. */
export const LONGEST_OUTPUT = 130_000;

/** One line of JSON, with the hosts packed. Where it would be too long to be remembered, reports are left out. */
export function packMemory(memory: Memory): string {
    const whole = packed(memory);
    return whole.length <= LONGEST_OUTPUT ? whole : packed({ ...memory, hosts: withoutReports(memory.hosts) });
}

/** The highest takes 1.7 s for 1,000 hosts instead of 0.1 s, for 8 % less. */
const QUALITY = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

function packed({ hosts, roster, drift, token }: Memory): string {
    const text = brotliCompressSync(JSON.stringify(hosts), { params: QUALITY }).toString("base64");
    return JSON.stringify({
        schema: 1,
        verb: "rollout",
        count: Object.keys(hosts).length,
        token,
        roster,
        drift,
        packed: text,
    });
}

function withoutReports(hosts: Memory["hosts"]): Memory["hosts"] {
    return Object.fromEntries(Object.entries(hosts).map(([name, { id }]) => [name, { id }]));
}

/** What {@link packMemory} has packed; undefined for any other text, also for one that was cut off. */
export function unpackMemory(text: string): Memory | undefined {
    try {
        const { schema, verb, token, roster, drift, packed } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        if (schema !== 1 || verb !== "rollout" || typeof packed !== "string") {
            return undefined;
        }
        const hosts = JSON.parse(brotliDecompressSync(Buffer.from(packed, "base64")).toString()) as Memory["hosts"];
        return {
            hosts,
            ...(typeof token === "string" && { token }),
            ...(typeof roster === "string" && { roster }),
            ...(typeof drift === "string" && { drift }),
        };
    } catch {
        return undefined;
    }
}
