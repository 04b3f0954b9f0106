import type { UnknownTuning } from "../find-reports";
import { type Content, html } from "./html";

/** What a page cannot show, and has to say so. */
export interface NotShown {
    readonly unknown: readonly UnknownTuning[];
    /** What was left out, and why. */
    readonly leftOut: readonly string[];
}

/** Tunings of which nothing is known, and what was left out: the worst, since nobody can say that it is fine. */
export function notShown({ unknown, leftOut }: NotShown): Content {
    return [
        unknown.length > 0 &&
            html`<h2 id="unknown">Nothing is known of these</h2>
<p>They are in the state, without a report that still holds. Where a verification failed, run pulumi up again: it verifies anew, and says why.</p>
<div class="box tall" tabindex="0" role="region" aria-labelledby="unknown">
<table class="findings"><thead><tr><th scope="col">Tuning<th scope="col">Why<tbody>
${unknown.map(
    ({
        name,
        why,
    }) => html`<tr><td data-head="Tuning"><span class="sign unknown">?</span> ${name}<td data-head="Why">${why}
`,
)}</table></div>
`,
        leftOut.length > 0 &&
            html`<h2 id="left-out">Left out</h2>
<p>This page does not have these.</p>
<ul>${leftOut.map((each) => html`<li>${each}`)}</ul>
`,
    ];
}
