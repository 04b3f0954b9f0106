/** The published groups of parameters, as they stand in the text that the profiles correct. */
export type PublishedGroup = "base" | "high-traffic" | "further";

export interface Published {
    readonly group: PublishedGroup;
    readonly key: string;
    readonly value: string;
}

const inGroup = (group: PublishedGroup, values: Readonly<Record<string, string>>): readonly Published[] =>
    Object.entries(values).map(([key, value]) => ({ group, key, value }));

/** Every published parameter in its order, misspelling and commented line included. */
export const published: readonly Published[] = [
    ...inGroup("base", {
        "net.ipv4.tcp_syncookies": "1",
        "net.ipv4.tcp_tw_reuse": "1",
        "net.ipv4.tcp_tw_recycle": "1",
        "net.ipv4.tcp_fin_timeout": "30",
    }),
    ...inGroup("high-traffic", {
        "net.ipv4.tcp_keepalive_time": "1200",
        "net.ipv4.ip_local_port_range": "10000 65000",
        "net.ipv4.tcp_max_syn_backlog": "8192",
        "net.ipv4.tcp_max_tw_buckets": "5000",
    }),
    ...inGroup("further", {
        "net.ipv4.tcp_max_syn_backlog": "65536",
        "net.core.netdev_max_backlog": "32768",
        "net.core.somaxconn": "32768",
        "net.core.wmem_default": "8388608",
        "net.core.rmem_default": "8388608",
        "net.core.rmem_max": "16777216",
        "net.core.wmem_max": "16777216",
        "net.ipv4.tcp_timestsmps": "0",
        "net.ipv4.tcp_synack_retries": "2",
        "net.ipv4.tcp_syn_retries": "2",
        "net.ipv4.tcp_tw_len": "1",
        "net.ipv4.tcp_tw_reuse": "1",
        "net.ipv4.tcp_wmem": "8192 436600 873200",
        "net.ipv4.tcp_rmem": "32768 436600 873200",
        "net.ipv4.tcp_mem": "94500000 91500000 92700000",
        "net.ipv4.tcp_max_orphans": "3276800",
        "net.ipv4.tcp_fin_timeout": "30",
    }),
];
