import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private key as a file has it, of nobody. */
export const PRIVATE_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs1",
    format: "pem",
}) as string;

/** The same, which this passphrase opens. */
export const PASSPHRASE = "open sesame";
export const ENCRYPTED_KEY = encrypted(PRIVATE_KEY, PASSPHRASE);

/** A key as ssh-keygen encrypts it. */
export function encrypted(key: string, passphrase: string): string {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-key-"));
    try {
        const file = join(folder, "key");
        writeFileSync(file, key, { mode: 0o600 });
        execFileSync("ssh-keygen", ["-q", "-p", "-P", "", "-N", passphrase, "-f", file]);
        return readFileSync(file, "utf8");
    } finally {
        rmSync(folder, { recursive: true });
    }
}
