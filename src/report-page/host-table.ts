import { ago } from "../age";
import { counted, thousands } from "../counted";
import { isOtherAtBoot, timeWaitBefore } from "../fleet";
import { isInForce, restartsNeeded } from "../report";
import { type Html, html } from "./html";
import { filterData, type ShownHost, statusMark } from "./shown-host";
import { barScale, timeWaitBar } from "./time-wait-bar";

/** All hosts: status, what is in force now and at the next boot, and TIME_WAIT against its limit. */
export function hostTable(hosts: readonly ShownHost[], made: Date): Html {
    const scale = barScale(hosts);
    return html`<h2 id="hosts">Hosts</h2>
<p>TIME_WAIT before is that of the moment when the tuning last changed a value (– where that is not known); after, that of the last
verification. The bars of all hosts have one scale, up to ${counted(scale, "socket")}.</p>
${legend}<p class="scrolls dim">The table scrolls sideways.</p>
<div class="box tall" tabindex="0" role="region" aria-labelledby="hosts">
<table class="hosts"><thead><tr><th scope="col">Host<th scope="col">Status<th scope="col" class="n">TIME_WAIT before<th
scope="col" class="n">after<th scope="col" class="n">limit<th scope="col" class="bar">before, after, limit<th scope="col"
class="n">In force<th scope="col">At the next boot<th scope="col">Restart needed<th scope="col">Verified<tbody>
${hosts.map((host) => hostRow(host, scale, made))}</table></div>
`;
}

const legend = html`<ul class="legend"><li><svg viewBox="0 0 20 20" aria-hidden="true"><rect class="before" y="4" width="20" height="12"/></svg>
above: before<li><svg viewBox="0 0 20 20" aria-hidden="true"><rect class="after" y="4" width="20" height="12"/></svg> below: after<li><svg
viewBox="0 0 20 20" aria-hidden="true"><rect class="over" y="4" width="20" height="12"/></svg> below: after, above its limit<li><svg
viewBox="0 0 20 20" aria-hidden="true"><path class="limit" d="M10 0v20"/></svg> line: limit</ul>`;

function hostRow(host: ShownHost, scale: number, made: Date): Html {
    const { report } = host;
    const keys = Object.values(report.keys);
    const others = keys.filter(isOtherAtBoot).length;
    const before = timeWaitBefore(report);
    const { count, limit } = report.timeWait;
    return html`<tr ${filterData(host)}><th scope="row"><a href="#${host.id}">${host.name}</a><td class="status">${statusMark(
        host,
    )}<td class="n">${before === undefined ? "–" : thousands(before)}<td class="n">${thousands(count)}<td class="n">${
        limit === undefined ? "none" : thousands(limit)
    }<td class="bar">${timeWaitBar(host, scale)}<td class="n">${keys.filter(isInForce).length} of ${keys.length}<td>${
        others === 0 ? "the same" : `${counted(others, "value")} other`
    }<td>${restartsNeeded(report.listeners).join(", ") || "none"}<td><time datetime="${report.verifiedAt}">${ago(report.verifiedAt, made)}</time>
`;
}
