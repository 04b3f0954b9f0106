import { createHash } from "node:crypto";
import { minuteOf } from "../age";
import { counted } from "../counted";
import { type FleetHost, worstFirst } from "../fleet";
import { filterScript } from "./filter-script";
import { findings } from "./findings";
import { hostDetails } from "./host-details";
import { hostTable } from "./host-table";
import { type Html, html, trusted } from "./html";
import { type NotShown, notShown } from "./left-out";
import { matrix } from "./matrix";
import { overview } from "./overview";
import type { ShownHost } from "./shown-host";
import { statesOfFleet } from "./states";
import { style } from "./style";

/**
 * One HTML page about a fleet that needs nothing else: no request leaves it, and its own style sheet and script are the only
 * ones that its Content-Security-Policy lets run. It reads without the script.
 *
 * @param made when the page is made; ages count up to it
 * @param others what the page says it cannot show
 */
export function reportPage(fleet: readonly FleetHost[], made: Date, others: NotShown = NONE): string {
    const hosts = worstFirst(fleet).map((host, index): ShownHost => ({ ...host, id: `host${index + 1}` }));
    const unknown = others.unknown.length;
    const title = `TCP tuning of ${counted(hosts.length, "host")}${unknown > 0 ? `, and ${counted(unknown, "tuning")} of which nothing is known` : ""}`;
    return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style></head>
<body><main>
<h1>${title}</h1>
<p class="dim">What each host's verification found, at its time by the host's own clock. A stack's state and outputs hold the last
<em>successful</em> one: of one that failed since, they say nothing. This page was made at ${minuteOf(made.toISOString())} UTC.</p>
${hosts.length > 0 && overview(hosts, made, unknown)}${notShown(others)}${hosts.length > 0 && [findings(hosts, unknown + others.leftOut.length === 0), hosts.length > 1 && filterForm, hostTable(hosts, made), statesOfFleet(hosts), matrix(hosts), hostDetails(hosts)]}
</main>
<script>${trusted(filterScript)}</script>
</body></html>
`.text;
}

const NONE: NotShown = { unknown: [], leftOut: [] };

const filterForm: Html = html`<form class="filter" hidden><label>Find a host <input type="search"></label><label><input
type="checkbox"> only those that need attention</label><output class="dim"></output></form>
`;

const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(filterScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
].join("; ");

function hashOf(text: string): string {
    return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
