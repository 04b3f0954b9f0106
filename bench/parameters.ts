/** Parameter to value, as the kernel reads it back. */
export type Values = ReadonlyMap<string, string>;

/**
 * What every peer writes, the first N of them. Each belongs to the host's own network namespace and is another value than
 * the kernel's, so that a write that was left out shows.
 */
const WANTED: readonly (readonly [key: string, value: string])[] = [
    ["net.ipv4.tcp_fin_timeout", "30"],
    ["net.ipv4.tcp_keepalive_time", "600"],
    ["net.ipv4.tcp_keepalive_intvl", "30"],
    ["net.ipv4.tcp_keepalive_probes", "5"],
    ["net.ipv4.ip_local_port_range", "10000 64999"],
    ["net.ipv4.tcp_max_tw_buckets", "20000"],
    ["net.ipv4.tcp_rmem", "4096 262144 33554432"],
    ["net.ipv4.tcp_wmem", "4096 16384 16777216"],
    ["net.ipv4.tcp_mtu_probing", "1"],
    ["net.ipv4.tcp_notsent_lowat", "131072"],
    ["net.ipv4.tcp_slow_start_after_idle", "0"],
    ["net.ipv4.tcp_syn_retries", "4"],
    ["net.ipv4.tcp_synack_retries", "3"],
    ["net.ipv4.tcp_retries2", "8"],
    ["net.ipv4.tcp_orphan_retries", "2"],
    ["net.ipv4.tcp_no_metrics_save", "1"],
    ["net.ipv4.tcp_fastopen", "3"],
    ["net.ipv4.tcp_ecn", "1"],
    ["net.ipv4.tcp_retries1", "4"],
    ["net.ipv4.tcp_limit_output_bytes", "2097152"],
    ["net.ipv4.tcp_rfc1337", "1"],
    ["net.ipv4.tcp_autocorking", "0"],
];

/** The one value that a change is about. */
const CHANGE = ["net.ipv4.tcp_fin_timeout", "25"] as const;

export const MOST_KEYS = WANTED.length;

/** @param keys how many, 1 to {@link MOST_KEYS} */
export function wantedValues(keys: number): Values {
    return new Map(WANTED.slice(0, keys));
}

/** The same with one value changed. */
export function changedValues(wanted: Values): Values {
    return new Map([...wanted, CHANGE]);
}

/** A sysctl.d drop-in. */
export function dropInOf(values: Values): string {
    return [...values].map(([key, value]) => `${key} = ${value}\n`).join("");
}

/** What a drop-in sets; the last assignment of a key counts. */
export function parseDropIn(text: string): Values {
    const assignments = text.split("\n").filter((line) => /^[^#;=]+=/.test(line));
    return new Map(
        assignments.map((line) => {
            const [key = "", ...value] = line.split("=");
            return [key.trim(), value.join("=").trim().replace(/\s+/g, " ")] as const;
        }),
    );
}
