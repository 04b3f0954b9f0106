import type { Profile } from "./profile";

/** Four parameters for every server with many TIME_WAIT sockets, of which one no longer exists. */
const baseValues = {
    "net.ipv4.tcp_syncookies": 1,
    "net.ipv4.tcp_tw_reuse": 1,
    "net.ipv4.tcp_fin_timeout": 30,
};

const baseAccept = {
    "REUSE-GLOBAL": "the profile's purpose: outgoing connections, as of a proxy, may reuse TIME_WAIT ports",
};

const highTrafficValues = {
    ...baseValues,
    "net.ipv4.tcp_keepalive_time": 1200,
    "net.ipv4.ip_local_port_range": [10000, 64999],
    "net.ipv4.tcp_max_syn_backlog": 8192,
    "net.ipv4.tcp_max_tw_buckets": 5000,
};

const highTrafficAccept = {
    ...baseAccept,
    "TW-CAP-LOW": "the profile's purpose: a fixed bound on TIME_WAIT sockets; verification reports what it refuses",
    "SYN-IGNORED": "counts should SYN cookies ever be off; until then somaxconn and the service's backlog decide",
};

/** Servers with a pile-up of TIME_WAIT. */
export const base: Profile = {
    description: "SYN cookies, reuse of TIME_WAIT ports for outgoing connections, a shorter FIN-WAIT-2.",
    values: baseValues,
    accept: baseAccept,
};

/** Servers with very high traffic. */
export const highTraffic: Profile = {
    description:
        "`base`, with more local ports, earlier keepalive, a longer SYN queue and at most 5000 TIME_WAIT " + "sockets.",
    values: highTrafficValues,
    accept: highTrafficAccept,
};

/** All that the published text names, as far as it exists and is right. */
export const full: Profile = {
    description:
        "`high-traffic`, with large buffers and queues and few handshake retries. For hosts, not containers, " +
        "with more than 6 GiB of RAM.",
    values: {
        ...highTrafficValues,
        "net.ipv4.tcp_max_syn_backlog": 65536,
        "net.core.netdev_max_backlog": 32768,
        "net.core.somaxconn": 32768,
        "net.core.wmem_default": 8388608,
        "net.core.rmem_default": 8388608,
        "net.core.rmem_max": 16777216,
        "net.core.wmem_max": 16777216,
        "net.ipv4.tcp_synack_retries": 2,
        "net.ipv4.tcp_syn_retries": 2,
        "net.ipv4.tcp_wmem": [8192, 436600, 873200],
        "net.ipv4.tcp_rmem": [32768, 436600, 873200],
        "net.ipv4.tcp_mem": [786432, 1048576, 1572864],
        "net.ipv4.tcp_max_orphans": 3276800,
    },
    accept: {
        ...highTrafficAccept,
        "SOMAX-APP": "the bound is raised for services that ask for longer queues; restart them after the change",
        "ORPHAN-MEM": "a bound meant never to be met: tcp_mem limits what orphans and all other sockets hold",
    },
};
