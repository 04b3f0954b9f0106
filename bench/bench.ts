import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { plural } from "../src/counted";
import { startHosts, type TestHosts } from "../test/support/hosts";
import { Field } from "./field";
import { describeMachine } from "./machine";
import { measure } from "./measure";
import { type Values, wantedValues } from "./parameters";
import { type PeerName, peerOf, type Session } from "./peers";
import { type Phase, phaseNames, phases } from "./phases";
import type { Measurement, Results } from "./results";

export interface Plan {
    /** Numbers of hosts, ascending. */
    readonly hosts: readonly number[];
    readonly keys: number;
    readonly runs: number;
    readonly peers: readonly PeerName[];
}

/** Where and by what it is told how far the benchmark is. */
export interface Watch {
    readonly say: (line: string) => void;
    /** Ends the benchmark early. */
    readonly signal: AbortSignal;
}

/** One peer's turn: all its phases on hosts that are as new. */
interface Turn {
    readonly peer: PeerName;
    readonly hosts: number;
    readonly round: number;
}

/**
 * Measures everything that is planned, peers side by side.
 *
 * @throws the signal's reason; Error when a peer fails, or leaves a host not as wanted
 */
export async function bench(plan: Plan, watch: Watch): Promise<Results> {
    const date = new Date().toISOString();
    const machine = await describeMachine();
    const most = Math.max(...plan.hosts);
    watch.say(`Starting ${plural(most, "test host")}.`);
    const access = await startHosts({ count: most, prefix: "web" });
    try {
        const wanted = wantedValues(plan.keys);
        const course = new Course(access, await Field.of(access.hosts, [...wanted.keys()]), wanted, watch);
        await course.warmUp(plan.peers);
        const measurements: Measurement[] = [];
        for (const turn of turnsOf(plan)) {
            const measured = await course.take(turn);
            measurements.push(...measured);
            watch.say(tellTurn(turn, plan.runs, measured));
        }
        return { schema: 1, date, machine, keys: plan.keys, measurements };
    } finally {
        await access.stop();
    }
}

/** In each round every peer has its turn, another one first, so that what disturbs a while disturbs them all. */
export function turnsOf({ hosts: counts, runs, peers }: Plan): Turn[] {
    const rounds = Array.from({ length: runs }, (_, index) => index + 1);
    return counts.flatMap((hosts) =>
        rounds.flatMap((round) => rotated(peers, round - 1).map((peer) => ({ peer, hosts, round }))),
    );
}

function rotated<T>(list: readonly T[], by: number): T[] {
    const first = by % list.length;
    return [...list.slice(first), ...list.slice(0, first)];
}

class Course {
    constructor(
        private readonly access: TestHosts,
        private readonly field: Field,
        private readonly wanted: Values,
        private readonly watch: Watch,
    ) {}

    /** Everything once on one host, so that nobody's first turn is the one that reads programs from the disk. */
    async warmUp(peers: readonly PeerName[]): Promise<void> {
        for (const peer of peers) {
            this.watch.say(`Warming up: ${peerOf(peer).title}.`);
            await this.take({ peer, hosts: 1, round: 0 });
        }
    }

    async take(turn: Turn): Promise<Measurement[]> {
        const field = this.field.first(turn.hosts);
        await field.reset();
        const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-bench-"));
        const remove = () => rmSync(folder, { recursive: true, force: true });
        process.on("exit", remove);
        try {
            return await this.measureAll(turn, field, folder);
        } finally {
            process.off("exit", remove);
            remove();
        }
    }

    private async measureAll(turn: Turn, field: Field, folder: string): Promise<Measurement[]> {
        const session = await peerOf(turn.peer).open({ hosts: field.hosts, access: this.access, folder });
        try {
            const measured: Measurement[] = [];
            for (const phase of phaseNames) {
                measured.push(await this.measureOne(turn, phase, field, session));
            }
            return measured;
        } catch (error) {
            this.watch.signal.throwIfAborted();
            const { peer, hosts } = turn;
            throw new Error(`${peerOf(peer).title} with ${plural(hosts, "host")}: ${(error as Error).message}`);
        } finally {
            await session.close();
        }
    }

    private async measureOne(turn: Turn, phase: Phase, field: Field, session: Session): Promise<Measurement> {
        const values = phases[phase].values(this.wanted);
        const [loadBefore = 0] = loadavg();
        const loginsBefore = field.logins();
        const { result, seconds, peakBytes } = await measure(this.watch.signal, () => session.apply(values));
        await field.check(values);
        const logins = field.logins() - loginsBefore;
        return { ...turn, phase, seconds, loadBefore, peakBytes, logins, ...(result && { engine: result }) };
    }
}

function tellTurn({ peer, hosts, round }: Turn, runs: number, measured: readonly Measurement[]): string {
    const times = measured.map(({ phase, seconds }) => `${phases[phase].title.toLowerCase()} ${seconds.toFixed(1)} s`);
    return `${plural(hosts, "host")}, round ${round} of ${runs}, ${peerOf(peer).title}: ${times.join(", ")}`;
}
