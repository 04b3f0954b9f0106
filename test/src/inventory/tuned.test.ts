import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { InventoryError } from "../../../src/inventory";
import { checkInventory, loadTunedInventory } from "../../../src/inventory/tuned";
import { ENCRYPTED_KEY, PASSPHRASE, PRIVATE_KEY } from "../../support/private-key";
import { problemsIn, yaml } from "./support";

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

    describe("whose private key is encrypted", () => {
        const KEY = "id_ed25519";
        const inventory = (vars: string) =>
            `all:\n  hosts: {web1: , web2: }\n  vars: {tcp_tuning: {profile: base}, ${vars}}\n`;
        const loaded = (vars: string, key: string) => {
            writeFileSync(join(file, "..", KEY), key);
            writeFileSync(file, inventory(`ansible_ssh_private_key_file: ${KEY}, ${vars}`));
            return loadTunedInventory(file).hosts.map(({ target: { privateKeyPassword, proxy } }) => [
                privateKeyPassword,
                proxy?.privateKeyPassword,
            ]);
        };
        const told = (vars: string, key: string) => problemsIn(() => loaded(vars, key));
        const passphrase = `ansible_private_key_passphrase: ${PASSPHRASE}`;

        it("has its passphrase for itself and its bastion; one that is not needed is not used", () => {
            const vars = `${passphrase}, ansible_ssh_common_args: -J bastion`;
            assert.deepEqual(loaded(vars, ENCRYPTED_KEY), [
                [PASSPHRASE, PASSPHRASE],
                [PASSPHRASE, PASSPHRASE],
            ]);
            assert.deepEqual(loaded(passphrase, PRIVATE_KEY), [
                [undefined, undefined],
                [undefined, undefined],
            ]);
        });

        it("is refused once for all hosts without its passphrase or with another, and so is what is no key", () => {
            const [missing, ...others] = told("", ENCRYPTED_KEY);
            assert.match(
                missing!,
                /id_ed25519 is encrypted, and nothing says its passphrase \| Write ansible_private_key_pass/,
            );
            assert.deepEqual(others, []);
            assert.match(
                told("ansible_private_key_passphrase: other", ENCRYPTED_KEY)[0]!,
                /is not opened by its passphrase/,
            );
            assert.match(
                told("", "ssh-ed25519 AAAA me\n")[0]!,
                /is not one: received a public key \| give the file without/,
            );
        });

        it("is told by a check where the key is there, and needs none", () => {
            const checked = () => checkInventory(file, {}).diagnostics.map(({ message }) => message);
            writeFileSync(file, inventory(`ansible_ssh_private_key_file: ${KEY}`));
            assert.deepEqual(checked(), []);
            writeFileSync(join(file, "..", KEY), ENCRYPTED_KEY);
            assert.match(
                checked().join(),
                /^The private key .*id_ed25519 is encrypted, and nothing says its passphrase$/,
            );
        });
    });
});
