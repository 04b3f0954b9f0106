import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostNames } from "../../../src/report-page/host-names";
import { fleetReports } from "../../support/fleet";

describe("the names of hosts on the page", () => {
    const [report] = fleetReports(1) as [ReturnType<typeof fleetReports>[0]];
    const named = (host: string, name = report.name, boot = report.boot) => ({ ...report, host, name, boot });

    it("are the hosts' own, beside the tuning's where several hosts have one name", () => {
        assert.deepEqual(hostNames([named("a"), named("localhost", "x"), named("localhost", "y")]), [
            "a",
            "localhost (x)",
            "localhost (y)",
        ]);
    });

    it("are the tuning's where a host has none", () => {
        assert.deepEqual(hostNames([named("", "x"), named(" ", "y")]), ["x", "y"]);
    });

    it("have the boot where the instances of one launch template have one name", () => {
        assert.deepEqual(hostNames([named("ip", "fleet", "11111111-a"), named("ip", "fleet", "22222222-b")]), [
            "ip (fleet), boot 11111111",
            "ip (fleet), boot 22222222",
        ]);
    });
});
