import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTick } from "node:timers/promises";
import fc from "fast-check";
import type { Outcome } from "../../../src/rollout/outcome";
import { type Hosts, type Progress, rollOut } from "../../../src/rollout/roll-out";
import { completeRollout, type RolloutArgs } from "../../../src/rollout/rollout";

/** Hosts `h1` to `hN`; those of `failing` fail, those of `done` are as wanted already. */
class Fleet implements Hosts {
    public readonly names: readonly string[];
    /** What was asked, in waves: a new one begins when nothing else is at work. */
    public readonly waves: string[][] = [];
    public readonly probed: string[] = [];
    private atWork = 0;

    public constructor(
        count: number,
        private readonly failing: readonly string[] = [],
        private readonly done: readonly string[] = [],
    ) {
        this.names = Array.from({ length: count }, (_, index) => `h${index + 1}`);
    }

    public readonly take = async (host: string): Promise<Outcome> => {
        if (this.atWork === 0) {
            this.waves.push([]);
        }
        this.waves.at(-1)?.push(host);
        this.atWork++;
        await nextTick();
        this.atWork--;
        return this.failing.includes(host)
            ? { host, state: "failed", reason: "no" }
            : { host, state: this.done.includes(host) ? "as wanted" : "tuned" };
    };

    public readonly probe = async (host: string): Promise<Outcome | undefined> => {
        this.probed.push(host);
        await nextTick();
        return this.done.includes(host) ? { host, state: "as wanted" } : undefined;
    };
}

const roll = (fleet: Fleet, args: RolloutArgs = {}, tell: (progress: Progress) => void = () => undefined) =>
    rollOut(fleet.names, completeRollout(args), fleet, tell);
const inState = ({ outcomes }: Progress, state: Outcome["state"]) =>
    outcomes.filter((outcome) => outcome.state === state).map(({ host }) => host);

describe("a roll-out", () => {
    it("takes the canary first, and each wave after the one before", async () => {
        const fleet = new Fleet(12);
        const end = await roll(fleet, { batch: 4 });
        assert.deepEqual(
            fleet.waves.map((wave) => wave.length),
            [1, 4, 4, 3],
        );
        assert.deepEqual(fleet.waves.flat(), fleet.names);
        assert.deepEqual([end.isStopped, end.waiting, inState(end, "tuned").length], [false, [], 12]);
    });

    it("begins no further wave after a failure, and leaves the others untouched", async () => {
        const fleet = new Fleet(12, ["h3"]);
        const end = await roll(fleet, { batch: 4 });
        assert.deepEqual(fleet.waves, [["h1"], ["h2", "h3", "h4", "h5"]]);
        assert.equal(end.isStopped, true);
        assert.deepEqual(inState(end, "failed"), ["h3"]);
        assert.deepEqual(inState(end, "tuned"), ["h1", "h2", "h4", "h5"]);
        assert.deepEqual(end.waiting, ["h6", "h7", "h8", "h9", "h10", "h11", "h12"]);
    });

    it("goes on past as many failures as it may have, of all waves together", async () => {
        const fleet = new Fleet(12, ["h1", "h6", "h10"]);
        const end = await roll(fleet, { batch: 4, maxFailures: 2 });
        assert.equal(fleet.waves.length, 4);
        assert.deepEqual([inState(end, "failed").length, end.isStopped, end.waiting], [3, true, []]);
        const stopped = await roll(new Fleet(12, ["h1", "h2", "h3"]), { batch: 4, maxFailures: 2 });
        assert.deepEqual([stopped.isStopped, stopped.waiting.length], [true, 7]);
    });

    it("goes on after a stopped one: only what has not its values yet forms waves, and the first is a canary", async () => {
        const done = ["h1", "h2", "h4", "h5"];
        const fleet = new Fleet(12, [], done);
        const end = await roll(fleet, { batch: 4 });
        assert.deepEqual(fleet.waves, [["h1"], ["h3"], ["h6", "h7", "h8", "h9"], ["h10", "h11", "h12"]]);
        assert.deepEqual(inState(end, "as wanted"), done);
        assert.deepEqual(fleet.probed, fleet.names.slice(1));
    });

    it("probes no host where none was as wanted already", async () => {
        const fleet = new Fleet(12);
        await roll(fleet);
        assert.deepEqual(fleet.probed, []);
    });

    it("takes no host twice, and never more in a wave than it may, whatever fails or is done", async () => {
        const runs = fc.record({
            count: fc.integer({ min: 1, max: 40 }),
            canaries: fc.nat(3),
            batch: fc.integer({ min: 1, max: 15 }),
            maxFailures: fc.nat(4),
            failing: fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
            done: fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        });
        const named = (numbers: readonly number[]) => numbers.map((number) => `h${number}`);
        await fc.assert(
            fc.asyncProperty(runs, async ({ count, failing, done, ...args }) => {
                const fleet = new Fleet(count, named(failing), named(done));
                const end = await roll(fleet, args);
                const ended = end.outcomes.map(({ host }) => host);
                assert.equal(new Set(ended).size, ended.length);
                assert.deepEqual([...ended, ...end.waiting].sort(), [...fleet.names].sort());
                assert.ok(fleet.waves.every((wave) => wave.length <= Math.max(args.canaries, args.batch)));
                const failures = inState(end, "failed").length;
                assert.equal(end.isStopped, failures > args.maxFailures);
                // Before the last wave there were no more failures than there may be.
                const last = fleet.waves.at(-1) ?? [];
                const before = inState(end, "failed").filter((host) => !last.includes(host)).length;
                assert.ok(before <= args.maxFailures);
                assert.ok(end.isStopped || end.waiting.length === 0);
            }),
            { numRuns: 300 },
        );
    });

    it("tells what it is at, with as many hosts at every time", async () => {
        const told: Progress[] = [];
        await roll(new Fleet(6, ["h6"]), { batch: 3 }, (progress) => told.push(progress));
        assert.ok(told.every(({ outcomes, waiting }) => outcomes.length + waiting.length === 6));
        assert.deepEqual(
            told.map(({ wave }) => wave),
            [1, 1, 2, 2, 2, 2, 3, 3, 3],
        );
    });
});
