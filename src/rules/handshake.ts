import { isOlder } from "./kernel";
import type { Rule } from "./rule";

/** Opening: SYN cookies, SYN queue and accept queue. */
export const handshakeRules: readonly Rule[] = [
    {
        id: "SYN-IGNORED",
        severity: "warning",
        title: "tcp_max_syn_backlog is ignored while SYN cookies are on.",
        check: (settings) => {
            const backlog = settings.get("net.ipv4.tcp_max_syn_backlog");
            const cookies = settings.numbers("net.ipv4.tcp_syncookies");
            return !backlog || cookies?.number === 0n
                ? []
                : [
                      {
                          at: backlog,
                          message:
                              "it is ignored while tcp_syncookies is not 0 (1 is the default): the smaller of the " +
                              "listener's backlog and somaxconn bounds the SYN queue",
                          suggestion: "Raise net.core.somaxconn and the backlog of the service instead",
                      },
                  ];
        },
    },
    {
        id: "COOKIES",
        severity: "warning",
        title: "SYN cookies belong on when the queue is full: neither never nor always.",
        check: (settings) => {
            const cookies = settings.numbers("net.ipv4.tcp_syncookies");
            return cookies?.number === 0n || cookies?.number === 2n
                ? [
                      {
                          at: cookies.setting,
                          message:
                              cookies.number === 0n
                                  ? "without SYN cookies a flood of SYNs fills the queue and new clients are dropped"
                                  : "cookies for every connection are for tests: each handshake loses what only the SYN says",
                          suggestion: "Write 1, the default",
                      },
                  ]
                : [];
        },
    },
    {
        id: "SOMAX-U16",
        severity: "error",
        title: "Kernels before 4.1 keep somaxconn in 16 bits.",
        check: (settings, { kernel }) => {
            const bound = settings.numbers("net.core.somaxconn");
            return bound && kernel !== undefined && isOlder(kernel, "4.1") && bound.number > 65535n
                ? [
                      {
                          at: bound.setting,
                          message:
                              `the target's Linux ${kernel} takes at most 65535: more is refused, or wraps around on ` +
                              "kernels before 3.11",
                          suggestion: "Write 65535 or less",
                      },
                  ]
                : [];
        },
    },
    {
        id: "SOMAX-APP",
        severity: "warning",
        title: "somaxconn only bounds what a service asks for when it starts to listen.",
        check: (settings) => {
            const bound = settings.get("net.core.somaxconn");
            return bound
                ? [
                      {
                          at: bound,
                          message:
                              "it only bounds the backlog that a service asks for when it starts to listen; running ones " +
                              "keep theirs",
                          suggestion:
                              "Raise the backlog of the service too (nginx: listen … backlog=), restart it, and accept " +
                              "SOMAX-APP with a reason",
                      },
                  ]
                : [];
        },
    },
];
