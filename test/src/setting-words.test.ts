import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { atLeast, atMost, perCpu, shareOfMemory } from "../../components";
import { describeValue, type ParameterValue } from "../../src/setting";
import { parseSetting } from "../../src/setting-words";
import { resolveSettings } from "../../src/settings";

const cases: readonly [key: string, value: ParameterValue][] = [
    ["net.core.somaxconn", 4096],
    ["net.core.somaxconn", atLeast(4096)],
    ["net.ipv4.tcp_fin_timeout", atMost(30)],
    ["net.ipv4.tcp_congestion_control", "cubic"],
    ["net.ipv4.tcp_rmem", [4096, 131072, 6291456]],
    ["net.core.somaxconn", atLeast(perCpu(0.5, { min: 1024, max: 65535 }))],
    ["net.ipv4.tcp_mem", [shareOfMemory(0.05), shareOfMemory(0.07, { max: 9 }), shareOfMemory(0.123456)]],
    ["net.ipv4.tcp_rmem", atLeast([4096, 131072, shareOfMemory(0.005, { min: 65536 })])],
];

describe("a setting in words", () => {
    const describeIn = (key: string, value: ParameterValue) =>
        resolveSettings({ parameters: { [key]: value } }).settings.map(describeValue)[0]!;
    for (const [key, value] of cases) {
        const words = describeIn(key, value);
        it(`is read as it was meant: ${words}`, () => assert.equal(describeIn(key, parseSetting(words)), words));
    }
});
