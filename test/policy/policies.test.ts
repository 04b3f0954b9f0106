import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Ajv from "ajv";
import { acceptedWarnings, hostKey, limits, noErrors, noOverride, policies, verified } from "../../policy/policies";
import { launchPacked } from "../../src/agent/launcher";
import {
    FLEET,
    fleetWith,
    goodTuning,
    TUNING,
    tuningWith,
    UnknownValueError,
    unknownObjectValue,
    unknownStringValue,
    violationsBeforeUnknown,
    violationsOf,
} from "../support/policy";

const COMMAND = "command:remote:Command";

const namesTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => `web${from + index}`);

describe("the policies of a tuning", () => {
    it("have no quarrel with a good one, nor with other resources", () => {
        for (const policy of policies) {
            assert.deepEqual(violationsOf(policy, TUNING, goodTuning), [], policy.name);
            assert.deepEqual(violationsOf(policy, FLEET, fleetWith([[namesTo(3), goodTuning]])), [], policy.name);
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

        it(`report ${what} in a fleet, and on which of its hosts`, () => {
            const fleet = fleetWith([
                [["db1"], goodTuning],
                [["web1", "web2"], tuning],
            ]);
            const [first, ...others] = violationsOf(policy, FLEET, fleet);
            assert.match(first ?? "nothing", /^web1, web2: /);
            assert.match(first!.replace("web1, web2: ", ""), reason);
            assert.deepEqual(others, []);
        });
    }

    it("say once what is wrong with several tunings of a fleet, name the first hosts, and count the others", () => {
        const unverified = { ...goodTuning, verify: false };
        const fleet = fleetWith([
            [namesTo(3), unverified],
            [["db1"], goodTuning],
            [namesTo(40, 4), { ...unverified, profile: "modern" }],
        ]);
        const [first, ...others] = violationsOf(verified, FLEET, fleet);
        assert.match(first ?? "nothing", /^web1, web2, web3, web4, web5 and 38 more hosts: verify: received false/);
        assert.deepEqual(others, []);
    });

    it("judge the rest of a fleet before they give up on a tuning that is not known yet", () => {
        const fleet = fleetWith([
            [["web1"], { ...goodTuning, settings: unknownObjectValue }],
            [["web2"], tuningWith({ "net.core.somaxconn": "16384" })],
        ]);
        assert.match(violationsBeforeUnknown(acceptedWarnings, FLEET, fleet).join("\n"), /^web2: SOMAX-APP .*$/);
    });

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
        const tuning = { ...goodTuning, settings: unknownObjectValue };
        const config = { ...somaxconn, profiles: ["modern"] };
        assert.match(
            violationsBeforeUnknown(limits, TUNING, tuning, config).join("\n"),
            /^profile: received "base".*$/,
        );
        assert.deepEqual(violationsOf(limits, TUNING, tuning), [], "nothing is limited");
    });

    it("hold each tuning of a fleet, and say which hosts it is about", () => {
        const fleet = fleetWith([
            [["db1"], tuningWith({ "net.core.somaxconn": "4096" })],
            [["web1", "web2"], tuningWith({ "net.core.somaxconn": "20000" })],
        ]);
        assert.match(
            violationsOf(limits, FLEET, fleet, { ...somaxconn, profiles: ["modern"] }).join("\n"),
            /^db1, web1, web2: profile: received "base".*\nweb1, web2: settings\["net\.core\.somaxconn"\]: received "20000"/,
        );
    });

    const rolledOut = (hosts: number, rollout: object, limit: object) =>
        violationsOf(limits, FLEET, fleetWith([[namesTo(hosts), goodTuning]], rollout), { rollout: limit }).join("\n");

    it("want canaries of a fleet with more hosts than a number, and take any fleet that is smaller", () => {
        assert.equal(rolledOut(20, { canaries: 0 }, { aboveHosts: 20 }), "");
        assert.equal(rolledOut(21, { canaries: 1 }, { aboveHosts: 20 }), "");
        assert.equal(
            rolledOut(21, { canaries: 0 }, { aboveHosts: 20 }),
            "rollout.canaries: received 0, and this environment allows a fleet of 21 hosts no fewer than 1. Give as many.",
        );
        assert.match(
            rolledOut(21, { canaries: 2 }, { aboveHosts: 20, fewestCanaries: 3 }),
            /^rollout\.canaries: .* 3\./,
        );
        assert.equal(rolledOut(21, { canaries: 0 }, { aboveHosts: 20, fewestCanaries: 0 }), "");
        assert.match(rolledOut(21, { canaries: 30 }, { aboveHosts: 20 }), /received 30, so all 21 hosts go first/);
        assert.equal(rolledOut(1, {}, { aboveHosts: 0 }), "", "one host cannot go before the others");
        assert.match(rolledOut(3, {}, { aboveHosts: 0, fewestCanaries: 5 }), /no fewer than 2\./);
    });

    it("bound the waves of a fleet, its canaries among them, by a number or a share, and the failures that it bears", () => {
        const limit = { aboveHosts: 0, largestBatch: "25%", mostFailures: 1 };
        assert.equal(rolledOut(40, { batch: "25%", canaries: 10, maxFailures: 1 }, limit), "");
        assert.equal(
            rolledOut(40, { batch: 11 }, limit),
            "rollout.batch: received 11, and this environment allows a fleet of 40 hosts waves of 25% at most. Give no more.",
        );
        assert.match(rolledOut(40, { batch: "30%" }, limit), /^rollout\.batch: received "30%", .*$/);
        assert.match(
            rolledOut(40, { canaries: 20 }, limit),
            /^rollout\.canaries: received 20, .* waves of 25% at most.*$/,
        );
        assert.match(rolledOut(40, {}, { aboveHosts: 0, largestBatch: 5 }), /received "25%".* waves of 5 at most/);
        assert.equal(rolledOut(3, { batch: 10 }, { aboveHosts: 0, largestBatch: 5 }), "", "there are only three");
        assert.match(rolledOut(40, { maxFailures: 2 }, limit), /^rollout\.maxFailures: received 2, .* 1 at most/);
    });

    it("say of a roll-out what is wrong with it, also where the settings are not known yet", () => {
        const fleet = fleetWith([[namesTo(3), { ...goodTuning, settings: unknownObjectValue }]], { canaries: 0 });
        const config = { ...somaxconn, rollout: { aboveHosts: 2 } };
        assert.match(violationsBeforeUnknown(limits, FLEET, fleet, config).join("\n"), /^rollout\.canaries: .*$/);
    });

    it("have nothing to say of the roll-out of hosts that are tuned one by one", () =>
        assert.equal(within({}, { rollout: { aboveHosts: 0, fewestCanaries: 3 } }), ""));

    it("name a limit that limits nothing since its key is misspelt", () => {
        assert.match(
            within({}, { values: { "net.core.somaxcon": { highest: 1 } } }),
            /Did you mean net\.core\.somaxconn\?$/,
        );
    });

    it("have a schema that refuses what is no limit", () => {
        const schema = { type: "object", ...limits.configSchema, additionalProperties: false };
        const isValid = new Ajv().compile(schema);
        const rollout = { aboveHosts: 20, fewestCanaries: 1, largestBatch: "25%", mostFailures: 0 };
        assert.ok(isValid({ ...somaxconn, profiles: ["base", "modern"], rollout }));
        assert.ok(isValid({ rollout: { ...rollout, largestBatch: 10 } }));
        for (const wrong of [
            { profiles: ["turbo"] },
            { values: { a: 1 } },
            { values: { a: {} } },
            { values: { a: { max: 1 } } },
            { values: { a: { lowest: "1" } } },
            { canaries: 3 },
            { rollout: {} },
            { rollout: { fewestCanaries: 1 } },
            { rollout: { ...rollout, canaries: 1 } },
            { rollout: { ...rollout, aboveHosts: -1 } },
            { rollout: { ...rollout, largestBatch: 0 } },
            { rollout: { ...rollout, largestBatch: "25" } },
            { rollout: { ...rollout, largestBatch: "101%" } },
        ]) {
            assert.ok(!isValid(wrong), JSON.stringify(wrong));
        }
    });
});
