import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { atLeast, atMost } from "../../src/bound";
import { catalogue, knownKeys } from "../../src/catalogue";
import { formatDiagnostic } from "../../src/diagnostic";
import { renderDropIn } from "../../src/drop-in";
import { perCpu, shareOfMemory } from "../../src/fact";
import { profileNames } from "../../src/profiles";
import { describeValue, type Setting } from "../../src/setting";
import { resolveSettings, type Tuning } from "../../src/settings";

const asRecord = (settings: readonly Setting[]) => Object.fromEntries(settings.map(({ key, value }) => [key, value]));
const valuesOf = (tuning: Tuning) => asRecord(resolveSettings(tuning).settings);
const errorsOf = (tuning: unknown) =>
    resolveSettings(tuning as Tuning)
        .diagnostics.filter(({ severity }) => severity === "error")
        .map(formatDiagnostic);

describe("resolving a tuning", () => {
    it("takes the profile's values and puts the parameters over them, sorted by key", () => {
        const { settings } = resolveSettings({
            profile: "base",
            parameters: { "net.ipv4.tcp_fin_timeout": 20, "net.core.somaxconn": 8192 },
        });
        assert.deepEqual(settings, [
            { key: "net.core.somaxconn", value: "8192", optional: false },
            { key: "net.ipv4.tcp_fin_timeout", value: "20", optional: false },
            { key: "net.ipv4.tcp_syncookies", value: "1", optional: false },
            { key: "net.ipv4.tcp_tw_reuse", value: "1", optional: false },
        ]);
    });

    it("gives every value as the kernel reads it back", () => {
        assert.deepEqual(
            valuesOf({
                parameters: {
                    "net.ipv4.tcp_rmem": [4096, 131072, 6291456],
                    "net.ipv4.tcp_wmem": " 4096\t16384  4194304",
                    "net.ipv4.ip_local_reserved_ports": "9000,8081,8080",
                    "net.ipv4.tcp_notsent_lowat": 4294967295,
                    "fs.file-max": "9223372036854775807",
                },
            }),
            {
                "fs.file-max": "9223372036854775807",
                "net.ipv4.ip_local_reserved_ports": "8080-8081,9000",
                "net.ipv4.tcp_notsent_lowat": "4294967295",
                "net.ipv4.tcp_rmem": "4096 131072 6291456",
                "net.ipv4.tcp_wmem": "4096 16384 4194304",
            },
        );
    });

    it("keeps a bound beside its number, over a profile's plain value", () => {
        const { settings, diagnostics } = resolveSettings({
            profile: "base",
            parameters: {
                "net.core.somaxconn": atLeast(8192),
                "net.ipv4.tcp_fin_timeout": atMost("30"),
                "net.ipv4.tcp_rmem": { atLeast: [4096, 131072, 6291456] },
            },
        });
        assert.deepEqual(
            diagnostics.filter(({ severity }) => severity === "error"),
            [],
        );
        assert.deepEqual(settings.slice(0, 1), [
            { key: "net.core.somaxconn", value: "8192", bound: "atLeast", optional: false },
        ]);
        assert.deepEqual(settings.filter(({ bound }) => bound).map(describeValue), [
            "at least 8192",
            "at most 30",
            "at least 4096 131072 6291456",
        ]);
    });

    const noBounds: readonly [string, unknown][] = [
        ["two bounds", { atLeast: 1, atMost: 2 }],
        ["none", {}],
        ["another word", { minimum: 1 }],
    ];
    for (const [what, value] of noBounds) {
        it(`refuses an object with ${what}`, () => {
            const [error = ""] = errorsOf({ parameters: { "net.core.somaxconn": value } });
            assert.match(
                error,
                /VAL-FORMAT net\.core\.somaxconn.*an object that is neither a bound nor a fact.*\{ atLeast: … \}/,
            );
        });
    }

    it("refuses a bound in a bound, and one without a value", () => {
        assert.match(
            errorsOf({ parameters: { "net.core.somaxconn": { atLeast: { atLeast: 1 } } } })[0]!,
            /VAL-FORMAT.*neither a bound/,
        );
        assert.match(errorsOf({ parameters: { "net.core.somaxconn": { atLeast: null } } })[0]!, /VAL-MISSING/);
    });

    it("checks the number of a bound like a value, and names both", () => {
        const errors = errorsOf({
            parameters: {
                "net.core.somaxconn": atLeast(-5),
                "net.ipv4.tcp_rmem": atMost("8192 4096 1048576"),
            },
        });
        assert.match(errors.join("\n"), /VAL-\w+ net\.core\.somaxconn = "at least -5"/);
        assert.match(errors.join("\n"), /TRIPLE-ORDER net\.ipv4\.tcp_rmem = "at most 8192 4096 1048576"/);
    });

    it("lets the host compute a number from its memory or its processors", () => {
        const { settings, diagnostics } = resolveSettings({
            parameters: {
                "net.core.somaxconn": atLeast(perCpu(1024, { max: 65535 })),
                "net.ipv4.tcp_mem": [1000, 2000, shareOfMemory(0.1)],
                "net.ipv4.tcp_rmem": [4096, 131072, shareOfMemory(0.01)],
            },
        });
        assert.deepEqual(
            diagnostics.filter(({ severity }) => severity === "error"),
            [],
        );
        assert.deepEqual(
            settings.map(({ value }) => value),
            ["cpus*1024:-65535", "1000 2000 pages*0.1", "4096 131072 bytes*0.01"],
        );
        assert.match(renderDropIn("a", settings), /^net\.core\.somaxconn >= cpus\*1024:-65535$/m);
        assert.equal(describeValue(settings[0]!), "at least 1024 per CPU, at most 65535");
    });

    it("refuses a fact that is wrong, or written as text", () => {
        const [share = ""] = errorsOf({ parameters: { "net.core.rmem_max": { shareOfMemory: 5 } } });
        assert.match(
            share,
            /VAL-FORMAT net\.core\.rmem_max = .*shareOfMemory is 5; a share is .* from 0\.000001 to 1, which is 100%\. Write \{/,
        );
        assert.match(
            errorsOf({ parameters: { "net.core.somaxconn": "cpus*1024" } })[0]!,
            /VAL-FORMAT.*is not a number/,
        );
        assert.match(errorsOf({ unlisted: { "net.ipv4.icmp_ratelimit": "cpus*1024" } })[0]!, /VAL-FORMAT/);
    });

    it("finds one mistake where a bound or a fact has no meaning, and none in what stands in it", () => {
        for (const [key, { kind, removed }] of Object.entries(catalogue)) {
            const idsOf = (value: unknown) =>
                resolveSettings({ parameters: { [key]: value } } as unknown as Tuning)
                    .diagnostics.filter(({ severity }) => severity === "error")
                    .map(({ id }) => id);
            if (removed === undefined && kind !== "integer" && kind !== "triple") {
                const fact = kind === "pair" ? [10000, perCpu(1024, { max: 64 })] : perCpu(1024, { max: 64 });
                assert.deepEqual(idsOf(fact), ["FACT-KIND"], key);
            }
            if (kind === "name" || kind === "ports") {
                assert.deepEqual(idsOf(atLeast(100000)), ["BOUND-KIND"], key);
            }
        }
        const unlisted = { "net.ipv4.icmp_ratelimit": perCpu(5) };
        assert.deepEqual(errorsOf({ unlisted }), [
            'error FACT-KIND net.ipv4.icmp_ratelimit = "5 per CPU": the key is outside the ' +
                "catalogue and its bounds are not known, so the host cannot compute it. Write a plain value.",
        ]);
    });

    it("calls a limit of a fact a limit", () => {
        const limited = (limits: object) =>
            errorsOf({ parameters: { "net.core.somaxconn": { perCpu: 1024, ...limits } } });
        assert.match(
            limited({ max: 0 }).join(),
            /VAL-NEGATIVE .*: the limit 0 makes no sense here, although the kernel takes it\./,
        );
        assert.match(limited({ max: 2 ** 31 }).join(), /VAL-RANGE .*: the limit 2147483648 is outside 0\.\.2147483647/);
    });

    it("takes ports as numbers too", () => {
        assert.deepEqual(valuesOf({ parameters: { "net.ipv4.ip_local_reserved_ports": [9000, 8080, 8081] } }), {
            "net.ipv4.ip_local_reserved_ports": "8080-8081,9000",
        });
    });

    it("takes keys outside the catalogue when they are asked for, and checks that they are safe", () => {
        const key = "net.ipv4.conf.all.rp_filter";
        assert.deepEqual(valuesOf({ unlisted: { [key]: 2 } }), { [key]: "2" });
        assert.deepEqual(errorsOf({ unlisted: { [key]: 2 } }), []);
        assert.match(errorsOf({ unlisted: { [key]: "2; reboot" } })[0] ?? "", /^error VAL-FORMAT .*a shell could take/);
    });

    it("marks optional keys", () => {
        const { settings } = resolveSettings(
            {
                parameters: { "net.ipv4.tcp_migrate_req": 1 },
                optional: ["net.ipv4.tcp_migrate_req"],
            },
            { kernel: "5.4" },
        );
        assert.deepEqual(settings, [{ key: "net.ipv4.tcp_migrate_req", value: "1", optional: true }]);
    });
});

describe("a tuning that cannot be meant", () => {
    const sack = "net.ipv4.tcp_sack";
    const cases: readonly [string, unknown, readonly string[]][] = [
        [
            "an unknown profile",
            { profile: "hightraffic" },
            [
                'error PROFILE-UNKNOWN: there is no profile "hightraffic". ' +
                    "Write one of base, high-traffic, full, modern.",
            ],
        ],
        [
            "a profile named like a part of every object",
            { profile: "__proto__" },
            ['error PROFILE-UNKNOWN: there is no profile "__proto__". Write one of base, high-traffic, full, modern.'],
        ],
        [
            "nothing at all",
            {},
            [
                "error SET-EMPTY: no profile and no parameter is given, so nothing would be tuned. " +
                    "Give a profile (base, high-traffic, full, modern) or parameters.",
            ],
        ],
        [
            "empty parameters",
            { parameters: {}, unlisted: null },
            [
                "error SET-EMPTY: no profile and no parameter is given, so nothing would be tuned. " +
                    "Give a profile (base, high-traffic, full, modern) or parameters.",
            ],
        ],
        [
            "an undefined value",
            { parameters: { [sack]: undefined } },
            [
                "error VAL-MISSING net.ipv4.tcp_sack: its " +
                    "value is " +
                    "undefined: perhaps a configuration setting that is not there. Give a value, or leave the key out.",
            ],
        ],
        [
            "a null value",
            { profile: "base", parameters: { "net.ipv4.tcp_fin_timeout": null } },
            [
                "error VAL-MISSING net.ipv4.tcp_fin_timeout: its value is null: perhaps a configuration setting that is " +
                    "not " +
                    "there. Give a value, or leave the key out.",
            ],
        ],
        [
            "a hole in an array",
            { parameters: { "net.ipv4.tcp_rmem": [4096, undefined, 6291456] } },
            [
                "error VAL-MISSING net.ipv4.tcp_rmem: its value is undefined: perhaps a configuration setting that is not " +
                    "there. Give a value, or leave the key out.",
            ],
        ],
        [
            "a number too large to be exact",
            // biome-ignore lint/correctness/noPrecisionLoss: what is lost is the case
            { parameters: { "fs.file-max": 9223372036854775807 } },
            [
                'error VAL-FORMAT fs.file-max = "9223372036854776000": it is not a whole number that JavaScript holds ' +
                    "exactly. " +
                    "Give a whole number, and one beyond 9007199254740991 as a string.",
            ],
        ],
        [
            "a fraction",
            { parameters: { [sack]: 0.5 } },
            [
                'error VAL-FORMAT net.ipv4.tcp_sack = "0.5": it is not a whole number that JavaScript holds exactly. ' +
                    "Give a whole number, and one beyond 9007199254740991 as a string.",
            ],
        ],
        [
            "true",
            { parameters: { [sack]: true } },
            [
                'error VAL-FORMAT net.ipv4.tcp_sack = "true": it is a boolean, ' +
                    "and a " +
                    "value is a number, a string, a fact, or an array of numbers and facts. Write 1.",
            ],
        ],
        [
            "an object",
            { parameters: { [sack]: { on: 1 } } },
            [
                'error VAL-FORMAT net.ipv4.tcp_sack = "{\\"on\\":1}": ' +
                    "it is an object that is neither a bound nor a fact, and a value is a number, a string, a fact, or an array of " +
                    "numbers and facts. " +
                    "Write { atLeast: … } or { atMost: … }, with one value; or { perCpu: … } or { shareOfMemory: … }.",
            ],
        ],
        [
            "an array of strings",
            { parameters: { "net.ipv4.tcp_rmem": ["4096", "1", "2"] } },
            [
                'error VAL-FORMAT net.ipv4.tcp_rmem = "[\\"4096\\",\\"1\\",\\"2\\"]": it is an array with something else in it, ' +
                    "and a value is a number, a string, a fact, or an array of numbers and facts. " +
                    'Write "4096 1 2".',
            ],
        ],
        [
            "an array of anything",
            { parameters: { "net.ipv4.tcp_rmem": [4096, true, "1"] } },
            [
                'error VAL-FORMAT net.ipv4.tcp_rmem = "[4096,true,\\"1\\"]": it is an array with something else in it, ' +
                    "and a value is a number, a string, a fact, or an array of numbers and facts. Write numbers and facts only.",
            ],
        ],
        [
            "a bound in an array",
            { parameters: { "net.ipv4.tcp_rmem": [4096, 131072, atLeast(5)] } },
            [
                'error VAL-FORMAT net.ipv4.tcp_rmem = "[4096,131072,{\\"atLeast\\":5}]": a bound goes around the whole value, ' +
                    "not into an array. Write { atLeast: [4096, 131072, 5] }.",
            ],
        ],
        [
            "an optional key that is not set",
            { profile: "base", optional: [sack] },
            [
                "error OPTIONAL-UNSET " +
                    "net.ipv4.tcp_sack: " +
                    "it is named as optional but not set. Set it, or take it out of `optional`.",
            ],
        ],
        [
            "a key given in two places",
            { parameters: { [sack]: 1 }, unlisted: { [sack]: 1 } },
            [
                "error UNLISTED-TWICE net.ipv4.tcp_sack: it is given under `parameters` and under `unlisted`. Keep one of " +
                    "them.",
            ],
        ],
        [
            "a key with slashes",
            { parameters: { "net/ipv4/tcp_sack": 1 } },
            [
                "error KEY-FORMAT net/ipv4/tcp_sack = " +
                    '"1": this ' +
                    'is not a key: it takes words of letters, digits, "_" and "-" with single dots between them. Write ' +
                    "dots, as in " +
                    "net.ipv4.tcp_fin_timeout, and a slash only for a dot in an interface's name, as in " +
                    "net.ipv4.conf.enp3s0/200.forwarding.",
            ],
        ],
        [
            "an accepted rule that does not exist",
            { profile: "base", accept: { "REUSE-GLOBL": "x" } },
            [
                'error ACCEPT-UNKNOWN: `accept` names "REUSE-GLOBL", and there is no such rule. ' +
                    "Did you mean REUSE-GLOBAL?",
            ],
        ],
    ];
    for (const [what, tuning, expected] of cases) {
        it(`is refused: ${what}`, () => assert.deepEqual(errorsOf(tuning), expected));
    }

    it("is refused when a key is a part of every object", () => {
        const parameters = JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, number>;
        assert.deepEqual(
            resolveSettings({ parameters }).diagnostics.map(({ id, key }) => [id, key]),
            [
                ["KEY-UNKNOWN", "__proto__"],
                ["KEY-UNKNOWN", "constructor"],
            ],
        );
    });
});

describe("accepted warnings", () => {
    const reasonOf = (tuning: Tuning, wanted: string) =>
        resolveSettings(tuning).diagnostics.find(({ id }) => id === wanted)?.accepted;

    it("have the profile's reason for the profile's own values", () => {
        assert.match(reasonOf({ profile: "high-traffic" }, "TW-CAP-LOW") ?? "", /purpose/);
    });

    it("have the user's reason where one is given", () => {
        assert.equal(reasonOf({ profile: "high-traffic", accept: { "TW-CAP-LOW": "agreed" } }, "TW-CAP-LOW"), "agreed");
    });

    it("do not have the profile's reason for a value that the user chose", () => {
        const parameters = { "net.ipv4.tcp_max_tw_buckets": 100 };
        assert.equal(reasonOf({ profile: "high-traffic", parameters }, "TW-CAP-LOW"), undefined);
        const same = { "net.ipv4.tcp_max_tw_buckets": "5000" };
        assert.match(reasonOf({ profile: "high-traffic", parameters: same }, "TW-CAP-LOW") ?? "", /purpose/);
    });
});

const anyKey = fc.oneof(fc.constantFrom(...Object.keys(catalogue)), fc.constantFrom(...knownKeys), fc.string());
const anyValue = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.array(fc.nat(), { maxLength: 4 }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("1", "4096 131072 6291456", "10000 64999", "8080,9000", "cubic", "1\nx = 1", "$(reboot)"),
);
const anyTuning: fc.Arbitrary<Tuning> = fc
    .record({
        profile: fc.option(fc.constantFrom(...profileNames), { nil: undefined }),
        parameters: fc.dictionary(anyKey, anyValue, { maxKeys: 4 }),
        unlisted: fc.dictionary(anyKey, anyValue, { maxKeys: 2 }),
    })
    .map(({ profile, ...rest }) => (profile === undefined ? rest : { ...rest, profile }));

describe("any tuning", () => {
    it("without an error becomes a drop-in of comments and assignments, one line for each setting", () => {
        fc.assert(
            fc.property(anyTuning, (tuning) => {
                const { settings, diagnostics } = resolveSettings(tuning);
                if (diagnostics.some(({ severity }) => severity === "error")) {
                    return;
                }
                const lines = renderDropIn("x", settings)
                    .split("\n")
                    .filter((line) => !line.startsWith("#"));
                assert.equal(lines.pop(), "");
                assert.equal(lines.length, settings.length);
                for (const line of lines) {
                    assert.match(line, /^-?[A-Za-z0-9_./-]+ = [A-Za-z0-9_.,:/-]+(?: [A-Za-z0-9_.,:/-]+)*$/);
                }
            }),
            { numRuns: 300 },
        );
    });

    it("is resolved the same whatever the order of its keys, and again from its own result", () => {
        fc.assert(
            fc.property(anyTuning, (tuning) => {
                const resolution = resolveSettings(tuning);
                const { parameters, unlisted } = tuning;
                const reversed = { ...tuning, parameters: reverse(parameters), unlisted: reverse(unlisted) };
                assert.deepEqual(resolveSettings(reversed).settings, resolution.settings);
                const again = resolveSettings({ parameters: asRecord(resolution.settings) });
                assert.deepEqual(again.settings, resolution.settings);
            }),
            { numRuns: 100 },
        );
    });

    it("never lets a string add a line or reach a shell", () => {
        const dangerous = fc.constantFrom(..."\n\r\0;$`'\"\\#&|<>(){}*?!".split(""));
        fc.assert(
            fc.property(
                fc.constantFrom(...Object.keys(catalogue)),
                fc.string(),
                dangerous,
                fc.string(),
                (key, before, character, after) => {
                    const tuning = { parameters: { [key]: `${before}${character}${after}` } };
                    assert.notDeepEqual(errorsOf(tuning), []);
                },
            ),
            { numRuns: 500 },
        );
    });
});

function reverse<T>(values: Readonly<Record<string, T>> | undefined): Record<string, T> {
    return Object.fromEntries(Object.entries(values ?? {}).reverse());
}
