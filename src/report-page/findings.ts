import { type Cell, type FleetFindings, findingsOf } from "../fleet-findings";
import { type Html, html } from "./html";
import type { ShownHost } from "./shown-host";

/** Of so many hosts of one finding the names stand open. */
const MOST_NAMES = 8;

/** What is to be done or known, each once with its hosts; `whole` where the page has every host. */
export function findings(hosts: readonly ShownHost[], whole: boolean): Html {
    const all = findingsOf(hosts.map(({ id, report }) => ({ name: id, report })));
    const names = new Map(hosts.map(({ id, name }) => [id, name]));
    return all.length === 0
        ? html`${!whole && html`<h2>The hosts below</h2>`}<p>Nothing is left to do${!whole && " on the hosts below"}: every parameter is in force, now and at the next boot.</p>
`
        : html`${all.map((kind, index) => findingKind(kind, `kind${index}`, names))}`;
}

function findingKind({ title, advice, heads, findings: rows }: FleetFindings, id: string, names: Names): Html {
    return html`<h2 id="${id}">${title}</h2>
<p>${advice}</p>
<div class="box tall" tabindex="0" role="region" aria-labelledby="${id}">
<table class="findings"><thead><tr>${heads.map((head) => html`<th scope="col">${head}`)}<th scope="col">Hosts<tbody>
${rows.map(
    ({
        cells,
        hosts,
    }) => html`<tr>${cells.map((content, index) => html`<td data-head="${heads[index]}">${cell(content)}`)}<td data-head="Hosts">${hostLinks(hosts, names)}
`,
)}</table></div>
`;
}

type Names = ReadonlyMap<string, string>;

function cell(content: Cell): Html {
    return typeof content === "string" ? html`${content}` : html`<code>${content.code}</code>`;
}

function hostLinks(ids: readonly string[], names: Names): Html {
    const links = html`${ids.map((id, index) => html`${index > 0 && ", "}<a href="#${id}">${names.get(id)}</a>`)}`;
    return ids.length <= MOST_NAMES ? links : html`<details><summary>${ids.length} hosts</summary>${links}</details>`;
}
