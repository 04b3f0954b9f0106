import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogue, type ParameterKey, parameterOf } from "../../src/catalogue";
import { formatDiagnostic } from "../../src/diagnostic";
import { deviations, profileNames, profiles, published } from "../../src/profiles";
import type { Target } from "../../src/rules";
import { resolveSettings } from "../../src/settings";

const GIB = 1024 ** 3;
const targets: Readonly<Record<string, Target>> = {
    "nothing known": {},
    "a stock Debian 12 with 8 GiB": { kernel: "6.1.0-18-amd64", memoryBytes: 8 * GIB },
    "Linux 5.4 with 16 GiB": { kernel: "5.4", memoryBytes: 16 * GIB },
    "Linux 7.2 with 512 GiB": { kernel: "7.2", memoryBytes: 512 * GIB },
};

for (const name of profileNames) {
    describe(`profile ${name}`, () => {
        for (const [situation, target] of Object.entries(targets)) {
            it(`alone is quiet: ${situation}`, () => {
                const { settings, diagnostics } = resolveSettings({ profile: name }, target);
                assert.deepEqual(
                    settings.map(({ key }) => key),
                    Object.keys(profiles[name].values).sort(),
                );
                const loud = diagnostics.filter(
                    ({ severity, accepted }) => severity !== "note" && accepted === undefined,
                );
                assert.deepEqual(loud.map(formatDiagnostic), []);
            });
        }

        it("accepts only what it raises", () => {
            const memoryBytes = 8 * GIB;
            const raised = resolveSettings({ profile: name }, { memoryBytes }).diagnostics.map(({ id }) => id);
            assert.deepEqual(
                Object.keys(profiles[name].accept).filter((id) => !raised.includes(id)),
                [],
            );
        });
    });
}

describe("the profiles", () => {
    const keys = (name: keyof typeof profiles) => Object.keys(profiles[name].values);

    it("base, high-traffic and full each contain the one before", () => {
        assert.deepEqual(
            keys("base").filter((key) => !keys("high-traffic").includes(key)),
            [],
        );
        assert.deepEqual(
            keys("high-traffic").filter((key) => !keys("full").includes(key)),
            [],
        );
    });

    it("full has every published parameter but those that the deviations leave out", () => {
        const left = deviations.filter(({ ours }) => ours === "not set").map(({ key }) => key);
        const expected = [...new Set(published.map(({ key }) => key))].filter((key) => !left.includes(key));
        assert.deepEqual(keys("full").sort(), expected.sort());
    });

    it("differ from the published values only where a deviation says so", () => {
        const byGroup = { base: "base", "high-traffic": "high-traffic", further: "full" } as const;
        for (const { group, key, value } of published.filter(({ key }) => !deviations.some((one) => one.key === key))) {
            const ours = resolveSettings({ profile: byGroup[group] }).settings.find((setting) => setting.key === key);
            assert.equal(ours?.value, value, key);
        }
    });

    it("set what the deviations say", () => {
        const full = new Map(resolveSettings({ profile: "full" }).settings.map(({ key, value }) => [key, value]));
        for (const { key, ours } of deviations.filter(({ ours }) => !ours.includes(" in "))) {
            assert.equal(full.get(key) ?? "not set", ours, key);
        }
        assert.equal(profiles["high-traffic"].values["net.ipv4.tcp_max_syn_backlog"], 8192);
        assert.equal(profiles.full.values["net.ipv4.tcp_max_syn_backlog"], 65536);
    });

    it("name nine deviations, each with its reason", () => {
        assert.equal(deviations.length, 9);
        assert.ok(deviations.every(({ why }) => /^[A-Z0-9].*\.$/.test(why)));
    });

    it("full needs more than 6 GiB of RAM", () => {
        const errors = (memoryBytes: number) =>
            resolveSettings({ profile: "full" }, { memoryBytes })
                .diagnostics.filter(({ severity }) => severity === "error")
                .map(({ id }) => id);
        assert.deepEqual(errors(6 * GIB), ["MEM-PAGES"]);
        assert.deepEqual(errors(6 * GIB + 4096), []);
    });

    it("all but full can be set in a container, without modules", () => {
        for (const profile of ["base", "high-traffic", "modern"] as const) {
            const { diagnostics } = resolveSettings({ profile }, { container: true, kernel: "5.4" });
            assert.deepEqual(
                diagnostics.filter(({ severity }) => severity === "error"),
                [],
            );
            assert.deepEqual(
                keys(profile).filter((key) => parameterOf(key)?.module),
                [],
            );
        }
    });

    it("modern raises limits of old kernels and lowers none of new ones", () => {
        for (const key of ["net.core.somaxconn", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"] as const) {
            const ours = [profiles.modern.values[key]].flat().map(Number);
            const kernels = catalogue[key as ParameterKey].default.split(" ").map(Number);
            assert.ok(
                ours.every((value, index) => value >= kernels[index]!),
                key,
            );
        }
    });
});
