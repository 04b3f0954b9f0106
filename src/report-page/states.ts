import { thousands } from "../counted";
import { type FleetHost, fleetStates, tellCompared } from "../fleet";
import { type Content, html } from "./html";

/** Connections by state, of all hosts together. */
export function statesOfFleet(hosts: readonly FleetHost[]): Content {
    const states = fleetStates(hosts);
    return (
        states.rows.length > 0 &&
        html`<h2 id="states">Connections by TCP state</h2>
<p>${tellCompared(states, hosts.length)}</p>
<div class="box" tabindex="0" role="region" aria-labelledby="states"><table><thead><tr><th scope="col">State<th scope="col" class="n">Before<th
scope="col" class="n">After<tbody>
${states.rows.map(
    ({
        state,
        before,
        after,
    }) => html`<tr><td>${state}<td class="n">${thousands(before)}<td class="n">${thousands(after)}
`,
)}</table></div>
`
    );
}
