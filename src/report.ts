import { boundInWords } from "./bound";
import { parameterOf } from "./catalogue";
import { factsInWords } from "./fact";

/** How many of something. @asType integer @minimum 0 */
export type Count = number;

/**
 * What became of one parameter on a host.
 *
 * - `applied`: changed by the tuning, and live.
 * - `unchanged`: had this value already.
 * - `kept`: `atLeast` or `atMost`, and the host's own value stands.
 * - `missing`: optional, and not on this host.
 * - `otherNamespace`: optional, and only the host's own network namespace has it, or can change it; this is another.
 * - `overridden`: live, but another file gives it another value at the next boot: see `atBoot`.
 * - `failed`: the live value is another one: see `why`.
 */
export type KeyStatus = "applied" | "unchanged" | "kept" | "missing" | "otherNamespace" | "overridden" | "failed";

/** One parameter on a host. */
export interface KeyReport {
    /** What became of it. */
    readonly status: KeyStatus;
    /** The value that the tuning sets; for a key that was skipped, the one that it would have had. */
    readonly wanted: string;
    /** What the host's own value was held against: `at least 4096`; absent for plain values. */
    readonly bound?: string;
    /** What the host computed it from: `5% of memory`, `1024 per CPU`; absent for plain values. */
    readonly computed?: string;
    /** The value before the tuning, which `destroy` gives back. */
    readonly original?: string;
    /** The live value, where it is not `wanted`. */
    readonly live?: string;
    /** What the next boot will make of it, where that is not `wanted`. */
    readonly atBoot?: AtBoot;
    /** Why it is `failed`, for people. */
    readonly why?: string;
}

/** What decides a parameter at the next boot. */
export interface AtBoot {
    /** The deciding line: `/etc/sysctl.d/zz-local.conf:3`. */
    readonly by: string;
    /** What that line sets. */
    readonly value: string;
}

/** Sockets in TIME_WAIT over the settling time, as /proc/net/sockstat counts them (orphans in FIN-WAIT-2 included). */
export interface TimeWaitReport {
    /** At the start of the settling time. */
    readonly start: Count;
    /** The most that were seen, of one look a second. */
    readonly highest: Count;
    /** At the end: this is compared with the limit. */
    readonly count: Count;
    /** The limit, when there is one. */
    readonly limit?: Count;
    /** Seconds until the count came within its limit. */
    readonly waitedSeconds: Count;
    /** How many sockets were closed without TIME_WAIT meanwhile (growth of `TCPTimeWaitOverflow`). */
    readonly overflowed: Count;
}

/** A counter of the kernel, which begins at 0 with each boot. */
export interface CounterReport {
    /** When the tuning last changed a value; absent when that was in an earlier boot. */
    readonly before?: Count;
    /** At the verification. */
    readonly now: Count;
}

/** TCP connections by state, as `netstat -n` names them: `ESTABLISHED`, `TIME_WAIT` and so on; absent ones are 0. */
export interface StatesReport {
    /**
     * When the tuning last changed a value; absent when that was in an earlier boot, or when the host had so many
     * sockets then (20,000) that counting them would have held it up.
     */
    readonly before?: Readonly<Record<string, Count>>;
    /** At the verification. */
    readonly now: Readonly<Record<string, Count>>;
}

/** A listening socket that does not have what is in force: its backlog and its buffers are those of its birth. */
export interface ListenerReport {
    /** As `ss` prints it: `0.0.0.0`, `127.0.0.1%lo`, `::`, or `*` for all. */
    readonly address: string;
    /** @asType integer @minimum 1 @maximum 65535 */
    readonly port: number;
    /** The program, as the kernel names it (15 characters); of several that hold the socket, the oldest. */
    readonly process?: string;
    /** @asType integer @minimum 1 */
    readonly pid?: number;
    /** How many connections may wait for accept(); absent on hosts without `ss`. */
    readonly backlog?: Count;
    /** `net.core.somaxconn` now: the most that a backlog can be. */
    readonly somaxconn: Count;
    /**
     * True when the program started before the last change of what a listener keeps from its birth (`somaxconn`,
     * `tcp_rmem`, `tcp_wmem`, `tcp_congestion_control`): it has the former values until it is restarted. False when
     * it merely asks for a smaller backlog than `somaxconn` allows: that is the program's own setting.
     */
    readonly restartNeeded: boolean;
}

/** The listeners that do not have what is in force. */
export interface ListenersReport {
    /** How many there are. */
    readonly total: Count;
    /** At most 20 of them, those that need a restart first. */
    readonly listed: readonly ListenerReport[];
}

/** What the verification found on one host. */
export interface HostReport {
    /** The version of this form; a report that would be read wrongly gets another one. */
    readonly schema: 1;
    /** What the agent was asked to do. */
    readonly verb: "verify";
    /** The NAME of the tuning on the host: project-stack-name. */
    readonly name: string;
    /** Rises by one with each change that was applied. @asType integer @minimum 1 */
    readonly generation: number;
    /** The host's own name. */
    readonly host: string;
    /** The kernel's release: `6.1.0-18-amd64`. */
    readonly kernel: string;
    /** The kernel's boot id: another one after each reboot. */
    readonly boot: string;
    /**
     * When the verification ended, in UTC by the host's own clock, which nobody checks: `2026-11-26T03:00:00Z`.
     *
     * @pattern ^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$
     */
    readonly verifiedAt: string;
    /** `other` where the network namespace is not the host's own, as in containers: some keys belong to the host. */
    readonly namespace: "first" | "other";
    /** By key. */
    readonly keys: Readonly<Record<string, KeyReport>>;
    /** Sockets in TIME_WAIT, against the limit. */
    readonly timeWait: TimeWaitReport;
    /** What the kernel counted of sockets and connections that it gave up, and of segments. */
    readonly counters: {
        /** Sockets closed without TIME_WAIT, since there were more than `tcp_max_tw_buckets`. */
        readonly TCPTimeWaitOverflow: CounterReport;
        /** Connections dropped because a listener's accept queue was full. */
        readonly ListenOverflows: CounterReport;
        /** All connections that listeners dropped, `ListenOverflows` included. */
        readonly ListenDrops: CounterReport;
        /** Segments that were sent again. */
        readonly RetransSegs: CounterReport;
        /** Segments sent, without those that were merely sent again. */
        readonly OutSegs: CounterReport;
    };
    /** Sockets that no process owns any more, in the whole host. */
    readonly orphans: Count;
    /** Absent when the verification was told not to count them. */
    readonly states?: StatesReport;
    /** Listening sockets that do not have what is in force. */
    readonly listeners: ListenersReport;
    /** What else on the host may change these values at run time. */
    readonly rivals?: readonly string[];
    /** Every value is as wanted, and TIME_WAIT within its limit. */
    readonly ok: boolean;
    /** Why it is not `ok`. */
    readonly problems: readonly string[];
}

/** What the agent prints: rows instead of names, since it stays in the state. */
type Printed = Omit<HostReport, "keys" | "counters" | "listeners"> & {
    readonly keys: Readonly<Record<string, KeyRow>>;
    readonly counters: Readonly<Record<keyof HostReport["counters"], readonly [before: number | null, now: number]>>;
    readonly listeners?: { readonly total: number; readonly somaxconn: number; readonly rows: readonly ListenerRow[] };
};
type Maybe<T> = T | null | undefined;
type KeyRow<Status extends string = KeyStatus> = readonly [
    status: Status,
    wanted: string,
    original: Maybe<string>,
    live: Maybe<string>,
    atBoot: Maybe<string>,
    why: Maybe<string>,
    bound: Maybe<string>,
    facts: Maybe<string>,
];
type ListenerRow = readonly [
    address: string,
    port: number,
    restart: 0 | 1,
    backlog: Maybe<number>,
    pid: Maybe<number>,
    process: Maybe<string>,
];

/** Reads what the agent printed. Throws when it is no report of a version known here. */
export function parseReport(text: string): HostReport {
    const printed = parseJson(text) as Printed | undefined;
    if (printed?.schema !== 1 || printed.verb !== "verify") {
        throw new Error(
            `the host answered with no verification report (schema 1) but: ${JSON.stringify(text.slice(0, 200))}. ` +
                "Something else prints on its stdout at login: silence it for non-interactive shells.",
        );
    }
    const { keys, counters, listeners, ...same } = printed;
    return {
        ...same,
        keys: mapValues(keys, (row, key) => keyReport(row, key, printed.namespace)),
        counters: mapValues(counters, ([before, now]) => known({ before, now })),
        listeners: listenersReport(listeners),
    };
}

/** One parameter on a host that is only looked at; `differs`: an apply would change it. */
export type ObservedKey = Omit<KeyReport, "status"> & { readonly status: KeyStatus | "differs" };

/** What the agent observed on a host, beside what a request wants there. */
export interface Observation {
    readonly name: string;
    readonly kernel: string;
    /** `other` where the network namespace is not the host's own. */
    readonly namespace: HostReport["namespace"];
    readonly memoryBytes: number;
    readonly pageSize: number;
    /** Another text after each apply. */
    readonly trace: string;
    /** By key; a key that would be dropped is wanted at its original value. */
    readonly keys: Readonly<Record<string, ObservedKey>>;
    /** Why the host is not in step with the request; empty where it is. */
    readonly drift: readonly string[];
    /** Why an apply would change nothing, each under the id of its rule where there is one. */
    readonly refusals: readonly string[];
    /** What an apply would tell, and do its work all the same. */
    readonly cautions: readonly string[];
    /** Ports that somebody listens on. */
    readonly listening: readonly number[];
}

type PrintedObservation = Omit<Observation, "keys"> & {
    readonly schema: number;
    readonly verb: string;
    readonly keys: Readonly<Record<string, KeyRow<ObservedKey["status"]>>>;
};

/** Reads what the agent printed. @throws Error when it is no observation */
export function parseObservation(text: string): Observation {
    const printed = parseJson(text) as PrintedObservation | undefined;
    if (printed?.schema !== 1 || printed.verb !== "observe") {
        throw new Error(`the host answered with no observation but: ${JSON.stringify(text.slice(0, 200))}`);
    }
    const { schema, verb, keys, ...same } = printed;
    return { ...same, keys: mapValues(keys, (row, key) => keyReport(row, key, printed.namespace)) };
}

function keyReport<Status extends string>(
    row: KeyRow<Status>,
    key: string,
    namespace: HostReport["namespace"],
): Omit<KeyReport, "status"> & { readonly status: Status | "otherNamespace" } {
    const [status, wanted, original, live, atBoot, why, bound, facts] = row;
    // The host cannot tell a key that its kernel lacks from one that its network namespace lacks.
    const elsewhere = status === "missing" && namespace === "other" && parameterOf(key)?.scope.of === "first-namespace";
    return known({
        status: elsewhere ? "otherNamespace" : status,
        wanted,
        bound: bound ? boundInWords(bound) : undefined,
        computed: facts ? factsInWords(facts) : undefined,
        original,
        live,
        atBoot: atBoot ? decision(atBoot) : undefined,
        why,
    });
}

/** From `FILE:LINE VALUE`, where the file's name may have blanks. */
function decision(atBoot: string): AtBoot {
    const [, by = atBoot, value = ""] = /^(.*?:\d+|\S+) (.*)$/.exec(atBoot) ?? [];
    return { by, value };
}

function listenersReport(printed: Printed["listeners"]): ListenersReport {
    const { total, somaxconn, rows } = printed ?? { total: 0, somaxconn: 0, rows: [] };
    const listed = rows.map(
        ([address, port, restart, backlog, pid, process]): ListenerReport =>
            known({ address, port, process, pid, backlog, somaxconn, restartNeeded: restart === 1 }),
    );
    return { total, listed };
}

/** The same without what is null or undefined. */
function known<T extends object>(fields: { [K in keyof T]: Maybe<T[K]> }): T {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as T;
}

function mapValues<K extends string, V, W>(
    values: Readonly<Record<K, V>>,
    change: (value: V, key: K) => W,
): Record<K, W> {
    const entries = Object.entries(values) as [K, V][];
    return Object.fromEntries(entries.map(([key, value]) => [key, change(value, key)])) as Record<K, W>;
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text.trim().split("\n").at(-1) ?? "");
    } catch {
        return undefined;
    }
}

/** How each status is told, in this order. */
export const mentions: Readonly<Record<KeyStatus, string>> = {
    applied: "changed",
    unchanged: "already so",
    kept: "kept as the host has it",
    overridden: "overridden at boot",
    failed: "failed",
    missing: "not on this host",
    otherNamespace: "not of this network namespace",
};
const IN_FORCE: readonly KeyStatus[] = ["applied", "unchanged", "kept", "overridden"];

/** True where the live value is as it should be. */
export function isInForce({ status }: KeyReport): boolean {
    return IN_FORCE.includes(status);
}
const ALWAYS_MENTIONED: readonly KeyStatus[] = ["applied", "unchanged"];

/**
 * One line for people: "8 parameters in force (7 changed, 1 already so); 0 sockets in TIME_WAIT, limit 4000; restart
 * needed: nginx (80, 443)".
 */
export function summarise(report: HostReport): string {
    const statuses = Object.values(report.keys).map((key) => key.status);
    const inForce = Object.values(report.keys).filter(isInForce).length;
    const details = (Object.entries(mentions) as [KeyStatus, string][])
        .map(([status, mention]) => ({ status, mention, count: statuses.filter((each) => each === status).length }))
        .filter(({ status, count }) => count > 0 || ALWAYS_MENTIONED.includes(status))
        .map(({ mention, count }) => `${count} ${mention}`);
    const { limit, count } = report.timeWait;
    const timeWait = `${count} sockets in TIME_WAIT${limit === undefined ? "" : `, limit ${limit}`}`;
    const values = `${inForce} parameters in force (${details.join(", ")})`;
    return [values, timeWait, ...restarts(report.listeners)].join("; ");
}

function restarts(listeners: ListenersReport): string[] {
    const programs = restartsNeeded(listeners);
    return programs.length === 0 ? [] : [`restart needed: ${programs.join(", ")}`];
}

/** What has to be restarted, by program, with its ports: `nginx (80, 443)`. */
export function restartsNeeded({ listed }: ListenersReport): string[] {
    const ports = new Map<string, Set<number>>();
    for (const { process = "unknown", port } of listed.filter(({ restartNeeded }) => restartNeeded)) {
        ports.set(process, (ports.get(process) ?? new Set()).add(port));
    }
    return [...ports].map(([process, its]) => `${process} (${[...its].join(", ")})`);
}
