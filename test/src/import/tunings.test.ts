import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Diagnostic } from "../../../src/diagnostic";
import { inventoryText } from "../../../src/import/inventory-text";
import type { HostAssignment } from "../../../src/import/sources";
import { judgeEach } from "../../../src/import/tunings";
import { parseInventory } from "../../../src/inventory";
import { checkInventory } from "../../../src/inventory/tuned";
import { resolveSettings, type Tuning } from "../../../src/settings";

/** Lines of a site, `HOSTS KEY = VALUE`, in their order. */
function assignments(...lines: string[]): HostAssignment[] {
    return lines.map((line, index) => {
        const [, hosts = "", key = "", value = ""] = /^(\S+) (\S+) = (.*)$/.exec(line) ?? [];
        return { hosts, key, value, optional: false, glob: false, location: { file: "site.yml", line: index + 1 } };
    });
}

/** What each host of the inventory comes to. */
function comesTo(lines: readonly HostAssignment[]) {
    const { hosts } = parseInventory(inventoryText(judgeEach(lines).tunings, "site.yml"), "hosts.yaml");
    return Object.fromEntries(
        hosts.map(({ name, tuning }) => {
            const { settings, diagnostics } = resolveSettings(tuning as Tuning);
            assert.deepEqual(
                diagnostics.filter(({ severity }) => severity === "error"),
                [],
            );
            return [name, Object.fromEntries(settings.map(({ key, value }) => [key, value]))];
        }),
    );
}

describe("the tunings of several groups", () => {
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), "tunings-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("have what is for all hosts, and beside it their own", () => {
        const lines = assignments(
            "all net.core.somaxconn = 4096",
            "web net.ipv4.tcp_retries2 = 9",
            "db1.example.com net.core.somaxconn = 8192",
        );
        assert.deepEqual(comesTo(lines), {
            "web1.example.com": { "net.core.somaxconn": "4096", "net.ipv4.tcp_retries2": "9" },
            "db1.example.com": { "net.core.somaxconn": "8192" },
        });
    });

    it("give way to what a later play sets for all hosts, and that is told", () => {
        const lines = assignments(
            "web net.core.somaxconn = 4096",
            "all net.core.somaxconn = 8192",
            "web net.ipv4.tcp_retries2 = 9",
        );
        assert.equal(comesTo(lines)["web1.example.com"]!["net.core.somaxconn"], "8192");
        const [note] = judgeEach(lines).notes;
        assert.deepEqual([note!.id, note!.location!.line], ["KEY-DUP", 1]);
        assert.match(note!.message, /^site\.yml:2 sets it again for all hosts, to 8192/);
    });

    it("take away from what all hosts have where both together would be an error", () => {
        const lines = assignments("all net.ipv4.tcp_timestamps = 0", "web net.ipv4.tcp_tw_reuse = 1");
        assert.deepEqual(comesTo(lines), { "web1.example.com": { "net.ipv4.tcp_tw_reuse": "1" } });
        const [error] = judgeEach(lines).leftOut;
        assert.deepEqual([error!.id, error!.location!.line], ["REUSE-TS", 1]);
        assert.match(error!.message, /^for the hosts of web: /);
    });

    it("are false where nothing is left of what all hosts have", () => {
        const lines = assignments("all net.core.somaxconn = 4096", "web net.core.somaxconn = many");
        assert.equal(judgeEach(lines).tunings["web"], false);
        assert.deepEqual(comesTo(lines), { "host1.example.com": { "net.core.somaxconn": "4096" } });
    });

    it("name a profile only where none is merged with another", () => {
        const base = ["net.ipv4.tcp_syncookies = 1", "net.ipv4.tcp_tw_reuse = 1", "net.ipv4.tcp_fin_timeout = 30"];
        const of = (hosts: string) => base.map((line) => `${hosts} ${line}`);
        const profileOf = (...lines: string[]) =>
            Object.fromEntries(
                Object.entries(judgeEach(assignments(...lines)).tunings).map(([name, tuning]) => [
                    name,
                    (tuning || undefined)?.profile,
                ]),
            );
        assert.equal(profileOf(...of("web"), ...of("db"))["web"], "base");
        const both = profileOf(...of("all"), ...of("web"));
        assert.deepEqual([both["all"], both["web"]], [undefined, undefined]);
    });

    it("have no placeholder for a host that has a name", () => {
        const lines = assignments("web net.ipv4.tcp_retries2 = 9", "web1.example.com net.ipv4.tcp_retries2 = 8");
        assert.deepEqual(
            Object.values(comesTo(lines))
                .map((values) => values["net.ipv4.tcp_retries2"])
                .sort(),
            ["8", "9"],
        );
    });

    it("keep names that YAML would read as something else", () => {
        const names = ["no", "on", "12", "null", "10.0.0.1", "1.5"];
        const hosts = comesTo(assignments(...names.map((name) => `${name} net.ipv4.tcp_retries2 = 9`)));
        const wanted = [
            "no1.example.com",
            "on1.example.com",
            "121.example.com",
            "null1.example.com",
            "10.0.0.1",
            "1.5",
        ];
        assert.deepEqual(Object.keys(hosts).sort(), wanted.sort());
    });

    it("are warned of where the tuning itself would be, and not where only the sum of the groups has a profile", () => {
        const { tunings, warnings } = judgeEach(
            assignments(
                "web net.ipv4.tcp_tw_reuse = 1",
                "web net.ipv4.tcp_fin_timeout = 30",
                "all net.ipv4.tcp_syncookies = 1",
            ),
        );
        assert.ok(Object.values(tunings).every((tuning) => (tuning || undefined)?.profile === undefined));
        assert.deepEqual(
            warnings.map(({ id, location }) => [id, location!.line]),
            [["REUSE-GLOBAL", 1]],
        );
    });

    it("have nothing of a key whose last assignment is left out, and say so of those before", () => {
        const [note] = judgeEach(assignments("all net.core.somaxconn = 4096", "all net.core.somaxconn = many")).notes;
        assert.match(note!.message, /^site\.yml:2 sets it again, to many, and that is left out as well/);
    });

    it("say which profile is named, and what it accepts", () => {
        const { tunings, warnings, notes } = judgeEach(
            assignments(
                "web net.ipv4.tcp_tw_reuse = 1",
                "web net.ipv4.tcp_fin_timeout = 30",
                "web net.ipv4.tcp_syncookies = 1",
            ),
        );
        assert.deepEqual([(tunings["web"] || undefined)?.profile, warnings], ["base", []]);
        assert.match(
            notes[0]!.message,
            /^profile base is named, since it has these 3 keys with the same values: net\./,
        );
        assert.match(notes[1]!.message, /Accepted by profile base: /);
        assert.deepEqual([notes[1]!.id, notes[1]!.location!.line], ["REUSE-GLOBAL", 1]);
    });

    it("are warned of just as check warns of the inventory", () => {
        const line = fc
            .tuple(
                fc.constantFrom("all", "web", "db"),
                fc.constantFrom(
                    "net.ipv4.tcp_tw_reuse = 1",
                    "net.ipv4.tcp_fin_timeout = 30",
                    "net.ipv4.tcp_syncookies = 1",
                    "net.ipv4.tcp_syncookies = 0",
                    "net.core.somaxconn = 65535",
                    "net.ipv4.tcp_max_syn_backlog = 65536",
                    "net.ipv4.ip_local_port_range = 10000 65000",
                    "net.ipv4.tcp_timestamps = 0",
                ),
            )
            .map(([hosts, text]) => `${hosts} ${text}`);
        const shown = ({ id, key, value, message }: Diagnostic) => `${id} ${key} ${value} ${message}`;
        fc.assert(
            fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (texts) => {
                const { tunings, warnings } = judgeEach(assignments(...texts));
                const file = join(folder, "hosts.yaml");
                writeFileSync(file, inventoryText(tunings, "site.yml"));
                const found = checkInventory(file, {}).diagnostics;
                const wanted = found.filter(({ severity, accepted }) => severity === "warning" && !accepted).map(shown);
                // Hosts of `all` without a group have no placeholder in an inventory with groups.
                const ofAll = judgeEach(assignments(...texts.filter((text) => text.startsWith("all")))).warnings;
                const told = warnings.filter(
                    (each) => wanted.includes(shown(each)) || !ofAll.some((one) => shown(one) === shown(each)),
                );
                assert.deepEqual([...new Set(told.map(shown))].sort(), [...new Set(wanted)].sort());
            }),
            { numRuns: 300 },
        );
    });

    it("are free of errors and come to what the plays leave behind, or that is told", () => {
        const line = fc
            .tuple(
                fc.constantFrom("all", "web", "db", "web9.example.com"),
                fc.constantFrom(
                    "net.core.somaxconn = 4096",
                    "net.core.somaxconn = 8192",
                    "net.core.somaxconn = many",
                    "net.ipv4.tcp_timestamps = 0",
                    "net.ipv4.tcp_timestamps = 1",
                    "net.ipv4.tcp_tw_reuse = 1",
                    "net.ipv4.tcp_tw_reuse = 0",
                    "net.ipv4.tcp_rmem = 4096 131072 6291456",
                    "net.ipv4.tcp_rmem = 3 2 1",
                    "net.ipv4.tcp_syncookies = 1",
                    "net.ipv4.tcp_fin_timeout = 30",
                    "net.ipv4.conf.all.rp_filter = 2",
                ),
            )
            .map(([hosts, text]) => `${hosts} ${text}`);
        fc.assert(
            fc.property(fc.array(line, { minLength: 1, maxLength: 14 }), (texts) => {
                const lines = assignments(...texts);
                const { tunings, leftOut } = judgeEach(lines);
                if (Object.keys(tunings).length === 0) {
                    return;
                }
                const values = comesTo(lines);
                for (const [group, host] of [
                    ["web", "web1.example.com"],
                    ["db", "db1.example.com"],
                ] as const) {
                    const last = new Map(
                        lines
                            .filter(({ hosts }) => [group, "all"].includes(hosts))
                            .map((each) => [each.key, each.value]),
                    );
                    for (const [key, value] of Object.entries(values[host] ?? {})) {
                        assert.equal(value, last.get(key), `${key} of ${group}`);
                    }
                    for (const key of tunings[group] ? last.keys() : []) {
                        assert.ok(values[host]![key] !== undefined || leftOut.some((each) => each.key === key), key);
                    }
                }
            }),
            { numRuns: 500 },
        );
    });
});
