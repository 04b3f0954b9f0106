import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDrift } from "../../src/drift-words";
import { shareOfMemory } from "../../src/fact";
import { driftToken, hostFindings } from "../../src/observe";
import type { Observation } from "../../src/report";

const IN_STEP: Observation = {
    name: "shop-prod-web",
    kernel: "6.12.0",
    namespace: "first",
    memoryBytes: 8 * 1024 ** 3,
    pageSize: 4096,
    trace: "2 1795700000",
    drift: [],
    refusals: [],
    cautions: [],
    listening: [22, 443],
    keys: {
        "net.ipv4.tcp_fin_timeout": { status: "applied", wanted: "30", original: "60" },
        "net.core.somaxconn": { status: "unchanged", wanted: "8192" },
    },
};
const DRIFT = "APPLY-VERIFY: net.ipv4.tcp_fin_timeout is 44 instead of 30";
const DRIFTED: Observation = {
    ...IN_STEP,
    drift: [DRIFT],
    keys: { ...IN_STEP.keys, "net.ipv4.tcp_fin_timeout": { status: "differs", wanted: "30", live: "44" } },
};

describe("a drift", () => {
    it("is nothing to tell of a host in step", () => {
        assert.equal(describeDrift(IN_STEP), "");
    });

    it("is told by its reasons and a table of the keys that are not as wanted", () => {
        assert.equal(
            describeDrift(DRIFTED),
            [
                DRIFT,
                "  key                       now  wanted  at boot, once applied",
                "  net.ipv4.tcp_fin_timeout  44   30",
            ].join("\n"),
        );
    });

    it("is also a value that only the next boot will bring", () => {
        const atBoot = { by: "/etc/sysctl.d/zz.conf:1", value: "128" };
        const keyThat = (status: "overridden" | "kept") => ({
            "net.core.somaxconn": { status, wanted: "8192", atBoot },
        });
        const told = describeDrift({ ...IN_STEP, keys: keyThat("overridden") });
        assert.match(told, /^ {2}net\.core\.somaxconn +8192 +8192 +\/etc\/sysctl\.d\/zz\.conf:1 = 128$/m);
        assert.equal(describeDrift({ ...IN_STEP, keys: keyThat("kept") }), "", "within a bound");
    });

    it("has the same token each time it is seen, and another after a mend or with another reason", () => {
        const others = [DRIFTED, { ...DRIFTED, trace: "3 1795700060" }, { ...DRIFTED, drift: [`${DRIFT}0`] }, IN_STEP];
        assert.equal(driftToken(DRIFTED), driftToken({ ...DRIFTED, keys: {} }));
        assert.equal(new Set(others.map((seen) => driftToken(seen))).size, others.length);
        assert.match(driftToken(DRIFTED), /^[0-9a-f]{12}$/);
    });
});

describe("the rules on a host that was looked at", () => {
    const RANGE = { parameters: { "net.ipv4.ip_local_port_range": "10000 64999" } };
    const idsOf = (...[tuning, seen]: [Parameters<typeof hostFindings>[0], Partial<Observation>]) =>
        hostFindings(tuning, {}, { ...IN_STEP, ...seen }).map(({ id, severity }) => `${severity} ${id}`);

    it("go by its listeners, its memory and its namespace", () => {
        assert.deepEqual(idsOf(RANGE, { listening: [22, 20080] }), ["warning PORT-LISTEN"]);
        assert.deepEqual(idsOf({ parameters: { "net.ipv4.tcp_max_orphans": 65536 } }, {}), ["warning ORPHAN-MEM"]);
        assert.deepEqual(idsOf({ parameters: { "fs.file-max": 2097152 } }, { namespace: "other" }), [
            "warning KEY-HOST-SCOPE",
        ]);
    });

    it("go by what facts come to there", () => {
        const keys = { "net.ipv4.tcp_rmem": { status: "differs", wanted: "4096 131072 8590" } } as const;
        const tuning = { parameters: { "net.ipv4.tcp_rmem": [4096, 131072, shareOfMemory(0.000001)] } };
        assert.deepEqual(idsOf(tuning, { keys }), ["error TRIPLE-ORDER"]);
    });

    it("say nothing that they said without it, nor of keys that the agent has looked for itself", () => {
        assert.deepEqual(idsOf({ parameters: { "net.ipv4.tcp_max_tw_buckets": 5000 } }, {}), []);
        assert.deepEqual(idsOf({ parameters: { "net.ipv4.tcp_migrate_req": 1 } }, { kernel: "4.19.0" }), []);
        assert.deepEqual(
            idsOf({ parameters: { "net.ipv4.tcp_max_orphans": 65536 }, accept: { "ORPHAN-MEM": "few" } }, {}),
            ["warning ORPHAN-MEM"],
            "accepted, and marked so",
        );
    });
});
