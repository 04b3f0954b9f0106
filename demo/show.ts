import { groupAlike, listNames } from "../src/alike";
import { counted, thousands } from "../src/counted";
import type { HostReport } from "../src/report";
import { sortedStates } from "../src/tcp-states";
import type { DiffLine } from "./diff";
import type { Page } from "./page";
import type { Effect } from "./pulumi";
import { readSummary } from "./reports";
import { describeChange, type Snapshots } from "./snapshot";
import { renderTable } from "./table";

/** Each key's values before and now; hosts that are alike share a table. */
export function showValues(page: Page, keys: readonly string[], before: Snapshots, now: Snapshots): void {
    const rowOf = (host: string, key: string): string[] => {
        const [old, live] = [before, now].map((snapshots) => snapshots.get(host)?.values.get(key) ?? "-");
        return [key, old ?? "-", live ?? "-", old === live ? "as it was" : ""];
    };
    const hosts = [...now.keys()].map((host) => [host, keys.map((key) => rowOf(host, key))] as const);
    for (const { names, what } of groupAlike(hosts)) {
        page.gap();
        page.lines(renderTable([[listNames(names), "before", "now", ""], ...what]));
    }
}

const MOST_COLUMNS = 6;

/** Connections by TCP state, a column for each host; for many hosts, all together and the least and the most of one. */
export function showStates(page: Page, reports: readonly HostReport[]): void {
    const names = [...new Set(reports.flatMap(({ states }) => sortedStates(states?.now ?? {}).map(([name]) => name)))];
    const wide = reports.length > MOST_COLUMNS;
    const head = wide ? ["all hosts", "least", "most"] : reports.map(({ host }) => host);
    const rows = names.map((name) => {
        const counts = reports.map(({ states }) => states?.now[name] ?? 0);
        const sum = counts.reduce((a, b) => a + b, 0);
        return [name, ...(wide ? [sum, Math.min(...counts), Math.max(...counts)] : counts).map(thousands)];
    });
    page.gap();
    page.lines(renderTable([["TCP state", ...head], ...rows]));
}

/** The stack's output, hosts with the same line together. */
export function showSummary(page: Page, outputs: Parameters<typeof readSummary>[0]): void {
    page.gap();
    page.line("Stack output summary:");
    groupAlike(readSummary(outputs)).forEach(({ names, what }) => page.paragraph(`${listNames(names)}: ${what}`));
}

/** An edit of the inventory. */
export function showEdit(page: Page, lines: readonly DiffLine[]): void {
    const width = String(Math.max(...lines.map(({ number }) => number))).length;
    page.gap();
    const styles = { " ": "dim", "-": "red", "+": "green" } as const;
    for (const { sign, number, text } of lines) {
        page.line(`inventory.yaml:${String(number).padEnd(width)} ${sign} ${text}`, styles[sign]);
    }
}

/** Claims that a run did nothing to any host. */
export function claimUntouched(page: Page, what: string, effect: Effect): void {
    const connections = [...effect.connections].filter(([, count]) => count !== 0);
    page.claim(
        `${what} opened no connection to a host`,
        connections.length === 0,
        connections.map(([host, count]) => `${host} accepted ${counted(count, "connection")}`),
    );
    page.claim(
        `${what} changed none of ${thousands(effect.compared)} values on the hosts, and no file`,
        effect.changes.length + effect.files.length === 0,
        [...effect.changes.map(describeChange), ...effect.files],
    );
}
