import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ResourceValidation } from "@pulumi/policy";
import Ajv from "ajv";
import { acceptedWarnings, hostKey, limits, noErrors, noOverride, policies, verified } from "../../policy/policies";
import { launchPacked } from "../../src/agent/launcher";
import {
    goodTuning,
    TUNING,
    tuningWith,
    UnknownValueError,
    unknownCheckingProxy,
    unknownObjectValue,
    unknownStringValue,
    violationsOf,
} from "../support/policy";

const COMMAND = "command:remote:Command";

describe("the policies of a tuning", () => {
    it("have no quarrel with a good one, nor with other resources", () => {
        for (const policy of policies) {
            assert.deepEqual(violationsOf(policy, TUNING, goodTuning), [], policy.name);
            assert.deepEqual(
                violationsOf(policy, "aws:s3/bucket:Bucket", { settings: 1, verify: false }),
                [],
                policy.name,
            );
        }
    });

    it("have names with the project's prefix, each once, and stop an update", () => {
        const names = policies.map(({ name }) => name);
        assert.deepEqual(
            names.filter((name) => !/^tcp-tuning-[a-z-]+$/.test(name)),
            [],
        );
        assert.equal(new Set(names).size, names.length);
        assert.deepEqual(
            policies.filter(({ enforcementLevel }) => enforcementLevel !== "mandatory"),
            [],
        );
    });

    const cases: readonly [string, Parameters<typeof violationsOf>[0], object, RegExp][] = [
        [
            "a removed key",
            noErrors,
            tuningWith({ "net.ipv4.tcp_tw_recycle": "1" }),
            /^KEY-REMOVED net\.ipv4\.tcp_tw_recycle = "1": /,
        ],
        ["a key that does not exist", noErrors, tuningWith({ "net.ipv4.tcp_tw_len": "1" }), /^KEY-NOSUCH-TW /],
        ["a contradiction", noErrors, tuningWith({ "net.ipv4.tcp_timestamps": "0" }), /tcp_tw_reuse/],
        [
            "a bound out of range",
            noErrors,
            tuningWith({ "net.ipv4.tcp_syn_retries": "at least 300" }),
            /^VAL-RANGE .*"at least 300"/,
        ],
        [
            "a triple in the wrong order",
            noErrors,
            tuningWith({ "net.ipv4.tcp_rmem": "8192 4096 16384" }),
            /^TRIPLE-ORDER /,
        ],
        [
            "a limit that can never fail",
            noErrors,
            tuningWith({ "net.ipv4.tcp_max_tw_buckets": "4000" }),
            /^VERIFY-VACUOUS /,
        ],
        [
            "a warning that nobody accepted",
            acceptedWarnings,
            tuningWith({ "net.core.somaxconn": "16384" }),
            /^SOMAX-APP .* Follow it, or say why not: accept: \{ "SOMAX-APP": "the reason" \}\.$/,
        ],
        ["no verification", verified, { ...goodTuning, verify: false }, /^verify: received false/],
        [
            "an unchecked host",
            hostKey,
            { ...goodTuning, insecureIgnoreHostKey: true },
            /^insecureIgnoreHostKey: received true/,
        ],
        [
            "an override that is waved through",
            noOverride,
            { ...goodTuning, onOverride: "warn" },
            /^onOverride: received "warn"/,
        ],
    ];
    for (const [what, policy, tuning, reason] of cases) {
        it(`report ${what}`, () => {
            const [first, ...others] = violationsOf(policy, TUNING, tuning);
            assert.match(first ?? "nothing", reason);
            assert.deepEqual(others, []);
        });
    }

    it("take a warning with a reason, the profile's own, and an unlisted key", () => {
        const accepted = tuningWith(
            { "net.core.somaxconn": "16384" },
            { accept: { "SOMAX-APP": "nginx has backlog=16384" } },
        );
        assert.deepEqual(violationsOf(acceptedWarnings, TUNING, accepted), []);
        const unlisted = tuningWith({ "net.ipv4.icmp_ratelimit": "1000" }, { unlisted: ["net.ipv4.icmp_ratelimit"] });
        assert.deepEqual(violationsOf(noErrors, TUNING, unlisted), []);
    });

    it("throw what the engine makes an advisory message of, where the settings are not known yet", () => {
        for (const policy of [noErrors, acceptedWarnings]) {
            assert.throws(
                () => violationsOf(policy, TUNING, { ...goodTuning, settings: unknownObjectValue }),
                UnknownValueError,
            );
        }
        for (const policy of [verified, noOverride, hostKey]) {
            assert.deepEqual(violationsOf(policy, TUNING, { ...goodTuning, settings: unknownObjectValue }), []);
        }
    });

    it("want the host's key in the connections that the component makes, and in no other", () => {
        const ours = {
            create: launchPacked("apply anew"),
            connection: { host: "a", hostKey: "k", proxy: { host: "b" } },
        };
        assert.match(violationsOf(hostKey, COMMAND, ours).join(), /^connection\.proxy\.hostKey: received none/);
        assert.match(
            violationsOf(hostKey, COMMAND, { ...ours, connection: { host: "a" } }).join(),
            /^connection\.hostKey/,
        );
        assert.deepEqual(violationsOf(hostKey, COMMAND, { create: "uptime", connection: { host: "a" } }), []);
        assert.throws(
            () => violationsOf(hostKey, COMMAND, { ...ours, connection: unknownStringValue }),
            UnknownValueError,
        );
    });
});

describe("the limits of an environment", () => {
    const within = (settings: Record<string, string>, config: object, more: object = {}) =>
        violationsOf(limits, TUNING, tuningWith(settings, more), config).join("\n");
    const somaxconn = { values: { "net.core.somaxconn": { lowest: 1024, highest: 16384 } } };

    it("are none without a configuration", () => assert.equal(within({ "net.core.somaxconn": "65535" }, {}), ""));

    it("hold a value, a bound and each number of a triple against the lowest and the highest", () => {
        assert.equal(within({ "net.core.somaxconn": "1024" }, somaxconn), "");
        assert.equal(
            within({ "net.core.somaxconn": "20000" }, somaxconn),
            'settings["net.core.somaxconn"]: received "20000", and this environment allows at most 16384. Give no more.',
        );
        assert.match(
            within({ "net.core.somaxconn": "at least 512" }, somaxconn),
            /"at least 512".* at least 1024\. Give as much\.$/,
        );
        const triple = { values: { "net.ipv4.tcp_rmem": { highest: 16777216 } } };
        assert.match(within({ "net.ipv4.tcp_rmem": "4096 131072 33554432" }, triple), /at most 16777216/);
    });

    it("want a computed number to have limits of its own", () => {
        assert.match(
            within({ "net.core.somaxconn": "1024 per CPU, at least 1024" }, somaxconn),
            /at most 16384\. Give no more, a computed number by its max\.$/,
        );
        assert.equal(
            within({ "net.core.somaxconn": "at least 1024 per CPU, at least 1024, at most 16384" }, somaxconn),
            "",
        );
    });

    it("take the profiles that are named", () => {
        assert.equal(
            within({}, { profiles: ["modern"] }),
            'profile: received "base", and this environment allows modern. Choose one of those.',
        );
        assert.equal(within({}, { profiles: ["modern"] }, { profile: undefined }), "");
    });

    it("report the profile before they give up on settings that are not known yet", () => {
        const props = unknownCheckingProxy({ ...goodTuning, settings: unknownObjectValue });
        const seen: string[] = [];
        const getConfig = () => ({ ...somaxconn, profiles: ["modern"] });
        const validate = limits.validateResource as ResourceValidation;
        assert.throws(
            () => validate({ type: TUNING, props, getConfig } as never, (message) => void seen.push(message)),
            UnknownValueError,
        );
        assert.equal(seen.length, 1);
        assert.deepEqual(
            violationsOf(limits, TUNING, { ...goodTuning, settings: unknownObjectValue }),
            [],
            "nothing is limited",
        );
    });

    it("name a limit that limits nothing since its key is misspelt", () => {
        assert.match(
            within({}, { values: { "net.core.somaxcon": { highest: 1 } } }),
            /Did you mean net\.core\.somaxconn\?$/,
        );
    });

    it("have a schema that refuses what is no limit", () => {
        const schema = { type: "object", ...limits.configSchema, additionalProperties: false };
        const isValid = new Ajv().compile(schema);
        assert.ok(isValid({ ...somaxconn, profiles: ["base", "modern"] }));
        for (const wrong of [
            { profiles: ["turbo"] },
            { values: { a: 1 } },
            { values: { a: {} } },
            { values: { a: { max: 1 } } },
            { values: { a: { lowest: "1" } } },
            { canaries: 3 },
        ]) {
            assert.ok(!isValid(wrong), JSON.stringify(wrong));
        }
    });
});
