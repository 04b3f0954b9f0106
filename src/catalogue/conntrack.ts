import { family, firstNamespaceWritable, INT, MEASURED, perNamespace, SECONDS_IN_TICKS } from "./parameter";

const MODULE = "nf_conntrack";
const standalone = (line: number) => `net/netfilter/nf_conntrack_standalone.c:${line}`;
const DOCUMENTATION = "Documentation/networking/nf_conntrack-sysctl.rst";

export const conntrack = family("Connection tracking of the firewall; the keys exist once the module is loaded", {
    "net.netfilter.nf_conntrack_max": {
        kind: "integer",
        unit: "count",
        min: 0,
        max: INT.max,
        least: 1,
        introduced: "2.6.14",
        scope: firstNamespaceWritable,
        default: "the number of buckets: 262144 with more than 4 GiB of RAM, 65536 with more than 1 GiB",
        effect: "Flows that are tracked at most.",
        risk: 'A full table drops packets: "nf_conntrack: table full, dropping packet".',
        interactions: [
            { with: "net.netfilter.nf_conntrack_buckets", rule: "keep at most four flows for each bucket" },
            { with: "net.nf_conntrack_max", rule: "is the same value under an older name" },
        ],
        module: MODULE,
        source: [standalone(646), "net/netfilter/nf_conntrack_core.c:2666", DOCUMENTATION],
    },
    "net.netfilter.nf_conntrack_tcp_timeout_time_wait": {
        kind: "integer",
        unit: "seconds",
        ...SECONDS_IN_TICKS,
        least: 1,
        usual: { from: 10, to: 120, note: "less forgets live flows, more fills the table" },
        introduced: "2.6.14",
        scope: perNamespace("3.6"),
        default: "120",
        effect: "How long the firewall remembers a flow in TIME_WAIT; the 60 s of the socket are another matter.",
        risk: "Too low forgets live flows behind NAT, too high fills the table.",
        interactions: [],
        module: MODULE,
        source: [standalone(766), DOCUMENTATION, MEASURED],
    },
    "net.netfilter.nf_conntrack_tcp_timeout_established": {
        kind: "integer",
        unit: "seconds",
        ...SECONDS_IN_TICKS,
        least: 1,
        usual: { from: 3600, to: 432000, note: "less forgets idle flows, more fills the table" },
        introduced: "2.6.14",
        scope: perNamespace("3.6"),
        default: "432000",
        effect: "How long the firewall remembers an idle open connection: five days.",
        risk: "Too low forgets live flows behind NAT, too high fills the table.",
        interactions: [
            { with: "net.ipv4.tcp_keepalive_time", rule: "must exceed time + interval * probes of keepalive" },
        ],
        module: MODULE,
        source: [standalone(742), DOCUMENTATION, MEASURED],
    },
});
