/** Where `base`, `high-traffic` and `full` differ from the published text, or agree only after a choice. */
export interface Deviation {
    readonly key: string;
    /** As printed. */
    readonly published: string;
    /** What the profiles set; `not set` where they leave the key alone. */
    readonly ours: string;
    readonly why: string;
}

/** Every deviation and its reason, in the order of the published text. */
export const deviations: readonly Deviation[] = [
    {
        key: "net.ipv4.tcp_tw_recycle",
        published: "1",
        ours: "not set",
        why: "Removed in Linux 4.12; before, it silently dropped clients behind NAT.",
    },
    {
        key: "net.ipv4.tcp_fin_timeout",
        published: "30, to shorten TIME_WAIT",
        ours: "30",
        why: "It is the life of orphaned FIN-WAIT-2 sockets; TIME_WAIT stays at 60 s.",
    },
    {
        key: "net.ipv4.ip_local_port_range",
        published: "10000 65000",
        ours: "10000 64999",
        why: "One end must be even and the other odd; with equal parity the kernel complains in its log.",
    },
    {
        key: "net.ipv4.tcp_max_syn_backlog",
        published: "8192, and 65536",
        ours: "8192 in high-traffic, 65536 in full",
        why:
            "Two values are published; each group keeps its own. Neither counts while SYN cookies are on: " +
            "somaxconn and the service's backlog do.",
    },
    {
        key: "net.ipv4.tcp_max_tw_buckets",
        published: "5000, and 6000",
        ours: "5000",
        why: "Two values are published; the one printed among the parameters is kept.",
    },
    {
        key: "net.ipv4.tcp_timestsmps",
        published: "0",
        ours: "not set",
        why: "A misspelling of tcp_timestamps: no kernel has this key.",
    },
    {
        key: "net.ipv4.tcp_timestamps",
        published: "0, had it been spelt right",
        ours: "not set",
        why: "0 would disable tcp_tw_reuse, which the same text turns on; the kernel's default 1 stays.",
    },
    {
        key: "net.ipv4.tcp_tw_len",
        published: "1, commented out",
        ours: "not set",
        why: "No kernel has this key: TIME_WAIT lasts 60 s, a constant compiled into the kernel.",
    },
    {
        key: "net.ipv4.tcp_mem",
        published: "94500000 91500000 92700000",
        ours: "786432 1048576 1572864",
        why:
            "Not ascending, and 353 GiB: the values are pages, not bytes. Ours is the reference triple printed beside " +
            "it, which needs more than 6 GiB of RAM.",
    },
];
