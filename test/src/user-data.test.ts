import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { userDataBase64 } from "../../src/user-data";

const decoded = (script: string) => Buffer.from(userDataBase64(script), "base64");

describe("user data for EC2", () => {
    it("is the script itself up to 16,384 bytes, and gzip'd above", () => {
        assert.equal(decoded("a".repeat(16_384)).toString(), "a".repeat(16_384));
        const long = "a".repeat(16_385);
        assert.ok(decoded(long).length < 1000);
        assert.equal(gunzipSync(decoded(long)).toString(), long);
    });

    it("is refused when it is too long even so, with both sizes", () => {
        const noise = randomBytes(20_000).toString("hex");
        assert.throws(() => userDataBase64(noise), /40000 bytes, 2\d{4} gzip'd, and EC2 takes 16384/);
    });
});
