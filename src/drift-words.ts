import type { Observation } from "./report";

/** Before a drift, in what a preview says of a host. */
const HEADING = "the host is not as this program wants it:";

/**
 * What a preview says of a host that is not as wanted: {@link readDrift} reads it back, since nothing else tells it there.
 *
 * @param scope The host of a fleet, as `web1: `.
 */
export function driftMessage(seen: Observation, scope = ""): string {
    return `${scope}${HEADING}\n${describeDrift(seen)}`;
}

/** What an apply would change, as a table for people: key, value now, value wanted, what decides at a boot then. */
export function describeDrift({ drift, keys }: Observation): string {
    const rows = Object.entries(keys)
        .filter(([, { status }]) => status === "differs" || status === "overridden")
        .map(([key, { live, wanted, atBoot }]) => [
            key,
            live ?? wanted,
            wanted,
            atBoot === undefined ? "" : `${atBoot.by} = ${atBoot.value}`,
        ]);
    return [...drift, ...(rows.length === 0 ? [] : table([COLUMNS, ...rows]))].join("\n");
}

const COLUMNS = ["key", "now", "wanted", "at boot, once applied"] as const;

/** One key that is not as wanted, as a preview told it. */
export interface DriftRow {
    readonly key: string;
    readonly now: string;
    readonly wanted: string;
    /** What will decide at the next boot, once applied: `/etc/sysctl.d/x.conf:3 = 44`. */
    readonly atBoot?: string;
}

export interface ToldDrift {
    /** The host of a fleet. @default that of the tuning */
    readonly host?: string;
    /** Why the host is not in step. */
    readonly reasons: readonly string[];
    readonly rows: readonly DriftRow[];
}

/** Reads what {@link driftMessage} wrote; undefined for any other message. */
export function readDrift(message: string): ToldDrift | undefined {
    const [heading = "", ...lines] = message.replace(/\n+$/, "").split("\n");
    if (!heading.endsWith(HEADING)) {
        return undefined;
    }
    const host = heading.slice(0, -HEADING.length).replace(/: $/, "");
    const at = lines.findIndex((line) => HEADER.test(line));
    const [, ...starts] = HEADER.exec(lines[at] ?? "")?.indices?.map((found) => found?.[0] ?? 0) ?? [];
    const rows = at < 0 ? [] : lines.slice(at + 1).map((line) => readRow(line, starts));
    return { ...(host !== "" && { host }), reasons: at < 0 ? lines : lines.slice(0, at), rows };
}

/** Where each column begins: a value may hold blanks, but is not wider than its column. */
const HEADER = /^ {2}(key) +(now) +(wanted) +(at boot, once applied)$/d;

function readRow(line: string, starts: readonly number[]): DriftRow {
    const [key = "", now = "", wanted = "", atBoot = ""] = starts.map((start, column) =>
        line.slice(start, starts[column + 1]).trimEnd(),
    );
    return { key, now, wanted, ...(atBoot !== "" && { atBoot }) };
}

function table(rows: readonly (readonly string[])[]): string[] {
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
    return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd());
}
