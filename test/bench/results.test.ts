import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { turnsOf } from "../../bench/bench";
import { engineSettings } from "../../bench/machine";
import { type Measurement, summarize } from "../../bench/results";
import { describeTime, figures } from "../../bench/tables";

const base: Measurement = {
    peer: "ssh",
    hosts: 10,
    phase: "first",
    round: 1,
    seconds: 2,
    loadBefore: 0.5,
    peakBytes: 1024,
    logins: 10,
};
const measured = (...parts: readonly Partial<Measurement>[]) => parts.map((part) => ({ ...base, ...part }));

describe("the turns of a benchmark", () => {
    it("let every peer be first in turn, round by round, and every number of hosts come after the smaller one", () => {
        const turns = turnsOf({ hosts: [1, 40], keys: 16, runs: 3, peers: ["per-host", "ssh"] });
        const told = turns.map(({ hosts, round, peer }) => `${hosts} ${round} ${peer}`);
        const order = ["1 per-host", "1 ssh", "2 ssh", "2 per-host", "3 per-host", "3 ssh"];
        assert.deepEqual(told, [...order.map((turn) => `1 ${turn}`), ...order.map((turn) => `40 ${turn}`)]);
    });
});

describe("what rounds come to", () => {
    it("is of one peer, number of hosts and phase", () => {
        const others = measured(
            { hosts: 40, seconds: 9 },
            { phase: "again", seconds: 9 },
            { peer: "ansible", seconds: 9 },
        );
        const rounds = measured({ seconds: 3 }, { round: 2, seconds: 1 });
        assert.deepEqual(summarize([...others, ...rounds], base, "ssh"), {
            seconds: { median: 2, least: 1, most: 3 },
            ratio: 1,
            rounds,
        });
    });

    it("compares with the baseline of the same round, so that a slow while for both changes nothing", () => {
        const peer = "ansible";
        const rounds = measured({}, { peer, seconds: 8 }, { round: 2, seconds: 20 }, { round: 2, peer, seconds: 80 });
        assert.equal(summarize(rounds, { ...base, peer }, "ssh")?.ratio, 4);
    });

    it("has no ratio without the baseline, and is nothing without rounds", () => {
        const peer = "ansible";
        assert.equal(summarize(measured({ peer }), { ...base, peer }, "ssh")?.ratio, undefined);
        assert.equal(summarize(measured({ peer }), base, "ssh"), undefined);
    });

    it("is told with the decimals that it is worth", () => {
        assert.deepEqual([0.239, 0.999, 4.14, 99.96, 59_099.4].map(figures), ["0.24", "1.0", "4.1", "100", "59,099"]);
        const seconds = { median: 4.14, least: 3.9, most: 12.25 };
        assert.equal(describeTime({ seconds, ratio: 1.49, rounds: [] }), "4.1 (3.9–12.3) 1.5×");
        assert.equal(describeTime({ seconds, rounds: [] }), "4.1 (3.9–12.3)");
        assert.equal(describeTime(undefined), "–");
    });
});

describe("the engine's settings in the results", () => {
    it("are switches and numbers, and nothing that may be secret", () => {
        const environment = {
            PULUMI_SKIP_CHECKPOINTS: "true",
            PULUMI_PARALLEL: "64",
            PULUMI_ACCESS_TOKEN: "pul-0123456789abcdef",
            PULUMI_CONFIG_PASSPHRASE: "1234567",
            PULUMI_BACKEND_URL: "file:///tmp",
            HOME: "1",
        };
        assert.deepEqual(engineSettings(environment), { PULUMI_PARALLEL: "64", PULUMI_SKIP_CHECKPOINTS: "true" });
    });
});
