import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { published } from "../../../src/profiles";
import { checkSettings } from "../../../src/rules";
import type { Setting } from "../../../src/setting";

const FIXTURES = join(__dirname, "..", "..", "..", "..", "test", "fixtures", "article");

/** The assignments of a published file; a commented one counts, as it would once someone uncomments it. */
function readPublished(name: string): readonly Setting[] {
    const file = `${name}.conf`;
    return readFileSync(join(FIXTURES, file), "utf8")
        .split("\n")
        .flatMap((text, index) => {
            const [, key, value] = /^#?(net\.[a-z0-9_.]+)\s*=\s*(.*)$/.exec(text) ?? [];
            const location = { file, line: index + 1 };
            return key !== undefined && value !== undefined ? [{ key, value, optional: false, location }] : [];
        });
}

const files = ["base", "high-traffic", "further"] as const;
const all = files.flatMap(readPublished);
const found = checkSettings(all);
const places = (id: string) =>
    found
        .filter((finding) => finding.id === id)
        .map(({ severity, key, location }) => `${severity} ${location?.file}:${location?.line} ${key}`);

describe("the published parameters", () => {
    it("are in the tables exactly as published", () => {
        assert.deepEqual(
            published,
            files.flatMap((group) => readPublished(group).map(({ key, value }) => ({ group, key, value }))),
        );
    });

    const traps: readonly [string, string, readonly string[]][] = [
        ["tcp_tw_recycle is removed", "KEY-REMOVED", ["error base.conf:4 net.ipv4.tcp_tw_recycle"]],
        ["tcp_tw_len does not exist", "KEY-NOSUCH-TW", ["error further.conf:13 net.ipv4.tcp_tw_len"]],
        ["tcp_timestsmps is misspelt", "KEY-UNKNOWN", ["error further.conf:10 net.ipv4.tcp_timestsmps"]],
        ["spelt right it would disable tcp_tw_reuse", "REUSE-TS", ["error further.conf:10 net.ipv4.tcp_timestsmps"]],
        ["tcp_mem does not ascend", "TRIPLE-ORDER", ["error further.conf:20 net.ipv4.tcp_mem"]],
        ["tcp_mem is larger than nearly any memory", "MEM-PAGES", ["warning further.conf:20 net.ipv4.tcp_mem"]],
        ["5000 TIME_WAIT sockets are few", "TW-CAP-LOW", ["warning high-traffic.conf:5 net.ipv4.tcp_max_tw_buckets"]],
        ["the SYN backlog is ignored", "SYN-IGNORED", ["warning further.conf:2 net.ipv4.tcp_max_syn_backlog"]],
        [
            "the SYN backlog and others are set twice",
            "KEY-DUP",
            [
                "warning further.conf:2 net.ipv4.tcp_max_syn_backlog",
                "warning further.conf:14 net.ipv4.tcp_tw_reuse",
                "warning further.conf:22 net.ipv4.tcp_fin_timeout",
            ],
        ],
        [
            "the port range has equal parity",
            "PORT-PARITY",
            ["warning high-traffic.conf:3 net.ipv4.ip_local_port_range"],
        ],
        ["tcp_fin_timeout is not TIME_WAIT", "FIN-NOT-TW", ["note further.conf:22 net.ipv4.tcp_fin_timeout"]],
    ];
    for (const [trap, id, expected] of traps) {
        it(`have a trap: ${trap} (${id})`, () => assert.deepEqual(places(id), expected));
    }

    it("have no other error", () => {
        assert.deepEqual(
            new Set(found.filter(({ severity }) => severity === "error").map(({ id }) => id)),
            new Set(["KEY-REMOVED", "KEY-NOSUCH-TW", "KEY-UNKNOWN", "REUSE-TS", "TRIPLE-ORDER"]),
        );
    });

    it("of tcp_mem are an error where the memory is known", () => {
        const onHost = checkSettings(all, { memoryBytes: 64 * 1024 ** 3 }).filter(({ id }) => id === "MEM-PAGES");
        assert.deepEqual(
            onHost.map(({ severity }) => severity),
            ["error"],
        );
    });
});
