import { family, ipSysctl, ipv4Table, MEASURED, perNamespace, SECONDS_IN_TICKS } from "./parameter";

const onlyKeepaliveSockets = {
    with: "SO_KEEPALIVE",
    rule:
        "only sockets that ask for keepalive are affected; TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT of a socket " +
        "win",
} as const;

export const keepalive = family("Probing of idle connections: a dead peer is noticed after time + interval * probes", {
    "net.ipv4.tcp_keepalive_time": {
        kind: "integer",
        unit: "seconds",
        ...SECONDS_IN_TICKS,
        least: 1,
        usual: {
            from: 60,
            to: 7200,
            note: "lower costs traffic, higher lets NAT and load balancers drop idle flows first",
        },
        introduced: "2.2",
        scope: perNamespace("4.5"),
        default: "7200",
        effect: "Idle time before the first keepalive probe.",
        risk:
            "Too low costs traffic and kills connections early; too high, and NAT or a load balancer forgets an idle " +
            "flow first.",
        interactions: [onlyKeepaliveSockets],
        source: [ipv4Table(964), ipSysctl(540), MEASURED],
    },
    "net.ipv4.tcp_keepalive_probes": {
        kind: "integer",
        unit: "count",
        min: 0,
        max: 255,
        least: 1,
        usual: { to: 127, note: "the socket option TCP_KEEPCNT goes no further" },
        introduced: "2.2",
        scope: perNamespace("4.5"),
        default: "9",
        effect: "Unanswered keepalive probes before a connection is dropped.",
        risk: "0 drops the connection when the first probe is due.",
        interactions: [onlyKeepaliveSockets],
        source: [ipv4Table(971), "include/net/tcp.h:172", MEASURED],
    },
    "net.ipv4.tcp_keepalive_intvl": {
        kind: "integer",
        unit: "seconds",
        ...SECONDS_IN_TICKS,
        least: 1,
        usual: { from: 5, to: 600, note: "a dead peer is noticed after time + interval * probes" },
        introduced: "2.4",
        scope: perNamespace("4.5"),
        default: "75",
        effect: "Time between keepalive probes.",
        risk: "0 and negative values are taken, and probes follow each other without a pause.",
        interactions: [onlyKeepaliveSockets],
        source: [ipv4Table(978), ipSysctl(548), MEASURED],
    },
});
