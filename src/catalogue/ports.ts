import { family, ipSysctl, ipv4Table, MEASURED, perNamespace } from "./parameter";

export const ports = family("Local ports of outgoing connections", {
    "net.ipv4.ip_local_port_range": {
        kind: "pair",
        unit: "ports",
        min: 1,
        max: 65535,
        introduced: "2.2",
        scope: perNamespace("3.13"),
        default: "32768 60999",
        effect: "First and last local port that connect() and bind() to port 0 choose from.",
        risk:
            "Too narrow, and connect() fails with EADDRNOTAVAIL. Where it covers the port of a service, that service " +
            'sometimes cannot start: "Address already in use".',
        interactions: [
            {
                with: "net.ipv4.ip_unprivileged_port_start",
                rule: "the first port must not be below it (1024 unless set)",
            },
            {
                with: "net.ipv4.ip_local_reserved_ports",
                rule: "reserve there every fixed listening port inside the range",
            },
            {
                with: "parity",
                rule: "one end should be even and the other odd: connect() and bind() each prefer one half",
            },
        ],
        source: [ipv4Table(67), "net/ipv4/inet_hashtables.c:1097", ipSysctl(1518), MEASURED],
    },
    "net.ipv4.ip_local_reserved_ports": {
        kind: "ports",
        unit: "ports",
        min: 0,
        max: 65535,
        introduced: "2.6.35",
        scope: perNamespace("3.16"),
        default: "empty",
        effect:
            "Ports that are never given out on their own, as in `8080-8081,9000`. An explicit bind() still gets " +
            "them.",
        risk: "A write replaces the whole list. With the whole range reserved no outgoing connection is possible.",
        interactions: [{ with: "net.ipv4.ip_local_port_range", rule: "must leave enough ports free" }],
        source: [ipv4Table(796), ipSysctl(1527), MEASURED],
    },
});
