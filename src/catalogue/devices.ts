import { coreTable, family, firstNamespace, INT } from "./parameter";

const netRst = (line: number) => `Documentation/admin-guide/sysctl/net.rst:${line}`;

const burnsProcessor = {
    kind: "integer",
    unit: "microseconds",
    min: 0,
    max: INT.max,
    usual: { to: 100, note: "the kernel's documentation recommends 50" },
    introduced: "3.11",
    scope: firstNamespace,
    default: "0",
    risk: "Burns processor time and power.",
    interactions: [],
} as const;

export const devices = family("Below TCP: how packets come in from the network devices", {
    "net.core.netdev_max_backlog": {
        kind: "integer",
        unit: "packets",
        ...INT,
        least: 1,
        usual: { from: 1000, to: 250000, note: "short queues drop bursts, long ones add delay" },
        introduced: "2.2",
        scope: firstNamespace,
        default: "1000",
        effect: "Packets that wait on each processor for input processing (RPS, loopback, veth).",
        risk: "Too low drops (second column of /proc/net/softnet_stat), too high adds delay.",
        interactions: [],
        source: [coreTable(426), netRst(288)],
    },
    "net.core.netdev_budget": {
        kind: "integer",
        unit: "packets",
        ...INT,
        least: 1,
        usual: { from: 64, to: 3000, note: "much more starves programs" },
        introduced: "2.6.12",
        scope: firstNamespace,
        default: "300",
        effect: "Packets taken from all devices in one round of input processing.",
        risk: "High starves programs.",
        interactions: [
            {
                with: "net.core.netdev_budget_usecs",
                rule: "whichever is reached first ends the round: raise both",
            },
        ],
        source: [coreTable(554), netRst(272)],
    },
    "net.core.netdev_budget_usecs": {
        kind: "integer",
        unit: "microseconds",
        min: 0,
        max: INT.max,
        least: 1,
        introduced: "4.12",
        scope: firstNamespace,
        default: "two clock ticks: 8000 at 250 Hz, 2000 at 1000 Hz, 20000 at 100 Hz",
        effect: "Time of one round of input processing.",
        risk: "High starves programs. The default is also the minimum since 6.8: 2000 is refused at 250 Hz.",
        interactions: [
            {
                with: "net.core.netdev_budget",
                rule: "whichever is reached first ends the round: raise both",
            },
        ],
        source: [coreTable(38), netRst(278)],
    },
    "net.core.busy_poll": {
        ...burnsProcessor,
        effect: "Time that poll() and select() wait at the device for a packet instead of sleeping.",
        source: [coreTable(529), netRst(195)],
    },
    "net.core.busy_read": {
        ...burnsProcessor,
        effect: "Time that a read waits at the device for a packet instead of sleeping (SO_BUSY_POLL of new sockets).",
        source: [coreTable(537), netRst(181)],
    },
});
