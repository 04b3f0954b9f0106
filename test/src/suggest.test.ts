import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { knownKeys } from "../../src/catalogue";
import { editDistance, suggest } from "../../src/suggest";

describe("suggestions for a misspelt key", () => {
    const cases: readonly [string, readonly string[]][] = [
        ["net.ipv4.tcp_timestsmps", ["net.ipv4.tcp_timestamps"]],
        ["net.ipv4.tcp_fin_timout", ["net.ipv4.tcp_fin_timeout"]],
        ["net.core.somaxcnon", ["net.core.somaxconn"]],
        ["NET.IPV4.TCP_SACK", ["net.ipv4.tcp_sack", "net.ipv4.tcp_dsack", "net.ipv4.tcp_fack"]],
        ["net.ipv4.tcp_xmem", ["net.ipv4.tcp_mem", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]],
        ["tcp_fin_timeout", ["net.ipv4.tcp_fin_timeout"]],
        ["net.core.tcp_rmem", ["net.ipv4.tcp_rmem"]],
        ["net.ipv4.nothing_like_it", []],
    ];
    for (const [misspelt, meant] of cases) {
        it(`${misspelt}: ${meant.join(", ") || "none"}`, () => assert.deepEqual(suggest(misspelt, knownKeys), meant));
    }
});

describe("edit distance", () => {
    const cases: readonly [string, string, number][] = [
        ["abc", "abc", 0],
        ["abc", "abd", 1],
        ["abc", "ab", 1],
        ["abc", "xabc", 1],
        ["abc", "acb", 1],
        ["ab", "cd", 2],
        ["", "ab", 2],
        ["abc", "abcdefg", Infinity],
    ];
    for (const [a, b, distance] of cases) {
        it(`"${a}" to "${b}" is ${distance}, either way`, () => {
            assert.deepEqual([editDistance(a, b), editDistance(b, a)], [distance, distance]);
        });
    }
});
