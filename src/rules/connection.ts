import { isOlder } from "./kernel";
import type { CheckTarget, Finding, Rule } from "./rule";
import type { SettingsView } from "./view";

const LONGEST_KEEPALIVE_OPTION = 32767n;
const KEEPALIVE_DEFAULTS = { time: 7200n, interval: 75n, probes: 9n } as const;
const CONNTRACK_ESTABLISHED_DEFAULT = 432000n;

const FASTOPEN = { client: 0x1n, server: 0x2n, noCookieClient: 0x4n, noCookieServer: 0x600n, all: 0x607n } as const;

/** An open connection: keepalive, ECN, Fast Open. */
export const connectionRules: readonly Rule[] = [
    {
        id: "KEEPALIVE",
        severity: "warning",
        title: "Keepalive must notice a dead peer before the firewall forgets the flow.",
        check: (settings) => [...tooLongForSockets(settings), ...slowerThanFirewall(settings)],
    },
    {
        id: "ECN",
        severity: "error",
        lesser: "warning",
        title: "tcp_ecn is 0 to 2, and 0 to 5 from Linux 7.0.",
        check: ecn,
    },
    {
        id: "TFO-BITS",
        severity: "warning",
        title: "Bits of tcp_fastopen without a meaning, or without the bit that they depend on.",
        check: (settings) => {
            const mask = settings.numbers("net.ipv4.tcp_fastopen");
            const message = mask && mask.number >= 0n ? fastopenProblem(mask.number) : undefined;
            const suggestion = "Write 1 (client), 2 (server) or 3 (both)";
            return mask && message ? [{ at: mask.setting, message, suggestion }] : [];
        },
    },
];

function tooLongForSockets(settings: SettingsView): readonly Finding[] {
    return (["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl"] as const).flatMap((key) => {
        const setting = settings.numbers(key);
        return setting && setting.number > LONGEST_KEEPALIVE_OPTION
            ? [
                  {
                      at: setting.setting,
                      message:
                          `${setting.number} s is more than the ${LONGEST_KEEPALIVE_OPTION} s that a program can ask for ` +
                          "with a socket option",
                      suggestion: "Write 7200 or less",
                  },
              ]
            : [];
    });
}

function slowerThanFirewall(settings: SettingsView): readonly Finding[] {
    const time = settings.numbers("net.ipv4.tcp_keepalive_time");
    const interval = settings.numbers("net.ipv4.tcp_keepalive_intvl");
    const probes = settings.numbers("net.ipv4.tcp_keepalive_probes");
    const firewall = settings.numbers("net.netfilter.nf_conntrack_tcp_timeout_established");
    const noticed =
        (time?.number ?? KEEPALIVE_DEFAULTS.time) +
        (interval?.number ?? KEEPALIVE_DEFAULTS.interval) * (probes?.number ?? KEEPALIVE_DEFAULTS.probes);
    const forgotten = firewall?.number ?? CONNTRACK_ESTABLISHED_DEFAULT;
    const at = (time ?? firewall ?? interval ?? probes)?.setting;
    return !at || noticed < forgotten
        ? []
        : [
              {
                  at,
                  message:
                      `a dead peer is noticed after ${noticed} s (time + interval * probes), but a firewall forgets the ` +
                      `idle flow after ${forgotten} s`,
                  suggestion: "Lower tcp_keepalive_time or raise nf_conntrack_tcp_timeout_established",
              },
          ];
}

function ecn(settings: SettingsView, { kernel }: CheckTarget): readonly Finding[] {
    const mode = settings.numbers("net.ipv4.tcp_ecn");
    const isNew = kernel !== undefined && !isOlder(kernel, "7.0");
    if (!mode || (mode.number >= 0n && mode.number <= (isNew ? 5n : 2n))) {
        return [];
    }
    const suggestion = "Write 2 (accept ECN, do not ask for it), the default";
    if (mode.number < 0n || mode.number > 5n) {
        return [{ at: mode.setting, message: "no kernel has such a mode, and it is refused (EINVAL)", suggestion }];
    }
    const newer = "modes 3 to 5 came with Linux 7.0, and older kernels refuse them (EINVAL)";
    return kernel === undefined
        ? [{ at: mode.setting, severity: "warning", message: newer, suggestion }]
        : [{ at: mode.setting, message: `${newer}; the target has ${kernel}`, suggestion }];
}

function fastopenProblem(mask: bigint): string | undefined {
    const { client, server, noCookieClient, noCookieServer, all } = FASTOPEN;
    if ((mask & ~all) !== 0n) {
        return `bits outside 0x${all.toString(16)} have no meaning`;
    }
    if ((mask & noCookieClient) !== 0n && (mask & client) === 0n) {
        return "bit 0x4 does nothing without 0x1, the client bit";
    }
    if ((mask & noCookieServer) !== 0n && (mask & server) === 0n) {
        return "bits 0x200 and 0x400 do nothing without 0x2, the server bit";
    }
    return undefined;
}
