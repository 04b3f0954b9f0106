import type { HostReport, KeyReport } from "../../src/report";
import { resolveSettings } from "../../src/settings";

const parameters = {
    "net.ipv4.tcp_slow_start_after_idle": 0,
    "net.ipv4.tcp_retries2": 8,
    "net.ipv4.tcp_orphan_retries": 2,
};
const settings = [
    ...resolveSettings({ profile: "full", parameters }).settings,
    ...resolveSettings({ profile: "modern" }).settings,
].filter(({ key }, index, all) => all.findIndex((other) => other.key === key) === index);
/** 27 keys: those of the profiles `full` and `modern`, and three more. */
export const fleetKeys: readonly string[] = settings.map(({ key }) => key);
const wanted = new Map(settings.map(({ key, value }) => [key, value]));

const LONG_NAME = "ip-10-120-33-187.checkout-frontend-canary.eu-central-1.compute.internal.example.com";

/** Reports as a fleet of that size has them: mostly in order, and some of each trouble. */
export function fleetReports(count: number): readonly HostReport[] {
    return Array.from({ length: count }, (_, index) => hostReport(index));
}

function hostReport(index: number): HostReport {
    const every = (nth: number, offset = 0) => index % nth === offset % nth && index > 0;
    const container = every(11, 3);
    const problems = [
        ...(every(37) ? ["APPLY-VERIFY: net.ipv4.tcp_fin_timeout is 44 instead of 30"] : []),
        ...(every(53) ? [TIME_WAIT_PROBLEM] : []),
    ];
    const before = 400 + ((index * 7919) % 3600);
    const count = every(53) ? 4312 : (index * 104729) % 900;
    return {
        schema: 1,
        verb: "verify",
        name: `shop-prod-web${index + 1}`,
        generation: 1 + (index % 4),
        host: every(41, 5) ? LONG_NAME : `web${index + 1}.example.com`,
        kernel: every(5) ? "5.15.0-113-generic" : "6.1.0-28-cloud-amd64",
        boot: `5b9b3c44-9d0b-4a53-8bfb-${String(index).padStart(12, "0")}`,
        verifiedAt: `2026-11-${String(25 - (index % 9)).padStart(2, "0")}T${String(index % 24).padStart(2, "0")}:05:09Z`,
        namespace: container ? "other" : "first",
        keys: Object.fromEntries(fleetKeys.map((key, nth) => [key, keyReport(key, nth, every, container)])),
        timeWait: { start: count + 120, highest: count + 180, count, limit: 4000, waitedSeconds: 3, overflowed: 0 },
        counters: {
            TCPTimeWaitOverflow: { before: 0, now: 0 },
            ListenOverflows: every(7) ? { now: 12 } : { before: 3, now: 3 },
            ListenDrops: every(7) ? { now: 12 } : { before: 3, now: 3 },
            RetransSegs: every(7) ? { now: 4 } : { before: 90, now: 120 },
            OutSegs: every(7) ? { now: 2_000 } : { before: 40_000, now: 52_000 },
        },
        orphans: index % 5,
        states: {
            ...(!every(7) && { before: { ESTABLISHED: 900 + index, TIME_WAIT: before, FIN_WAIT2: 31, CLOSE_WAIT: 2 } }),
            now: { ESTABLISHED: 910 + index, TIME_WAIT: count, FIN_WAIT2: 12, SYN_RECV: 1 },
        },
        listeners: every(9, 2) ? { total: 3, listed: listeners } : { total: 0, listed: [] },
        ...(every(19, 4) && {
            rivals: [
                "tuned runs with the profile 'throughput-performance', which sets net.core.somaxconn in /usr/lib/tuned/x",
            ],
        }),
        ok: problems.length === 0,
        problems,
    };
}

const TIME_WAIT_PROBLEM =
    "TIME_WAIT is 4312, above its limit of 4000, after 90 s of settling; the values stay applied. " +
    "Each one lasts 60 s: fewer connections a second (keep-alive, pooling), or a higher maxTimeWait";

const listeners = [
    { address: "0.0.0.0", port: 80, process: "nginx", pid: 917, backlog: 511, somaxconn: 32768, restartNeeded: true },
    { address: "::", port: 443, process: "nginx", pid: 917, backlog: 511, somaxconn: 32768, restartNeeded: true },
    {
        address: "127.0.0.1",
        port: 9100,
        process: "node_exporter",
        pid: 644,
        backlog: 128,
        somaxconn: 32768,
        restartNeeded: false,
    },
];

function keyReport(
    key: string,
    nth: number,
    every: (nth: number, offset?: number) => boolean,
    container: boolean,
): KeyReport {
    const value = wanted.get(key) ?? "";
    if (container && /tcp_mem|max_orphans|netdev|[rw]mem_(max|default)$/.test(key)) {
        return { status: "otherNamespace", wanted: value };
    }
    if (key === "net.ipv4.tcp_fin_timeout" && every(37)) {
        return { status: "failed", wanted: value, original: "60", live: "44", why: "is 44 instead of 30" };
    }
    if (key === "net.core.somaxconn" && every(23, 6)) {
        const atBoot = { by: "/etc/sysctl.d/zz-local.conf:3", value: "1024" };
        return { status: "overridden", wanted: value, original: "4096", atBoot };
    }
    if (key === "net.ipv4.tcp_tw_reuse" && every(29, 8)) {
        return { status: "missing", wanted: value };
    }
    if (key === "net.ipv4.tcp_rmem") {
        return { status: "kept", wanted: value, bound: `at least ${value}`, original: value, live: value };
    }
    return nth % 4 === 0
        ? { status: "unchanged", wanted: value, original: value }
        : { status: "applied", wanted: value, original: "4096" };
}
