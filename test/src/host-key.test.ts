import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashedHostKey, isHostKey, typeOfHostKey } from "../../src/host-key";

const BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAIJ+zcdUBSzKpXuTyGFNBv9U9zRFCShNDiqM+eVhVYqQf";
const KEY = `ssh-ed25519 ${BLOB} root@web1`;

describe("the key that a host must show", () => {
    it("is told from others by the key itself, and by its hash", () => {
        const [key, other] = [Buffer.from(BLOB, "base64"), Buffer.from("another")];
        for (const known of [KEY, hashedHostKey(KEY)]) {
            assert.equal(typeOfHostKey(known), "ssh-ed25519");
            assert.deepEqual([isHostKey(key, known), isHostKey(other, known)], [true, false]);
        }
    });

    it("has the hash that ssh-keygen shows", () => {
        assert.match(hashedHostKey(KEY), /^ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/);
        assert.equal(hashedHostKey(hashedHostKey(KEY)), hashedHostKey(KEY));
    });
});
