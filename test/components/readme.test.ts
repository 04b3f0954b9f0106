import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { readmeOf, TcpTuning } from "../../components";
import { fleetReports } from "../support/fleet";
import { mockEngine, settled } from "../support/mocks";

describe("readmeOf", () => {
    it("names hosts as the program does, also those that are not verified", async () => {
        await mockEngine();
        const web2 = new TcpTuning("web2", {
            profile: "base",
            connection: { host: "192.0.2.1", hostKey: "ssh-ed25519 AAAA" },
            verify: false,
        });
        const readme = await settled(readmeOf({ web1: { report: pulumi.output(fleetReports(1)[0]!) }, web2 }));
        assert.match(readme, /^\| web1 \| ✓ as wanted \| 27 of 27 \|/m);
        assert.match(readme, /^Not verified: web2\.$/m);
    });
});
