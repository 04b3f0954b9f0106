import { setTimeout as sleep } from "node:timers/promises";
import { isFailure, type Outcome } from "./outcome";
import { type Rollout, waveSize } from "./rollout";

/** What a roll-out has come to, at any time. */
export interface Progress {
    /** The wave that is or was last at work; from 1. */
    readonly wave: number;
    /** In the order in which they ended. */
    readonly outcomes: readonly Outcome[];
    /** Hosts that nobody has asked yet, or whose answer is awaited. */
    readonly waiting: readonly string[];
    /** Seconds until the next wave begins, where the roll-out pauses now. */
    readonly pauseSeconds?: number;
    /** True once no further wave begins, since too many hosts failed. */
    readonly isStopped: boolean;
}

/** How one host is taken, or asked whether all is as wanted: then undefined means no, and nothing was changed. */
export interface Hosts {
    readonly take: (host: string) => Promise<Outcome>;
    readonly probe: (host: string) => Promise<Outcome | undefined>;
}

/**
 * Takes the hosts in waves. No wave begins before the one before has ended, nor once more hosts have failed than may.
 *
 * A host that turns out to be as wanted already does not count as a canary, and is the sign of an earlier roll-out that was
 * stopped: then the others are probed, so that only those that will change form the waves.
 *
 * @param tell Is told of every change.
 */
export async function rollOut(
    names: readonly string[],
    rollout: Rollout,
    hosts: Hosts,
    tell: (progress: Progress) => void,
): Promise<Progress> {
    const run = new Run(names, rollout, hosts, tell);
    await run.toItsEnd();
    return run.progress;
}

class Run {
    private readonly outcomes: Outcome[] = [];
    private waiting: readonly string[];
    private wave = 0;
    private hasChanged = false;
    private isProbed = false;

    public constructor(
        private readonly names: readonly string[],
        private readonly rollout: Rollout,
        private readonly hosts: Hosts,
        private readonly tell: (progress: Progress) => void,
    ) {
        this.waiting = names;
    }

    public get progress(): Progress {
        const { wave, outcomes } = this;
        const ended = new Set(outcomes.map(({ host }) => host));
        return {
            wave,
            outcomes: [...outcomes],
            waiting: this.names.filter((name) => !ended.has(name)),
            isStopped: this.isStopped,
        };
    }

    private get isStopped(): boolean {
        return this.outcomes.filter(isFailure).length > this.rollout.maxFailures;
    }

    public async toItsEnd(): Promise<void> {
        while (this.waiting.length > 0 && !this.isStopped) {
            await this.pause();
            await this.nextWave();
            if (!this.isProbed && !this.isStopped && this.outcomes.some(({ state }) => state === "as wanted")) {
                await this.probeWaiting();
            }
        }
    }

    private async pause(): Promise<void> {
        const { pauseSeconds } = this.rollout;
        if (this.hasChanged && pauseSeconds > 0) {
            this.tell({ ...this.progress, pauseSeconds });
            await sleep(pauseSeconds * 1000);
        }
    }

    private async nextWave(): Promise<void> {
        const size = waveSize(this.rollout, !this.hasChanged, this.names.length);
        const wave = this.waiting.slice(0, size);
        this.waiting = this.waiting.slice(size);
        this.wave++;
        this.tell(this.progress);
        await Promise.all(wave.map(async (name) => this.end(await this.hosts.take(name))));
    }

    private end(outcome: Outcome): void {
        this.outcomes.push(outcome);
        this.hasChanged ||= outcome.state !== "as wanted";
        this.tell(this.progress);
    }

    private async probeWaiting(): Promise<void> {
        this.isProbed = true;
        const found = await Promise.all(this.waiting.map((name) => this.hosts.probe(name)));
        this.waiting = this.waiting.filter((_name, index) => found[index] === undefined);
        found.filter((outcome) => outcome !== undefined).forEach((outcome) => this.end(outcome));
    }
}
