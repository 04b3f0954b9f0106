import type { Machine } from "./machine";
import type { EngineWork, PeerName } from "./peers";
import type { Phase } from "./phases";
import { type Spread, spreadOf } from "./statistics";

/** The file `results.json`. */
export interface Results {
    readonly schema: 1;
    /** When the benchmark began. */
    readonly date: string;
    readonly machine: Machine;
    /** How many parameters each peer wrote. */
    readonly keys: number;
    /** In the order in which they were made. */
    readonly measurements: readonly Measurement[];
}

/** One run of one peer, after which all hosts had the values that they should have. */
export interface Measurement {
    readonly peer: PeerName;
    readonly hosts: number;
    readonly phase: Phase;
    /** Counted from 1. In each the peers take turns, another one first. */
    readonly round: number;
    readonly seconds: number;
    /** Load average of the last minute before the run; with the runs before it in it. */
    readonly loadBefore: number;
    /** The most memory that the peer's processes had at once; what several share counts for each. */
    readonly peakBytes: number;
    /** Logins that all hosts together accepted. */
    readonly logins: number;
    /** @default the peer has no Pulumi engine */
    readonly engine?: EngineWork;
}

/** What the rounds of one peer, phase and number of hosts come to. */
export interface Summary {
    readonly seconds: Spread;
    /** Times the baseline of the same round, the median; undefined where the baseline was not measured. */
    readonly ratio?: number;
    readonly rounds: readonly Measurement[];
}

/** Undefined where nothing was measured. */
export function summarize(
    measurements: readonly Measurement[],
    cell: Pick<Measurement, "peer" | "hosts" | "phase">,
    baseline: PeerName,
): Summary | undefined {
    const of = (peer: PeerName) =>
        measurements.filter((each) => each.peer === peer && each.hosts === cell.hosts && each.phase === cell.phase);
    const rounds = of(cell.peer);
    const ratios = rounds.flatMap(({ round, seconds }) =>
        of(baseline)
            .filter((each) => each.round === round)
            .map((each) => seconds / each.seconds),
    );
    return rounds.length === 0
        ? undefined
        : {
              seconds: spreadOf(rounds.map(({ seconds }) => seconds)),
              ...(ratios.length > 0 && { ratio: spreadOf(ratios).median }),
              rounds,
          };
}

/** Each once, in the order in which it was first measured. */
export function distinct<K extends keyof Measurement>(
    measurements: readonly Measurement[],
    field: K,
): Measurement[K][] {
    return [...new Set(measurements.map((each) => each[field]))];
}
