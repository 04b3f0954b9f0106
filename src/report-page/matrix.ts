import { type HostReport, type KeyStatus, mentions } from "../report";
import { type Html, html } from "./html";
import { keySigns } from "./key-signs";
import { filterData, type ShownHost } from "./shown-host";

/** Each host's status of each key: a sign, a colour, and words for those who hear the page. */
export function matrix(hosts: readonly ShownHost[]): Html {
    const keys = [...new Set(hosts.flatMap(({ report }) => Object.keys(report.keys)))].sort();
    return html`<h2 id="matrix">Parameters on each host</h2>
<ul class="legend">${(Object.keys(mentions) as KeyStatus[]).map(
        (status) => html`<li><b class="k-${status}">${keySigns[status]}</b> ${mentions[status]}
`,
    )}<li><b></b> empty: not part of the host's tuning</ul>
<div class="box tall" tabindex="0" role="region" aria-labelledby="matrix">
<table class="matrix"><thead><tr><td>Host${keys.map((key) => html`<th scope="col"><span title="${key}">${key}</span>`)}<tbody>
${hosts.map(
    (host) => html`<tr ${filterData(host)}><th scope="row"><a href="#${host.id}">${host.name}</a>${keys.map((key) =>
        keyCell(host.report, key),
    )}
`,
)}</table></div>
`;
}

function keyCell({ keys }: HostReport, key: string): Html {
    const status = Object.hasOwn(keys, key) ? keys[key]?.status : undefined;
    return status === undefined
        ? html`<td>`
        : html`<td class="k-${status}">${keySigns[status]}<i>${mentions[status]}</i>`;
}
