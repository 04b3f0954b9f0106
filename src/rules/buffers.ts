import type { ParameterKey } from "../catalogue";
import { SMALLEST_BUFFER } from "../catalogue/value";
import type { CheckTarget, Finding, Rule } from "./rule";
import { type SettingsView, shortName } from "./view";

const GIB = 1024n ** 3n;
const STANDARD_PAGE = 4096;
/** Without known memory: a limit that hardly any host can reach. */
const LARGE_HOST = 64n * GIB;
/** `rmem_max` and `wmem_max` of kernels before 6.18: who goes below means to cap something. */
const OLD_MAXIMUM = 212992n;
const UNSCALED_WINDOW = 65535n;
/** Largest automatic receive buffer of kernels before 6.16. */
const STANDARD_RECEIVE_MAXIMUM = 6291456n;

/** Memory of sockets. */
export const bufferRules: readonly Rule[] = [
    {
        id: "TRIPLE-ORDER",
        severity: "error",
        title: "The three values of a triple must ascend; the kernel does not check it.",
        check: (settings) =>
            triples.flatMap((key) => {
                const triple = settings.numbers(key);
                const [low = 0n, middle = 0n, high = 0n] = triple?.numbers ?? [];
                return !triple || (low <= middle && middle <= high)
                    ? []
                    : [
                          {
                              at: triple.setting,
                              message:
                                  `${low > middle ? `${low} > ${middle}` : `${middle} > ${high}`}, but the three values must ` +
                                  "ascend: the kernel takes them in any order, and the thresholds then contradict each other",
                              suggestion: `Write ${names[key]}, in ${key === "net.ipv4.tcp_mem" ? "pages" : "bytes"}, smallest first`,
                          },
                      ];
            }),
    },
    {
        id: "TRIPLE-UNIT",
        severity: "error",
        title: "Buffers are bytes: less than a page stalls TCP.",
        check: (settings) =>
            (["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"] as const).flatMap((key) => {
                const triple = settings.numbers(key);
                const small = triple?.numbers.find((number) => number < SMALLEST_BUFFER);
                return !triple || small === undefined
                    ? []
                    : [
                          {
                              at: triple.setting,
                              message:
                                  `${small} bytes is less than a page: the unit is bytes, not kilobytes, and listeners started ` +
                                  "with such buffers pass no data, even after the values are back",
                              suggestion: "Write at least 4096 for each of the three",
                          },
                      ];
            }),
    },
    {
        id: "MEM-PAGES",
        severity: "error",
        lesser: "warning",
        title: "tcp_mem counts pages, not bytes, and must stay below the RAM.",
        check: memoryInPages,
    },
    {
        id: "ORPHAN-MEM",
        severity: "warning",
        title: "Orphaned sockets could hold more than a quarter of the RAM.",
        check: (settings, { memoryBytes }) => {
            const orphans = settings.numbers("net.ipv4.tcp_max_orphans");
            const most = (orphans?.number ?? 0n) * 65536n;
            return !orphans || memoryBytes === undefined || most * 4n <= BigInt(memoryBytes)
                ? []
                : [
                      {
                          at: orphans.setting,
                          message:
                              `at 64 KiB each, so many orphans could hold ${inGib(most)} of the host's ` +
                              `${inGib(BigInt(memoryBytes))}, none of which can be swapped`,
                          suggestion: `Write ${BigInt(memoryBytes) / 4n / 65536n} or less`,
                      },
                  ];
        },
    },
    {
        id: "BUF-CAP",
        severity: "warning",
        title: "rmem_max and wmem_max do not cap TCP's own sizing of buffers.",
        check: (settings) => [
            ...capThatIsNone(settings, "net.core.rmem_max", "net.ipv4.tcp_rmem"),
            ...capThatIsNone(settings, "net.core.wmem_max", "net.ipv4.tcp_wmem"),
        ],
    },
    {
        id: "BUF-OFF",
        severity: "warning",
        title: "A large tcp_rmem is of no use without auto-tuning or window scaling.",
        check: largeBuffersUnused,
    },
];

const triples = ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_mem"] as const;

const names: Readonly<Record<(typeof triples)[number], string>> = {
    "net.ipv4.tcp_rmem": "minimum, default and maximum",
    "net.ipv4.tcp_wmem": "minimum, default and maximum",
    "net.ipv4.tcp_mem": "low, pressure and maximum",
};

function memoryInPages(settings: SettingsView, { memoryBytes, pageSize }: CheckTarget): readonly Finding[] {
    const limits = settings.numbers("net.ipv4.tcp_mem");
    const page = pageSize ?? STANDARD_PAGE;
    const most = (limits?.numbers[2] ?? 0n) * BigInt(page);
    const suggestion =
        "Write pages of 4 KiB, unless the hosts' are larger, and stay below the RAM; or leave it out: " +
        "the default follows the RAM";
    if (limits && memoryBytes !== undefined && most >= BigInt(memoryBytes)) {
        const memory = inGib(BigInt(memoryBytes));
        const message =
            `the third value is ${inGib(most)} in pages of ${page} bytes, and the host has ${memory}: ` +
            "that is no limit at all";
        return [{ at: limits.setting, message, suggestion }];
    }
    if (limits && memoryBytes === undefined && most > LARGE_HOST) {
        const message =
            `the third value is ${inGib(most)} in pages of ${page} bytes, which presumes a host with more ` +
            "RAM than that: the unit is pages, not bytes";
        return [{ at: limits.setting, message, suggestion, severity: "warning" }];
    }
    return [];
}

function inGib(bytes: bigint): string {
    return `${Number((Number(bytes) / Number(GIB)).toFixed(1))} GiB`;
}

function capThatIsNone(settings: SettingsView, capKey: ParameterKey, tripleKey: ParameterKey): readonly Finding[] {
    const cap = settings.numbers(capKey);
    const largest = settings.numbers(tripleKey)?.numbers[2];
    if (!cap || cap.number >= (largest ?? OLD_MAXIMUM)) {
        return [];
    }
    return [
        {
            at: cap.setting,
            message:
                `it does not cap TCP: the kernel grows buffers up to the third value of ${shortName(tripleKey)}` +
                `${largest === undefined ? "" : ` (${largest})`}, and this bounds setsockopt() only`,
            suggestion: `Cap TCP with the third value of ${tripleKey}`,
        },
    ];
}

function largeBuffersUnused(settings: SettingsView): readonly Finding[] {
    const [, initial = 0n, largest = STANDARD_RECEIVE_MAXIMUM] = settings.numbers("net.ipv4.tcp_rmem")?.numbers ?? [];
    const tuning = settings.numbers("net.ipv4.tcp_moderate_rcvbuf");
    const scaling = settings.numbers("net.ipv4.tcp_window_scaling");
    const findings: Finding[] = [];
    if (tuning?.number === 0n && largest > initial) {
        const message =
            "without auto-tuning receive buffers stay at the second value of tcp_rmem, and the third " +
            `(${largest}) is unused`;
        findings.push({ at: tuning.setting, message, suggestion: "Write 1, the default" });
    }
    if (scaling?.number === 0n && largest > UNSCALED_WINDOW) {
        const message =
            "without window scaling no window exceeds 64 KiB, and larger buffers (tcp_rmem up to " +
            `${largest}) are unused`;
        findings.push({ at: scaling.setting, message, suggestion: "Write 1, the default" });
    }
    return findings;
}
