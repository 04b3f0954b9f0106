import { minuteOf } from "./age";
import { listNames } from "./alike";
import { counted, thousands } from "./counted";
import {
    type FleetHost,
    type FleetStates,
    fleetStates,
    hostStatuses,
    isOtherAtBoot,
    statusOf,
    tellCompared,
    tellStatuses,
    timeWaitBefore,
    worstFirst,
} from "./fleet";
import { type Cell, type FleetFinding, type FleetFindings, findingsOf } from "./fleet-findings";
import { code, table, text } from "./markdown";
import { type HostReport, isInForce } from "./report";

/** Of more hosts the worst are shown, and the others counted. */
const MOST_HOSTS = 50;
const MOST_FINDINGS = 20;
const MOST_NAMES = 12;
const MOST_STATES = 6;

/**
 * Markdown about a fleet, as GitHub and Pulumi Cloud show it: the hosts, the worst first; their connections before and
 * after; what is overridden at boot, what has to be restarted, what is not in force, and what rivals there are. Its size
 * is bounded, and the same reports make the same text.
 *
 * @param reports by the host's name; one that is undefined was not verified
 */
export function readmeText(reports: Readonly<Record<string, HostReport | undefined>>): string {
    const all = Object.entries(reports);
    const hosts = worstFirst(all.flatMap(([name, report]) => (report === undefined ? [] : [{ name, report }])));
    const unverified = all.flatMap(([name, report]) => (report === undefined ? [name] : []));
    const parts = [
        "# TCP tuning",
        `**${heading(hosts)}**`,
        hosts.length > 0 && hostTable(hosts),
        unverified.length > 0 && `Not verified: ${text(listNames(unverified, MOST_NAMES))}.`,
        ...findingsOf(hosts).map(findingsPart),
        statesPart(fleetStates(hosts), hosts.length),
    ];
    return `${parts.filter((part) => typeof part === "string").join("\n\n")}\n`;
}

function heading(hosts: readonly FleetHost[]): string {
    return `${counted(hosts.length, "host")} verified${hosts.length === 0 ? "" : `: ${tellStatuses(hosts)}`}.`;
}

function hostTable(hosts: readonly FleetHost[]): string {
    const numbers = true;
    const columns = [
        { head: "Host" },
        { head: "Status" },
        { head: "In force", numbers },
        { head: "TIME_WAIT before", numbers },
        { head: "after", numbers },
        { head: "limit", numbers },
        { head: "At the next boot" },
        { head: "Kernel" },
        { head: "Verified (UTC)" },
    ];
    const left = hosts.slice(MOST_HOSTS);
    return (
        table(columns, hosts.slice(0, MOST_HOSTS).map(hostRow)) +
        (left.length === 0 ? "" : `\n\n${counted(left.length, "host")} more, not shown here: ${tellStatuses(left)}.`)
    );
}

function hostRow({ name, report }: FleetHost): readonly string[] {
    const { sign, words } = hostStatuses[statusOf(report)];
    const keys = Object.values(report.keys);
    const others = keys.filter(isOtherAtBoot).length;
    const before = timeWaitBefore(report);
    const { count, limit } = report.timeWait;
    return [
        text(name),
        `${sign} ${words}`,
        `${keys.filter(isInForce).length} of ${keys.length}`,
        before === undefined ? "–" : thousands(before),
        thousands(count),
        limit === undefined ? "none" : thousands(limit),
        others === 0 ? "the same" : `${counted(others, "value")} other`,
        text(report.kernel),
        text(minuteOf(report.verifiedAt)),
    ];
}

function findingsPart({ title, advice, heads, findings }: FleetFindings): string {
    const columns = [...heads, "Hosts"].map((head) => ({ head }));
    const left = findings.length - MOST_FINDINGS;
    return (
        `## ${title}\n\n${advice}\n\n${table(columns, findings.slice(0, MOST_FINDINGS).map(findingRow))}` +
        (left > 0 ? `\n\n${counted(left, "row")} more, of fewer hosts, not shown here.` : "")
    );
}

function findingRow({ cells, hosts }: FleetFinding): readonly string[] {
    return [...cells.map(cell), text(listNames(hosts, MOST_NAMES))];
}

function cell(content: Cell): string {
    return typeof content === "string" ? text(content) : code(content.code);
}

function statesPart(states: FleetStates, all: number): string | undefined {
    if (states.rows.length === 0) {
        return undefined;
    }
    const numbers = true;
    const columns = [{ head: "State" }, { head: "Before", numbers }, { head: "After", numbers }];
    const rows = states.rows.map(({ state, before, after }) => [text(state), thousands(before), thousands(after)]);
    return `## Connections by TCP state\n\n${tellCompared(states, all)}\n\n${statesChart(states)}\n\n${table(columns, rows)}`;
}

/** Of more connections the chart counts thousands: its axis has no room for longer numbers. */
const MOST_ON_AXIS = 9_999;

/** Mermaid has no legend and draws series over each other, so before and after are bars of their own, where one can be seen. */
export function statesChart({ rows }: FleetStates): string {
    const highest = Math.max(1, ...rows.flatMap(({ before, after }) => [before, after]));
    const seen = rows.filter(({ before, after }) => Math.max(before, after) * 100 >= highest).slice(0, MOST_STATES);
    const bars = seen.flatMap(({ state, before, after }) => {
        const name = state.replace(/\W/g, "");
        return [[`${name} before`, before] as const, [`${name} after`, after] as const];
    });
    const [unit, per] = highest > MOST_ON_AXIS ? ["thousands of connections", 1000] : ["connections", 1];
    const inUnit = (count: number) => Math.round((count / per) * 10) / 10;
    return [
        "```mermaid",
        '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#5b9bd5"}}}}%%',
        "xychart-beta horizontal",
        `    x-axis [${bars.map(([name]) => `"${name}"`).join(", ")}]`,
        `    y-axis "${unit}" 0 --> ${inUnit(highest)}`,
        `    bar [${bars.map(([, count]) => inUnit(count)).join(", ")}]`,
        "```",
    ].join("\n");
}
