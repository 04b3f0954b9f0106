import type { Finding, Rule } from "./rule";
import type { SettingsView } from "./view";

const GIB = 1024 ** 3;
const PRESUMED_MEMORY = 4 * GIB;

/** Closing: TIME_WAIT, its limit, its reuse, and FIN-WAIT-2. */
export const timeWaitRules: readonly Rule[] = [
    {
        id: "FIN-NOT-TW",
        severity: "note",
        title: "tcp_fin_timeout is the life of orphaned FIN-WAIT-2 sockets; TIME_WAIT stays at 60 s.",
        check: (settings) => {
            const timeout = settings.get("net.ipv4.tcp_fin_timeout");
            return timeout
                ? [
                      {
                          at: timeout,
                          message:
                              "this is the life of orphaned FIN-WAIT-2 sockets; TIME_WAIT stays at 60 s, compiled into the " +
                              "kernel",
                      },
                  ]
                : [];
        },
    },
    {
        id: "FIN-RANGE",
        severity: "error",
        lesser: "warning",
        title: "tcp_fin_timeout means what it says from 1 to 60 only.",
        check: finTimeoutRange,
    },
    {
        id: "TW-CAP-LOW",
        severity: "warning",
        title: "tcp_max_tw_buckets is below the kernel's own default.",
        check: (settings, { memoryBytes }) => {
            const cap = settings.numbers("net.ipv4.tcp_max_tw_buckets");
            const standard = defaultTimeWaitCap(memoryBytes ?? PRESUMED_MEMORY);
            return !cap || cap.number < 1n || cap.number >= BigInt(standard)
                ? []
                : [
                      {
                          at: cap.setting,
                          message:
                              `it is below the kernel's own default (${standard} with ${formatMemory(memoryBytes)}): ` +
                              `sockets beyond ${cap.number} skip TIME_WAIT and its protection from old duplicates`,
                          suggestion: "Leave it out, or accept TW-CAP-LOW with a reason",
                      },
                  ];
        },
    },
    {
        id: "TW-CAP-BAD",
        severity: "error",
        title: "tcp_max_tw_buckets of 0 means no TIME_WAIT at all, a negative one no limit.",
        check: (settings) => {
            const cap = settings.numbers("net.ipv4.tcp_max_tw_buckets");
            return !cap || cap.number > 0n
                ? []
                : [
                      {
                          at: cap.setting,
                          message:
                              cap.number === 0n
                                  ? "0 means that no socket ever enters TIME_WAIT, and its protection is gone"
                                  : "a negative number means no limit at all",
                          suggestion: "Leave it out; the default grows with RAM",
                      },
                  ];
        },
    },
    {
        id: "REUSE-TS",
        severity: "error",
        title: "tcp_tw_reuse does nothing without timestamps.",
        check: (settings) => {
            const reuse = settings.numbers("net.ipv4.tcp_tw_reuse");
            const timestamps = settings.numbers("net.ipv4.tcp_timestamps");
            return reuse && timestamps && reuse.number !== 0n && timestamps.number === 0n
                ? [
                      {
                          at: timestamps.setting,
                          message:
                              `without timestamps tcp_tw_reuse = ${reuse.number} has no effect: connect() still fails with ` +
                              "EADDRNOTAVAIL",
                          suggestion: "Leave tcp_timestamps at 1, its default",
                      },
                  ]
                : [];
        },
    },
    {
        id: "REUSE-GLOBAL",
        severity: "warning",
        title: "tcp_tw_reuse = 1 helps outgoing connections only, and trusts the peers' timestamps.",
        check: (settings) => {
            const reuse = settings.numbers("net.ipv4.tcp_tw_reuse");
            return reuse?.number === 1n
                ? [
                      {
                          at: reuse.setting,
                          message:
                              "it helps outgoing connections only, not a server's accepted ones, and is safe only with " +
                              "peers whose timestamps never go back",
                          suggestion:
                              "Leave it out (2, loopback only, is the default since 4.18), or accept REUSE-GLOBAL with " +
                              "a reason",
                      },
                  ]
                : [];
        },
    },
    {
        id: "REUSE-DELAY",
        severity: "warning",
        title: "tcp_tw_reuse_delay is shorter than a tick of a slow peer's clock.",
        check: (settings) => {
            const delay = settings.numbers("net.ipv4.tcp_tw_reuse_delay");
            return delay && delay.number >= 1n && delay.number < 1000n
                ? [
                      {
                          at: delay.setting,
                          message:
                              "a peer's timestamp clock may tick only once a second, so within less an old duplicate " +
                              "cannot be told",
                          suggestion: "Write 1000, the default, or more",
                      },
                  ]
                : [];
        },
    },
    {
        id: "VERIFY-VACUOUS",
        severity: "error",
        title: "A TIME_WAIT limit at or above tcp_max_tw_buckets can never fail.",
        check: (settings, { maxTimeWait }) => {
            const cap = settings.numbers("net.ipv4.tcp_max_tw_buckets");
            // The host may keep more than that.
            const isKnown = cap !== undefined && cap.setting.bound !== "atLeast";
            return !isKnown || maxTimeWait === undefined || cap.number < 1n || maxTimeWait < cap.number
                ? []
                : [
                      {
                          at: cap.setting,
                          message:
                              `the verification's maxTimeWait of ${maxTimeWait} can never be exceeded, since the kernel ` +
                              `keeps no more than ${cap.number} TIME_WAIT sockets`,
                          suggestion: `Choose a maxTimeWait below ${cap.number}`,
                      },
                  ];
        },
    },
];

/**
 * The kernel's own `tcp_max_tw_buckets`: half its hash table, which has an entry for each 128 KiB of RAM, rounded up to
 * a power of two, and at most 524288.
 */
export function defaultTimeWaitCap(memoryBytes: number): number {
    const entries = 2 ** Math.ceil(Math.log2(Math.max(2, memoryBytes / (128 * 1024))));
    return Math.min(entries, 524288) / 2;
}

function formatMemory(memoryBytes: number | undefined): string {
    return memoryBytes === undefined
        ? "4 GiB of RAM, which is presumed"
        : `${Number((memoryBytes / GIB).toFixed(1))} GiB of RAM`;
}

function finTimeoutRange(settings: SettingsView): readonly Finding[] {
    const timeout = settings.numbers("net.ipv4.tcp_fin_timeout");
    if (timeout && timeout.number < 1n) {
        return [
            {
                at: timeout.setting,
                message: "the kernel takes it and means about 1 s, too short for any peer to close",
                suggestion: "Write 5 to 60 (seconds)",
            },
        ];
    }
    return timeout && timeout.number > 60n
        ? [
              {
                  at: timeout.setting,
                  severity: "warning",
                  message: `above 60 the real life is 2 * (value - 60): here ${2n * (timeout.number - 60n)} s`,
                  suggestion: "Write 5 to 60 (seconds)",
              },
          ]
        : [];
}
