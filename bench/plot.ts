import { plural } from "../src/counted";
import { type Html, html, trusted } from "../src/report-page/html";
import { BASELINE, type PeerName, peerNames, peerOf } from "./peers";
import { type Phase, phaseNames, phases } from "./phases";
import { distinct, type Results, type Summary, summarize } from "./results";
import { logScale, roundTicks, type Scale, spreadApart } from "./scale";

/** Where things are, in pixels. A panel is a phase; the labels of its lines stand to its right. */
const PANEL = { width: 175, height: 250, labels: 150, left: 46, top: 64, bottom: 52 } as const;
const PITCH = PANEL.width + PANEL.labels;
const WIDTH = PANEL.left + PITCH * phaseNames.length;
const HEIGHT = PANEL.top + PANEL.height + PANEL.bottom;
const BASE = PANEL.top + PANEL.height;
const LABEL_GAP = 15;
const TICK_GAP = 24;

/** Each at least 4.5 to 1 against its ground: the labels have them, too. */
const COLOURS: Readonly<Record<PeerName, readonly [light: string, dark: string]>> = {
    fleet: ["#0b57b0", "#82b7ff"],
    "fleet-waves": ["#00675b", "#7fd6c8"],
    "per-host": ["#5b3fb8", "#b9a6ff"],
    ssh: ["#545f6b", "#a4afba"],
    ansible: ["#a3121f", "#ff9d9d"],
    "ansible-10": ["#7a4600", "#f3c26b"],
    "ansible-sysctl": ["#7d1f8a", "#e5a0f0"],
};

const style = `
svg { --ground: #fff; --text: #1b2129; --dim: #545f6b; --line: #d3d9df; }
${colours(0)}
@media (prefers-color-scheme: dark) { svg { --ground: #12161b; --text: #e6eaee; --dim: #a4afba; --line: #39434e; }
${colours(1)} }
text { font: 12px system-ui, sans-serif; fill: var(--dim); }
.title { font-size: 15px; font-weight: 600; fill: var(--text); } .phase { font-size: 13px; font-weight: 600; fill: var(--text); }
.grid { stroke: var(--line); } .line { fill: none; stroke: var(--peer); stroke-width: 2; }
.spread { stroke: var(--peer); } .point { fill: var(--peer); } .label { fill: var(--peer); font-weight: 600; }
`;

function colours(ground: 0 | 1): string {
    return peerNames.map((name) => `.${name} { --peer: ${COLOURS[name][ground]}; }`).join(" ");
}

/** A peer's line in a panel: what it took, by the number of hosts. */
interface Line {
    readonly peer: PeerName;
    readonly points: readonly (readonly [hosts: number, summary: Summary])[];
}

/** An SVG picture of time against hosts: light or dark as its reader has it. */
export function plotResults({ measurements, keys, date }: Results): string {
    const counts = distinct(measurements, "hosts");
    const seconds = roundTicks(measurements.map((each) => each.seconds));
    const y = logScale([seconds[0]!, seconds.at(-1)!], [BASE, PANEL.top], seconds);
    const linesOf = (phase: Phase): Line[] =>
        distinct(measurements, "peer").map((peer) => ({
            peer,
            points: counts.flatMap((hosts) => {
                const summary = summarize(measurements, { peer, hosts, phase }, BASELINE);
                return summary === undefined ? [] : [[hosts, summary] as const];
            }),
        }));
    const panels = phaseNames.map((phase, index) => {
        const left = PANEL.left + index * PITCH;
        const ends = [Math.min(...counts), Math.max(...counts)] as const;
        const x = logScale(ends, [left + 10, left + PANEL.width - 10], counts);
        return panel(phases[phase].title, left, x, y, linesOf(phase));
    });
    const title = `Seconds to bring ${plural(keys, "parameter")} to so many hosts`;
    return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
<style>${trusted(style)}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="var(--ground)"/>
<text class="title" x="12" y="24">${title}</text>
${panels}
<text x="12" y="${HEIGHT - 10}">Medians, with the least and the most; both scales are logarithmic. ${date.slice(0, 10)}</text>
</svg>
`.text;
}

function panel(title: string, left: number, x: Scale, y: Scale, lines: readonly Line[]): Html {
    const right = left + PANEL.width;
    const grid = y.ticks.map(
        (tick) => html`<line class="grid" x1="${left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>
<text x="${left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${tick}</text>
`,
    );
    const counts = spaced(x).map(
        (count) => html`<text x="${px(x(count))}" y="${BASE + 18}" text-anchor="middle">${count}</text>`,
    );
    return html`<g>
<text class="phase" x="${left}" y="${PANEL.top - 12}">${title}</text>
${grid}${counts}
<text x="${right + 6}" y="${BASE + 18}">hosts</text>
${lines.map((line) => drawLine(line, x, y))}${labels(lines, right + 6, y)}
</g>
`;
}

/** The ticks that can be read beside each other, from the greatest down. */
function spaced(x: Scale): number[] {
    const kept: number[] = [];
    for (const tick of [...x.ticks].reverse()) {
        if (kept.every((other) => Math.abs(x(other) - x(tick)) >= TICK_GAP)) {
            kept.push(tick);
        }
    }
    return kept.reverse();
}

function drawLine({ peer, points }: Line, x: Scale, y: Scale): Html {
    const corners = points.map(([hosts, { seconds }]) => `${px(x(hosts))},${px(y(seconds.median))}`);
    const marks = points.map(([hosts, { seconds }]) => {
        const at = px(x(hosts));
        const title = `${peerOf(peer).title}, ${plural(hosts, "host")}: ${seconds.median.toFixed(1)} s`;
        return html`<line class="spread" x1="${at}" x2="${at}" y1="${px(y(seconds.least))}" y2="${px(y(seconds.most))}"/>
<circle class="point" cx="${at}" cy="${px(y(seconds.median))}" r="3"><title>${title}</title></circle>
`;
    });
    return html`<g class="${peer}"><polyline class="line" points="${corners.join(" ")}"/>
${marks}</g>
`;
}

/** Beside the ends of the lines, moved apart where these are close. */
function labels(lines: readonly Line[], left: number, y: Scale): Html[] {
    const ends = lines.flatMap(({ peer, points }) => points.slice(-1).map(([, summary]) => ({ peer, summary })));
    const positions = spreadApart(
        ends.map(({ summary }) => y(summary.seconds.median)),
        LABEL_GAP,
        BASE,
    );
    return ends.map(({ peer }, index) => {
        const baseline = px(positions[index]! + 4);
        return html`<text class="label ${peer}" x="${left}" y="${baseline}">${peerOf(peer).title}</text>
`;
    });
}

function px(position: number): number {
    return Math.round(position * 10) / 10;
}
