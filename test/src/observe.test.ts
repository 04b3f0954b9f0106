import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeDrift, driftToken } from "../../src/observe";
import type { Observation } from "../../src/report";

const IN_STEP: Observation = {
    name: "shop-prod-web", kernel: "6.12.0", generation: 2, drift: [],
    keys: { "net.ipv4.tcp_fin_timeout": { wanted: "30", original: "60" }, "net.core.somaxconn": { wanted: "8192" } },
};
const DRIFT = "APPLY-VERIFY: net.ipv4.tcp_fin_timeout is 44 instead of 30";
const DRIFTED: Observation = {
    ...IN_STEP,
    drift: [DRIFT],
    keys: { ...IN_STEP.keys, "net.ipv4.tcp_fin_timeout": { wanted: "30", live: "44" } },
};

describe("a drift", () => {
    it("is nothing to tell of a host in step", () => {
        assert.equal(describeDrift(IN_STEP), "");
    });

    it("is told by its reasons and a table of the keys that are not as wanted", () => {
        assert.equal(describeDrift(DRIFTED), [
            DRIFT,
            "  key                       now  wanted  at the next boot",
            "  net.ipv4.tcp_fin_timeout  44   30",
        ].join("\n"));
    });

    it("is also a value that only the next boot will bring", () => {
        const atBoot = { by: "/etc/sysctl.d/zz.conf:1", value: "128" };
        const told = describeDrift({ ...IN_STEP, keys: { "net.core.somaxconn": { wanted: "8192", atBoot } } });
        assert.match(told, /^ {2}net\.core\.somaxconn +8192 +8192 +\/etc\/sysctl\.d\/zz\.conf:1 = 128$/m);
        assert.equal(describeDrift({ ...IN_STEP, keys: { "net.core.somaxconn": { wanted: "128", atBoot } } }), "");
    });

    it("has the same token each time it is seen, and another after a mend or with another reason", () => {
        const others = [DRIFTED, { ...DRIFTED, generation: 3 }, { ...DRIFTED, drift: [`${DRIFT}0`] }, IN_STEP];
        assert.equal(driftToken(DRIFTED), driftToken({ ...DRIFTED, keys: {} }));
        assert.equal(new Set(others.map(driftToken)).size, others.length);
        assert.match(driftToken(DRIFTED), /^[0-9a-f]{12}$/);
    });
});
