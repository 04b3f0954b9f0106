import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { packedInstalledAgent } from "../../../src/generated/agent";
import { LONGEST_OUTPUT } from "../../../src/rollout/memory";
import { leavers, type Member, type RosterRequest, seal, unseal } from "../../../src/rollout/roster";

const KEY = randomBytes(32).toString("base64");

const member = (name: string, host: string, more: Partial<Member> = {}): Member => ({
    name,
    target: { host, user: "deploy", privateKey: "a private key" },
    header: `tcp-tuning 1 shop-prod-${name} owner - - become=115`,
    ...more,
});

const request = (members: readonly Member[]): RosterRequest => ({
    resource: "fleet-hosts",
    key: KEY,
    agent: packedInstalledAgent,
    parallel: 32,
    connectSeconds: 30,
    members,
    gone: [],
    refusals: [],
});

describe("the hosts of a fleet, as they are remembered to be restored", () => {
    const [web1, web2] = [member("web1", "192.0.2.1"), member("web2", "192.0.2.2")];

    it("come out as they went in, and of those that stay tuned when they leave only where they are", () => {
        const stays = member("db1", "192.0.2.9", { header: undefined });
        const where = { name: "db1", target: { host: "192.0.2.9" } };
        assert.deepEqual(unseal(seal([web1, stays, web2], KEY), KEY), [web1, where, web2]);
    });

    it("say nothing without the key, and are another text each time", () => {
        const [sealed, again] = [seal([web1], KEY), seal([web1], KEY)];
        const text = Buffer.from(sealed, "base64").toString("latin1");
        assert.doesNotMatch(text, /web1|192\.0\.2|private/);
        assert.notEqual(sealed, again);
        assert.throws(() => unseal(sealed, randomBytes(32).toString("base64")));
    });

    it("are not read from a text that was cut off or changed", () => {
        const sealed = seal([web1], KEY);
        const bytes = Buffer.from(sealed, "base64");
        bytes[40]! ^= 1;
        for (const text of ["", sealed.slice(0, 20), sealed.slice(0, -8), bytes.toString("base64")]) {
            assert.throws(() => unseal(text, KEY));
        }
    });

    it("keep the hash of a host's key, on the way through a bastion, too", () => {
        const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ+zcdUBSzKpXuTyGFNBv9U9zRFCShNDiqM+eVhVYqQf";
        const hash = "ssh-ed25519 SHA256:";
        const target = { host: "192.0.2.1", hostKey, proxy: { host: "192.0.2.7", hostKey } };
        const [kept] = unseal(seal([member("web1", "", { target })], KEY), KEY);
        assert.ok(kept?.target.hostKey?.startsWith(hash));
        assert.ok(kept?.target.proxy?.hostKey?.startsWith(hash));
    });

    it("fit, 1,000 of them with keys of their own, into the environment of the next run", () => {
        const many = Array.from({ length: 1000 }, (_, index) =>
            member(`web${index}`, `10.0.${index >> 8}.${index & 255}`, {
                target: {
                    host: `10.0.${index >> 8}.${index & 255}`,
                    hostKey: `ssh-rsa ${randomBytes(279).toString("base64")}`,
                    privateKey: "k".repeat(400),
                },
                header: `tcp-tuning 1 shop-prod-web${index} ${randomBytes(6).toString("hex")} - - resource=${randomBytes(6).toString("hex")}`,
            }),
        );
        const sealed = seal(many, KEY);
        assert.ok(sealed.length < LONGEST_OUTPUT, `${sealed.length} bytes`);
    });
});

describe("a host has left a fleet", () => {
    const former = [member("web1", "192.0.2.1"), member("web2", "192.0.2.2")];
    const leftOf = (members: readonly Member[]) => leavers(former, request(members)).map(({ name }) => name);

    it("when no host has its name, nor had it before", () => {
        assert.deepEqual(leftOf(former), []);
        assert.deepEqual(leftOf([member("web1", "192.0.2.1")]), ["web2"]);
        const renamed = member("front", "192.0.2.2", { aliases: ["web2"] });
        assert.deepEqual(leftOf([member("web1", "192.0.2.1"), renamed]), []);
    });

    it("when another machine has its name", () => {
        assert.deepEqual(leftOf([member("web1", "192.0.2.1"), member("web2", "192.0.2.3")]), ["web2"]);
    });
});
