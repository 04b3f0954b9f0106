import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { InventoryError } from "../../../src/inventory";
import { loadTunedInventory } from "../../../src/inventory/tuned";
import { yaml } from "./support";

describe("an inventory with its tunings resolved", () => {
    let file: string;
    beforeEach(() => void (file = join(mkdtempSync(join(tmpdir(), "tuned-")), "hosts.yaml")));
    afterEach(() => rmSync(join(file, ".."), { recursive: true }));

    /** Line, id and key of each mistake. */
    function mistakesIn(text: string): unknown[] {
        writeFileSync(file, text);
        try {
            loadTunedInventory(file);
        } catch (error) {
            assert.ok(error instanceof InventoryError, String(error));
            return error.problems.map(({ location, id, key }) => [location?.line, id, key].filter(Boolean).join(" "));
        }
        return assert.fail("there was no complaint");
    }

    it("tells what cannot be read together with what the rules refuse", () => {
        assert.deepEqual(
            mistakesIn(yaml`
            all:
              hosts:
                web1: {ansible_port: x, tcp_tuning: {profile: base, restore: leaf}}
                web2: {tcp_tuning: {parameters: {net.ipv4.tcp_fin_timeuot: 20}}}
                web3: {tcp_tuning: {profile: turbo}}
            `),
            ["3 INVENTORY", "3 INVENTORY", "4 KEY-UNKNOWN net.ipv4.tcp_fin_timeuot", "5 PROFILE-UNKNOWN"],
        );
    });

    it("blames nobody for missing what could not be read", () => {
        assert.deepEqual(
            mistakesIn(yaml`
            all:
              hosts:
                web1:
                  tcp_tuning:
                    parameters: {net.ipv4.tcp_sack: 01}
                    optional: [net.ipv4.tcp_sack]
                web2:
                  tcp_tuning:
                    profile: high-traffic
                    parameters: {net.ipv4.tcp_max_tw_buckets: 0100000}
                    verify: {maxTimeWait: 6000}
            `),
            ["5 INVENTORY", "10 INVENTORY"],
        );
    });
});
