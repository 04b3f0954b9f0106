import { ago } from "../age";
import { counted, thousands } from "../counted";
import { type FleetHost, type HostStatus, isFine, isOtherAtBoot, statusOf, timeWaitBefore } from "../fleet";
import { type HostReport, isInForce, restartsNeeded } from "../report";
import { type Html, html } from "./html";

interface Tile {
    readonly title: string;
    readonly value: string;
    /** Its colour, where it asks for attention. */
    readonly status?: HostStatus | false;
}

/** The fleet in a few numbers. */
export function overview(hosts: readonly FleetHost[], made: Date, unknown: number): Html {
    return html`<dl class="tiles">
${tilesOf(
    hosts.map(({ report }) => report),
    made,
    unknown,
).map(
    ({ title, value, status }) => html`<div class="${status}"><dt>${title}</dt><dd>${value}</dd></div>
`,
)}</dl>
`;
}

function tilesOf(reports: readonly HostReport[], made: Date, unknown: number): readonly Tile[] {
    const keys = reports.flatMap((report) => Object.values(report.keys));
    const count = (is: (report: HostReport) => boolean) => reports.filter(is).length;
    const fine = count((report) => isFine(statusOf(report)));
    const failed = count((report) => statusOf(report) === "failed");
    const other = count((report) => Object.values(report.keys).some(isOtherAtBoot));
    const restart = count(({ listeners }) => restartsNeeded(listeners).length > 0);
    return [
        {
            title: "hosts that need no attention",
            value: `${fine} of ${reports.length + unknown}`,
            status: fine === reports.length + unknown && "ok",
        },
        ...(unknown > 0
            ? [{ title: "tunings of which nothing is known", value: String(unknown), status: "failed" as const }]
            : []),
        { title: "hosts not as wanted", value: String(failed), status: failed > 0 && "failed" },
        { title: "hosts overridden at the next boot", value: String(other), status: other > 0 && "overridden" },
        { title: "hosts where programs need a restart", value: String(restart), status: restart > 0 && "restart" },
        {
            title: "parameters in force",
            value: `${thousands(keys.filter(isInForce).length)} of ${thousands(keys.length)}`,
        },
        { title: timeWaitTitle(reports), value: timeWaitTotal(reports) },
        ...oldest(reports).map((time) => ({ title: "the oldest verification", value: ago(time, made) })),
    ];
}

/** The earliest time, where there is a report. */
function oldest(reports: readonly HostReport[]): readonly string[] {
    return reports
        .map(({ verifiedAt }) => verifiedAt)
        .sort()
        .slice(0, 1);
}

function timeWaitTitle(reports: readonly HostReport[]): string {
    const known = reports.filter((report) => timeWaitBefore(report) !== undefined).length;
    return known === reports.length || known === 0
        ? `sockets in TIME_WAIT${known === 0 ? " now" : ", before → after"}`
        : `sockets in TIME_WAIT, before → after, of the ${counted(known, "host")} that know both`;
}

function timeWaitTotal(reports: readonly HostReport[]): string {
    const known = reports.filter((report) => timeWaitBefore(report) !== undefined);
    const sum = (counts: readonly number[]) => thousands(counts.reduce((total, count) => total + count, 0));
    const after = (some: readonly HostReport[]) => sum(some.map(({ timeWait }) => timeWait.count));
    return known.length === 0
        ? after(reports)
        : `${sum(known.map((report) => timeWaitBefore(report) ?? 0))} → ${after(known)}`;
}
