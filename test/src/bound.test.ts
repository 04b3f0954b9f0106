import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ParameterArgs } from "../../components";
import { atLeast, atMost, boundInWords } from "../../src/bound";

describe("a bound", () => {
    it("is plain data, so that JSON and YAML say the same", () => {
        assert.deepEqual(JSON.parse(JSON.stringify([atLeast(4096), atMost([1, 2, 3])])), [
            { atLeast: 4096 },
            { atMost: [1, 2, 3] },
        ]);
    });

    it("is read from the agent in words", () => {
        assert.equal(boundInWords(">= 4096 131072 6291456"), "at least 4096 131072 6291456");
        assert.equal(boundInWords("<= -1"), "at most -1");
    });

    it("is taken by the compiler for numbers and triples only", () => {
        const taken: ParameterArgs = {
            "net.core.somaxconn": atLeast(4096),
            "net.ipv4.tcp_rmem": atMost([4096, 131072, 6291456]),
        };
        const refused: ParameterArgs[] = [
            // @ts-expect-error a flag
            { "net.ipv4.tcp_sack": atLeast(1) },
            // @ts-expect-error a name
            { "net.ipv4.tcp_congestion_control": atLeast("cubic") },
            // @ts-expect-error a pair
            { "net.ipv4.ip_local_port_range": atLeast([10000, 64999]) },
            // @ts-expect-error two numbers for a triple
            { "net.ipv4.tcp_rmem": atLeast([4096, 131072]) },
            // @ts-expect-error two bounds
            { "net.core.somaxconn": { atLeast: 1, atMost: 2 } },
        ];
        assert.deepEqual([Object.keys(taken).length, refused.length], [2, 5]);
    });
});
