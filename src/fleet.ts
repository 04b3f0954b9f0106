import { counted } from "./counted";
import { type HostReport, type KeyReport, mentions, restartsNeeded } from "./report";
import { sortedStates } from "./tcp-states";

/** A host of a fleet, and what its last verification found. */
export interface FleetHost {
    /** As the reader knows it. */
    readonly name: string;
    readonly report: HostReport;
}

export type HostStatus = "failed" | "overridden" | "restart" | "skipped" | "ok";

/** How each status is told, the worst first; `sign` says it without colour. */
export const hostStatuses: Readonly<Record<HostStatus, { readonly sign: string; readonly words: string }>> = {
    failed: { sign: "✗", words: "not as wanted" },
    overridden: { sign: "!", words: "overridden at the next boot" },
    restart: { sign: "↻", words: "restart needed" },
    skipped: { sign: "–", words: "as wanted but for skipped keys" },
    ok: { sign: "✓", words: "as wanted" },
};
const ranks = Object.keys(hostStatuses) as HostStatus[];

/** The worst that is to be said of a host. */
export function statusOf(report: HostReport): HostStatus {
    const reports = Object.values(report.keys);
    return problemsOf(report).length > 0
        ? "failed"
        : reports.some(isOtherAtBoot)
          ? "overridden"
          : restartsNeeded(report.listeners).length > 0
            ? "restart"
            : reports.some(({ status }) => status === "missing" || status === "otherNamespace")
              ? "skipped"
              : "ok";
}

/** Why a host is not as wanted, whatever its `ok` says: of parts that contradict each other the worst counts. */
export function problemsOf(report: HostReport): readonly string[] {
    const { ok, keys, problems, timeWait } = report;
    const failed = Object.entries(keys).filter(([, { status }]) => status === "failed");
    const found = [
        ...failed.map(([key, { why = mentions.failed }]) => `${key} ${why}`),
        ...(isOverLimit(report) ? [`TIME_WAIT is ${timeWait.count}, above its limit of ${timeWait.limit}`] : []),
    ];
    return problems.length > 0 ? problems : found.length > 0 || ok ? found : ["The report gives no reason."];
}

/** True where nobody has to do anything. */
export function isFine(status: HostStatus): boolean {
    return status === "ok" || status === "skipped";
}

/** True where the next boot brings another value than the tuning's. */
export function isOtherAtBoot({ status, atBoot }: KeyReport): boolean {
    return status === "overridden" || (status === "failed" && atBoot !== undefined);
}

/** The worst first; equal ones by name, with numbers in their order. */
export function worstFirst(hosts: readonly FleetHost[]): readonly FleetHost[] {
    const rank = ({ report }: FleetHost) => ranks.indexOf(statusOf(report));
    return [...hosts].sort(
        (a, b) =>
            rank(a) - rank(b) ||
            a.name.localeCompare(b.name, "en", { numeric: true }) ||
            (a.report.name < b.report.name ? -1 : 1),
    );
}

/** `2 not as wanted, 298 as wanted`, the worst first. */
export function tellStatuses(hosts: readonly FleetHost[]): string {
    const statuses = hosts.map(({ report }) => statusOf(report));
    return ranks
        .map((status) => [statuses.filter((each) => each === status).length, hostStatuses[status].words] as const)
        .filter(([count]) => count > 0)
        .map(([count, words]) => `${count} ${words}`)
        .join(", ");
}

/** TIME_WAIT when the tuning last changed a value; undefined where that is not known. */
export function timeWaitBefore({ states }: HostReport): number | undefined {
    return states?.before && (states.before["TIME_WAIT"] ?? 0);
}

/**
 * True where TIME_WAIT is above its limit. `count` has orphans in FIN-WAIT-2 as well, so within `ok` the exact count of the
 * states decides, as it did on the host.
 */
export function isOverLimit({ ok, states, timeWait: { count, limit } }: HostReport): boolean {
    const exact = ok && states !== undefined ? (states.now["TIME_WAIT"] ?? 0) : count;
    return limit !== undefined && Math.min(count, exact) > limit;
}

/** Connections by state in all hosts of which both counts are known, the most frequent first. */
export interface FleetStates {
    /** How many hosts these are. */
    readonly hosts: number;
    readonly rows: readonly { readonly state: string; readonly before: number; readonly after: number }[];
}

export function fleetStates(hosts: readonly FleetHost[]): FleetStates {
    const known = hosts.flatMap(({ report: { states } }) =>
        states?.before === undefined ? [] : [{ before: states.before, now: states.now }],
    );
    const [before, after] = [sum(known.map((each) => each.before)), sum(known.map(({ now }) => now))];
    const rows = sortedStates(sum([before, after])).map(([state]) => ({
        state,
        before: before[state] ?? 0,
        after: after[state] ?? 0,
    }));
    return { hosts: known.length, rows };
}

function sum(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
    const total: Record<string, number> = Object.create(null);
    for (const [state, count] of all.flatMap((counts) => Object.entries(counts))) {
        total[state] = (total[state] ?? 0) + count;
    }
    return total;
}

/** What the counts of {@link fleetStates} are. */
export function tellCompared({ hosts }: FleetStates, all: number): string {
    const together = all > 1 ? " All hosts together." : "";
    const scope = hosts < all ? ` Of the ${hosts} of ${counted(all, "host")} that know both.` : together;
    return `Before: when the tuning last changed a value. After: the last verification.${scope}`;
}
