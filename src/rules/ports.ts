import { foldBlanks } from "../catalogue/syntax";
import { mergePorts, type PortRange, parsePorts } from "../catalogue/value";
import type { CheckTarget, Finding, Rule } from "./rule";
import type { SettingsView } from "./view";

const FEW = 10000;
const STANDARD_RANGE: PortRange = { first: 32768, last: 60999 };
const STANDARD_UNPRIVILEGED = 1024n;

/** Local ports of outgoing connections. */
export const portRules: readonly Rule[] = [
    {
        id: "PORT-ORDER",
        severity: "error",
        title: "A port range ascends and starts at or above ip_unprivileged_port_start.",
        check: portOrder,
    },
    {
        id: "PORT-PARITY",
        severity: "warning",
        title: "One end of the port range should be even and the other odd.",
        check: (settings) => {
            const range = settings.numbers("net.ipv4.ip_local_port_range");
            const [low = 0n, high = 0n] = range?.numbers ?? [];
            return range && low < high && low % 2n === high % 2n
                ? [
                      {
                          at: range.setting,
                          message:
                              `both ends are ${low % 2n === 0n ? "even" : "odd"}: the kernel complains in its log, since ` +
                              "connect() and bind() each prefer one half of the ports",
                          suggestion: `Write ${low} ${high - 1n}`,
                      },
                  ]
                : [];
        },
    },
    {
        id: "PORT-SMALL",
        severity: "warning",
        title: "Too few local ports are left for outgoing connections.",
        check: fewPorts,
    },
    {
        id: "PORT-LISTEN",
        severity: "warning",
        title: "A port that a program listens on should not be given out to outgoing connections.",
        check: listenersWithin,
    },
];

function portOrder(settings: SettingsView): readonly Finding[] {
    const range = settings.numbers("net.ipv4.ip_local_port_range");
    const [low = 0n, high = 0n] = range?.numbers ?? [];
    const start = unprivilegedStart(settings);
    if (range && low > high) {
        return [
            {
                at: range.setting,
                message: "the first port is above the last, and the kernel refuses that (EINVAL)",
                suggestion: `Write ${high} ${low}`,
            },
        ];
    }
    return range && low < start
        ? [
              {
                  at: range.setting,
                  message: `${low} is below ip_unprivileged_port_start (${start}), and the kernel refuses that (EINVAL)`,
                  suggestion: `Start at ${start} or above`,
              },
          ]
        : [];
}

/** It is not in the catalogue, but may have been set as unlisted. */
function unprivilegedStart(settings: SettingsView): bigint {
    const value = foldBlanks(settings.get("net.ipv4.ip_unprivileged_port_start")?.value ?? "");
    return /^[0-9]{1,5}$/.test(value) ? BigInt(value) : STANDARD_UNPRIVILEGED;
}

/** Only a live host tells what listens there. */
function listenersWithin(settings: SettingsView, { listening = [] }: CheckTarget): readonly Finding[] {
    const range = settings.numbers("net.ipv4.ip_local_port_range");
    const reserved = reservedPorts(settings);
    if (!range || typeof reserved === "string") {
        return [];
    }
    const [low = 0, high = 0] = range.numbers.map(Number);
    const isGivenOut = (port: number) =>
        port >= low && port <= high && !reserved.some(({ first, last }) => port >= first && port <= last);
    const ports = [...new Set(listening.filter(isGivenOut))].sort((a, b) => a - b);
    return ports.length === 0
        ? []
        : [
              {
                  at: range.setting,
                  message:
                      `the range has ${ports.length === 1 ? "a port" : "ports"} that programs of this host listen on (${someOf(ports)}): ` +
                      "when one restarts, an outgoing connection may have its port, and bind() fails with EADDRINUSE",
                  suggestion: `Reserve them: "net.ipv4.ip_local_reserved_ports": "${someOf(ports)}"`,
              },
          ];
}

const MOST_NAMED = 20;

function someOf(ports: readonly number[]): string {
    return `${ports.slice(0, MOST_NAMED).join(",")}${ports.length > MOST_NAMED ? ",…" : ""}`;
}

function fewPorts(settings: SettingsView): readonly Finding[] {
    const range = settings.numbers("net.ipv4.ip_local_port_range");
    const list = settings.get("net.ipv4.ip_local_reserved_ports");
    const reserved = reservedPorts(settings);
    const at = range?.setting ?? list;
    if (!at || typeof reserved === "string") {
        return [];
    }
    const [low, high] = range?.numbers.map(Number) ?? [];
    const span = { first: low ?? STANDARD_RANGE.first, last: high ?? STANDARD_RANGE.last };
    const usable = span.last - span.first + 1 - reservedWithin(span, reserved);
    return span.first > span.last || usable >= FEW
        ? []
        : [
              {
                  at,
                  message:
                      usable === 0
                          ? "every port of the range is reserved: no outgoing connection is possible"
                          : `only ${usable} local ports are left, and once they are in use connect() fails with EADDRNOTAVAIL`,
                  suggestion: "Widen net.ipv4.ip_local_port_range, for example to 10000 64999",
                  severity: usable === 0 ? "error" : "warning",
              },
          ];
}

/** None where no list is set; text where another rule finds the list wrong. */
function reservedPorts(settings: SettingsView): readonly PortRange[] | string {
    const list = settings.get("net.ipv4.ip_local_reserved_ports");
    return list ? parsePorts(foldBlanks(list.value)) : [];
}

function reservedWithin(span: PortRange, reserved: readonly PortRange[]): number {
    return mergePorts(reserved)
        .map(({ first, last }) => Math.min(last, span.last) - Math.max(first, span.first) + 1)
        .reduce((sum, count) => sum + Math.max(0, count), 0);
}
