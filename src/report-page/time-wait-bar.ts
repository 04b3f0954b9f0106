import { type FleetHost, isOverLimit, timeWaitBefore } from "../fleet";
import { type Html, html } from "./html";

/** The most that a bar of this fleet shows: all have one scale. */
export function barScale(hosts: readonly FleetHost[]): number {
    return hosts.reduce(
        (most, { report }) =>
            Math.max(most, timeWaitBefore(report) ?? 0, report.timeWait.count, report.timeWait.limit ?? 0),
        1,
    );
}

/** TIME_WAIT before (above) and after (below), with its limit as a line. The numbers stand beside it. */
export function timeWaitBar({ report }: FleetHost, scale: number): Html {
    const { count, limit } = report.timeWait;
    const x = (sockets: number) => Math.round((sockets / scale) * 980) / 10;
    return html`<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><rect class="before" y="2" height="6" width="${x(
        timeWaitBefore(report) ?? 0,
    )}"/><rect class="${isOverLimit(report) ? "over" : "after"}" y="11" height="7" width="${x(count)}"/>${
        limit !== undefined && html`<path class="limit" d="M${x(limit)} 0v20"/>`
    }</svg>`;
}
