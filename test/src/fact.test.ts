import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ParameterArgs } from "../../components";
import { atLeast } from "../../src/bound";
import { type Fact, factProblem, factsInWords, perCpu, renderFact, shareOfMemory } from "../../src/fact";

describe("a fact", () => {
    it("is plain data, so that JSON and YAML say the same", () => {
        assert.deepEqual(JSON.parse(JSON.stringify([perCpu(1024, { max: 65535 }), shareOfMemory(0.05)])), [
            { perCpu: 1024, max: 65535 },
            { shareOfMemory: 0.05 },
        ]);
    });

    it("travels as what the host computes, and is shown in words", () => {
        const shown = ([fact, unit]: readonly [Fact, "bytes" | "pages"]) => {
            const element = renderFact(fact, unit);
            return [element, factsInWords(`4096 ${element} ${element}`).split(/ (?=\()/)[1]];
        };
        assert.deepEqual(
            (
                [
                    [perCpu(1024), "bytes"],
                    [perCpu(0.5, { min: 1 }), "bytes"],
                    [shareOfMemory(0.29), "bytes"],
                    [shareOfMemory(0.0005, { min: 1024, max: 65536 }), "pages"],
                ] as const
            ).map(shown),
            [
                ["cpus*1024", "(1024 per CPU)"],
                ["cpus*0.5:1-", "(0.5 per CPU, at least 1)"],
                ["bytes*0.29", "(29% of memory)"],
                ["pages*0.0005:1024-65536", "(0.05% of memory, at least 1024, at most 65536)"],
            ],
        );
        assert.equal(factsInWords("cpus*1024"), "1024 per CPU");
    });

    it("has one source, a share of at most all, and limits in order", () => {
        const wrong: readonly unknown[] = [
            { shareOfMemory: 5 },
            { shareOfMemory: 0 },
            { shareOfMemory: "5%" },
            { shareOfMemory: NaN },
            { perCpu: -1 },
            { perCpu: Infinity },
            { perCpu: 1, shareOfMemory: 0.1 },
            { perCpu: 1, most: 5 },
            { perCpu: 1, min: 5, max: 4 },
            { perCpu: 1, max: 1.5 },
            { perCpu: 1, min: -1 },
        ];
        assert.deepEqual(
            wrong.filter((fact) => factProblem(fact as Fact) === undefined),
            [],
        );
        assert.equal(factProblem(shareOfMemory(1, { min: 0, max: 5 })), undefined);
    });

    it("is taken by the compiler for numbers and triples only", () => {
        const taken: ParameterArgs = {
            "net.core.somaxconn": atLeast(perCpu(1024)),
            "net.ipv4.tcp_rmem": [4096, 131072, shareOfMemory(0.01, { max: 2 ** 26 })],
        };
        const refused: ParameterArgs[] = [
            // @ts-expect-error a flag
            { "net.ipv4.tcp_sack": perCpu(1) },
            // @ts-expect-error a pair
            { "net.ipv4.ip_local_port_range": [10000, perCpu(1000)] },
        ];
        assert.deepEqual([Object.keys(taken).length, refused.length], [2, 2]);
    });
});
