import { type FleetHost, hostStatuses, isFine, statusOf } from "../fleet";
import { type Html, html, trusted } from "./html";

/** A host with its place in the page. */
export interface ShownHost extends FleetHost {
    /** Where its details are. */
    readonly id: string;
}

export function statusMark({ report }: FleetHost): Html {
    const status = statusOf(report);
    const { sign, words } = hostStatuses[status];
    return html`<span class="sign ${status}">${sign} ${words}</span>`;
}

/** What the filter looks at. */
export function filterData({ name, report }: FleetHost): Html {
    const status = statusOf(report);
    const words = `${name} ${report.name} ${hostStatuses[status].words}`.toLowerCase();
    return html`data-host="${words}"${isFine(status) && trusted(" data-fine")}`;
}
