import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseReport, summarise } from "../../src/report";

const printed = JSON.stringify({
    schema: 1, verb: "verify", name: "shop-prod-web", generation: 3, host: "web1", kernel: "6.1.0", boot: "b",
    keys: {
        "net.core.somaxconn": ["applied", "8192", "4096"],
        "net.ipv4.tcp_sack": ["unchanged", "1", "1"],
        "net.ipv4.tcp_tw_reuse_delay": ["missing", "1000"],
        "net.ipv4.tcp_fin_timeout": ["differs", "30", "60", "44"],
    },
    timeWait: { count: 12, limit: 4000, waitedSeconds: 0, overflowed: 0 },
    ok: true, problems: [],
});

describe("the report of a host", () => {
    it("names what became of every key", () => {
        assert.deepEqual(parseReport(printed).keys, {
            "net.core.somaxconn": { status: "applied", wanted: "8192", original: "4096" },
            "net.ipv4.tcp_sack": { status: "unchanged", wanted: "1", original: "1" },
            "net.ipv4.tcp_tw_reuse_delay": { status: "missing", wanted: "1000" },
            "net.ipv4.tcp_fin_timeout": { status: "differs", wanted: "30", original: "60", live: "44" },
        });
    });

    it("is found behind what a login shell prints before it", () => {
        assert.equal(parseReport(`Welcome!\n${printed}\n`).generation, 3);
    });

    it("is refused, with what came instead, when it is none", () => {
        assert.throws(() => parseReport("Last login: never"), /no verification report \(schema 1\) but: "Last login: never"/);
        assert.throws(() => parseReport('{"schema":2,"verb":"verify"}'), /no verification report/);
    });

    it("is summed up in one line", () => {
        assert.equal(summarise(parseReport(printed)),
            "2 parameters in force (1 changed, 1 already so, 1 not on this host); 12 sockets in TIME_WAIT, limit 4000");
    });
});
