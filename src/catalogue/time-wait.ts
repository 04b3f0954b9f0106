import {
    family,
    firstNamespace,
    INT,
    ipSysctl,
    ipv4Table,
    MEASURED,
    perNamespace,
    SECONDS_IN_TICKS,
} from "./parameter";

export const timeWait = family("Closing: TIME_WAIT, FIN-WAIT-2 and sockets that nobody owns any more", {
    "net.ipv4.tcp_tw_reuse": {
        kind: "choice",
        unit: "mode",
        min: 0,
        max: 2,
        choices: { 0: "off", 1: "for all outgoing connections", 2: "for loopback only" },
        introduced: "2.4.19",
        scope: perNamespace("4.11"),
        default: "2",
        effect:
            "Lets connect() take over the addresses and ports of a TIME_WAIT socket that is older than " +
            "`tcp_tw_reuse_delay` (1 s before 6.14). The value 2 and its being the default came with 4.18; before, " +
            "0.",
        risk:
            "It helps outgoing connections only, never the accepted sockets of a server. With 1, a peer whose " +
            "timestamps are not monotonic can have old duplicates taken for new data.",
        interactions: [
            {
                with: "net.ipv4.tcp_timestamps",
                rule: "must not be 0, here and on the peer: without timestamps nothing is reused",
            },
            {
                with: "net.ipv4.tcp_tw_reuse_delay",
                rule: "sets the age from which a socket may be taken (6.14 and later)",
            },
            { with: "bind() before connect()", rule: "an explicit local port bypasses this key" },
        ],
        source: [
            ipv4Table(1062),
            "net/ipv4/tcp_ipv4.c:119",
            ipSysctl(1093),
            "commits 79e9fed46038, 56ab6b93007e",
            MEASURED,
        ],
    },
    "net.ipv4.tcp_tw_recycle": {
        kind: "flag",
        unit: "flag",
        min: 0,
        max: 1,
        introduced: "2.4",
        removed: "4.12",
        scope: perNamespace("4.11"),
        default: "0",
        effect: "Ended TIME_WAIT after about 3.5 retransmission timeouts, by a timestamp kept for each remote address.",
        risk:
            "Clients behind one NAT have different clocks, so their SYNs were dropped in silence; since 4.10 it " +
            "broke every client.",
        interactions: [{ with: "net.ipv4.tcp_timestamps", rule: "it needed timestamps" }],
        source: ["commit 4396e46187ca", "tcp(7) of man-pages 6.03", MEASURED],
    },
    "net.ipv4.tcp_tw_reuse_delay": {
        kind: "integer",
        unit: "milliseconds",
        min: 1,
        max: 60000,
        introduced: "6.14",
        scope: perNamespace("6.14"),
        default: "1000",
        effect: "Age from which a TIME_WAIT socket may be taken over by `tcp_tw_reuse`.",
        risk:
            "Timestamp clocks of peers may tick only once a second: below 1000 an old duplicate can pass for new " +
            "data.",
        interactions: [{ with: "net.ipv4.tcp_tw_reuse", rule: "matters only when it is not 0" }],
        source: [ipv4Table(1071), ipSysctl(1106), "commit ca6a6f93867a", MEASURED],
    },
    "net.ipv4.tcp_max_tw_buckets": {
        kind: "integer",
        unit: "count",
        ...INT,
        least: 1,
        introduced: "2.4",
        scope: perNamespace("4.11"),
        default: "half the entries of the TCP hash table: 16384 with 4 GiB of RAM, 131072 with 24 GiB",
        effect:
            "Limit on TIME_WAIT sockets, counted with orphaned FIN-WAIT-2 ones. Above it a socket is closed at " +
            "once, without TIME_WAIT, and `TCPTimeWaitOverflow` in /proc/net/netstat counts it; nothing is logged.",
        risk:
            "A low limit takes away what TIME_WAIT protects from: old duplicates, and a lost last ACK answered by a " +
            "reset. 0 means no TIME_WAIT at all, a negative value means no limit.",
        interactions: [
            { with: "existing sockets", rule: "lowering the limit does not remove them" },
            { with: "memory", rule: "each entry takes 256 bytes" },
        ],
        source: [
            ipv4Table(625),
            "net/ipv4/inet_timewait_sock.c:173",
            "net/ipv4/tcp_ipv4.c:3581",
            ipSysctl(598),
            MEASURED,
        ],
    },
    "net.ipv4.tcp_fin_timeout": {
        kind: "integer",
        unit: "seconds",
        ...SECONDS_IN_TICKS,
        least: 1,
        usual: { from: 5, note: "slow peers are cut off before they can close" },
        introduced: "2.2",
        scope: perNamespace("4.6"),
        default: "60",
        effect:
            "Life of an orphaned socket in FIN-WAIT-2. It does not shorten TIME_WAIT, which is 60 s, compiled into " +
            "the kernel.",
        risk:
            "Above 60 the real life is 2 * (value - 60): 61 gives 2 s, 75 gives 30 s. 0 and negative values are " +
            "taken and mean about 1 s.",
        interactions: [
            { with: "/proc/net/sockstat", rule: "up to 60 s these sockets are counted there as `tw`" },
            { with: "net.ipv4.tcp_max_orphans", rule: "above 60 s they stay full sockets for the time beyond" },
        ],
        source: [ipv4Table(1048), "include/net/tcp.h:128", "net/ipv4/tcp_timer.c:802", MEASURED],
    },
    "net.ipv4.tcp_rfc1337": {
        kind: "flag",
        unit: "flag",
        min: 0,
        max: 255,
        introduced: "2.2",
        scope: perNamespace("4.15"),
        default: "0",
        effect: "With 1, a reset does not end TIME_WAIT (RFC 1337).",
        risk: "Little: TIME_WAIT always lasts its full 60 s.",
        interactions: [],
        source: [ipv4Table(1233), ipSysctl(783), MEASURED],
    },
    "net.ipv4.tcp_max_orphans": {
        kind: "integer",
        unit: "count",
        ...INT,
        least: 1,
        introduced: "2.4",
        scope: firstNamespace,
        default: "half the entries of the TCP hash table: 131072 with 24 GiB of RAM",
        effect:
            "Limit on sockets that no process owns any more, in the whole host. Above it they are reset, and the " +
            'kernel logs "too many orphaned sockets".',
        risk: "Each may hold 64 KiB that cannot be swapped: 131072 of them 8 GiB.",
        interactions: [
            { with: "net.ipv4.tcp_mem", rule: "when it is exceeded, orphans are reset as well" },
            { with: "/proc/net/sockstat", rule: "`orphan` is the host's count in every network namespace" },
        ],
        source: [ipv4Table(528), "net/ipv4/tcp.c:3074", ipSysctl(572)],
    },
    "net.ipv4.tcp_orphan_retries": {
        kind: "integer",
        unit: "count",
        min: 0,
        max: 255,
        usual: { from: 1, to: 15, note: "0 does not mean none, it means 8" },
        introduced: "2.4",
        scope: perNamespace("4.6"),
        default: "0",
        effect: "Retransmissions for a socket that its process has closed, before it is given up. 0 means 8.",
        risk: "Many keep orphans and their memory for long; few lose the last data to a slow peer.",
        interactions: [],
        source: [ipv4Table(1041), "net/ipv4/tcp_timer.c:148", ipSysctl(687), MEASURED],
    },
});
