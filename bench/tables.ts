import { renderTable } from "../demo/table";
import { plural } from "../src/counted";
import { BASELINE, peerOf } from "./peers";
import { phaseNames, phases } from "./phases";
import { distinct, type Measurement, type Results, type Summary, summarize } from "./results";
import { spreadOf } from "./statistics";

const NONE = "–";
const MIB = 1024 ** 2;

/** What took how long, a table for each number of hosts, and then what it took of hosts, memory and state. */
export function tellResults({ measurements, keys }: Results): string {
    const counts = distinct(measurements, "hosts");
    const runs = plural(distinct(measurements, "round").length, "round");
    const times = counts.map(
        (hosts) => `${plural(hosts, "host")}, ${plural(keys, "parameter")}\n${timeTable(measurements, hosts)}\n`,
    );
    return [
        `Seconds: the median of ${runs} (least–most), and how many times ${peerOf(BASELINE).title} in the same round.\n`,
        ...times,
        costTable(measurements),
    ].join("\n");
}

function timeTable(measurements: readonly Measurement[], hosts: number): string {
    const rows = distinct(measurements, "peer").map((peer) => [
        peerOf(peer).title,
        ...phaseNames.map((phase) => describeTime(summarize(measurements, { peer, hosts, phase }, BASELINE))),
    ]);
    return renderTable([["", ...phaseNames.map((phase) => phases[phase].title)], ...rows]).join("\n");
}

/** `4.1 (3.9–4.4) 1.5×` */
export function describeTime(summary: Summary | undefined): string {
    if (summary === undefined) {
        return NONE;
    }
    const { seconds, ratio } = summary;
    const [median, least, most] = [seconds.median, seconds.least, seconds.most].map(figures);
    return `${median} (${least}–${most})${ratio === undefined ? "" : ` ${figures(ratio)}×`}`;
}

/** As many decimals as a measurement is worth: `0.24`, `4.1`, `131`, `59,099`. */
export function figures(number: number): string {
    const digits = number < 0.995 ? 2 : number < 99.95 ? 1 : 0;
    return number.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const costs: readonly (readonly [title: string, of: (measurement: Measurement) => number | undefined])[] = [
    ["logins", ({ logins, hosts }) => logins / hosts],
    ["steps", ({ engine, hosts }) => engine && engine.steps / hosts],
    ["changes", ({ engine, hosts }) => engine && engine.changes / hosts],
    ["state, bytes", ({ engine, hosts }) => engine && engine.stateBytes / hosts],
    ["memory at most, MiB", ({ peakBytes }) => peakBytes / MIB],
];

/** Of the most hosts that were measured. */
function costTable(measurements: readonly Measurement[]): string {
    const hosts = Math.max(...distinct(measurements, "hosts"));
    const rows = distinct(measurements, "peer").flatMap((peer) =>
        phaseNames.map((phase) => {
            const rounds = summarize(measurements, { peer, hosts, phase }, BASELINE)?.rounds ?? [];
            return [peerOf(peer).title, phases[phase].title, ...costs.map(([, of]) => describeCost(rounds.map(of)))];
        }),
    );
    const title = `What it took, medians with ${plural(hosts, "host")}: memory in all, the rest for each host`;
    return [title, ...renderTable([["", "", ...costs.map(([head]) => head)], ...rows])].join("\n");
}

function describeCost(values: readonly (number | undefined)[]): string {
    const numbers = values.filter((value) => value !== undefined);
    if (numbers.length === 0) {
        return NONE;
    }
    const { median } = spreadOf(numbers);
    return Number.isInteger(median) ? median.toLocaleString("en-US") : figures(median);
}
