import { groupAlike } from "./alike";
import { type FleetHost, isOtherAtBoot, problemsOf } from "./fleet";
import { type HostReport, type KeyStatus, mentions, restartsNeeded } from "./report";

/** Text as people write it, or as a machine has it. */
export type Cell = string | { readonly code: string };

/** One thing that is to be said of some hosts of a fleet. */
export interface FleetFinding {
    readonly cells: readonly Cell[];
    /** In the fleet's order. */
    readonly hosts: readonly string[];
}

interface FindingKind {
    readonly title: string;
    readonly advice: string;
    readonly heads: readonly string[];
    rowsOf(report: HostReport): readonly (readonly Cell[])[];
}

const kinds: readonly FindingKind[] = [
    {
        title: "Not as wanted",
        advice:
            "The tuning stays applied. Mend the cause first. Then pulumi up with observe: true (Drift in the README) writes values " +
            "again that are no longer live; without it, an up for which nothing changed in the program touches no host. A " +
            "verification that failed runs again in the next up by itself, and user data applies at each boot.",
        heads: ["Problem"],
        rowsOf: (report) => problemsOf(report).map((problem) => [problem]),
    },
    {
        title: "Overridden at the next boot",
        advice: "These lines are read after the drop-in. Take them out there, or tune to their value.",
        heads: ["Parameter", "Wanted", "At boot", "Decided by"],
        rowsOf: ({ keys }) =>
            Object.entries(keys)
                .filter(([, key]) => isOtherAtBoot(key))
                .map(([key, { wanted, atBoot }]) =>
                    [key, wanted, atBoot?.value ?? "", atBoot?.by ?? ""].map((code) => ({ code })),
                ),
    },
    {
        title: "Restart needed",
        advice: "These programs started before the change, and keep the former backlog, buffers or congestion control.",
        heads: ["Program (ports)"],
        rowsOf: ({ listeners }) => restartsNeeded(listeners).map((program) => [program]),
    },
    {
        title: "Not in force",
        advice: "Something else gave these another value: find out what. How they are written again stands under Not as wanted.",
        heads: ["Parameter", "Wanted", "Why"],
        rowsOf: (report) => keysThatAre(report, ["failed"]),
    },
    {
        title: "Skipped",
        advice: "These are optional, and the host does not have them or may not change them.",
        heads: ["Parameter", "Wanted", "Why"],
        rowsOf: (report) => keysThatAre(report, ["missing", "otherNamespace"]),
    },
    {
        title: "Rivals",
        advice: "They give the same parameters other values, now or when their files are read again.",
        heads: ["What else sets them"],
        rowsOf: ({ rivals = [] }) => rivals.map((rival) => [rival]),
    },
];

function keysThatAre({ keys }: HostReport, statuses: readonly KeyStatus[]): readonly (readonly Cell[])[] {
    return Object.entries(keys)
        .filter(([, { status }]) => statuses.includes(status))
        .map(([key, { wanted, status, why }]) => [{ code: key }, { code: wanted }, why ?? mentions[status]]);
}

/** All findings of one kind, hosts of which the same is to be said together, the most hosts first. */
export interface FleetFindings extends Omit<FindingKind, "rowsOf"> {
    readonly findings: readonly FleetFinding[];
}

/** What is to be said of a fleet beyond its values, the most urgent first; kinds without a finding are left out. */
export function findingsOf(hosts: readonly FleetHost[]): readonly FleetFindings[] {
    return kinds
        .map(({ rowsOf, ...kind }) => {
            const rows = hosts.flatMap(({ name, report }) => rowsOf(report).map((cells) => [name, cells] as const));
            const alike = groupAlike(rows).map(({ names, what }) => ({ cells: what, hosts: [...new Set(names)] }));
            return { ...kind, findings: alike.sort((a, b) => b.hosts.length - a.hosts.length) };
        })
        .filter(({ findings }) => findings.length > 0);
}
