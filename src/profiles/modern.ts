import type { Profile } from "./profile";

/**
 * What kernels from 5.4 on want for a busy server. Only keys that every network namespace has, so it serves hosts and
 * containers; no module is needed. Not in it, since the kernel's own value is better or the key does nothing:
 *
 * - `tcp_tw_reuse`: its default 2 is safe, and accepted connections gain nothing from 1;
 * - `tcp_max_tw_buckets`: a lower limit takes away protection, and the default grows with RAM;
 * - `tcp_fin_timeout`: it does not touch TIME_WAIT, and a FIN-WAIT-2 orphan takes 256 bytes;
 * - `tcp_max_syn_backlog`: ignored under SYN cookies;
 * - `tcp_slow_start_after_idle`: 0 sends bursts by a window that may no longer fit the path;
 * - `rmem_max`, `wmem_max`: they bound setsockopt() only, never TCP's own sizing;
 * - `tcp_mem`, `tcp_max_orphans`: the defaults follow RAM;
 * - `tcp_congestion_control`, `default_qdisc`: bbr and fq are modules that a host may lack.
 */
export const modern: Profile = {
    description: "Conservative values for a busy server with kernel 5.4 or newer, on hosts and in containers alike.",
    values: {
        // Both are defaults; set because older advice turns them off, and cookies and safe reuse depend on them.
        "net.ipv4.tcp_syncookies": 1,
        "net.ipv4.tcp_timestamps": 1,
        // Four times the default, for bursts: it bounds the accept queue and the SYN queue.
        "net.core.somaxconn": 16384,
        // 55000 ports instead of 28232; the ends have different parity, as the kernel wants it.
        "net.ipv4.ip_local_port_range": [10000, 64999],
        // A dead peer is noticed after 750 s instead of more than two hours.
        "net.ipv4.tcp_keepalive_time": 600,
        "net.ipv4.tcp_keepalive_intvl": 30,
        "net.ipv4.tcp_keepalive_probes": 5,
        // Acts only once a black hole for large packets is seen.
        "net.ipv4.tcp_mtu_probing": 1,
        // The upper end of what is common: less delay in the send buffer at little cost.
        "net.ipv4.tcp_notsent_lowat": 131072,
        // The receive maximum of 6.17's own default, for older kernels too; senders get as far as paths of 16 MiB.
        "net.ipv4.tcp_rmem": [4096, 131072, 33554432],
        "net.ipv4.tcp_wmem": [4096, 16384, 16777216],
    },
    accept: {
        "SOMAX-APP": "the bound is raised for services that ask for longer queues; restart them after the change",
    },
};
