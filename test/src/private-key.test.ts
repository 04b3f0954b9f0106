import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isEncrypted, passphraseMistake, privateKeyProblem } from "../../src/private-key";
import { PRIVATE_KEY } from "../support/private-key";

const PASSPHRASE = "hunter2";

describe("a private key", () => {
    let folder: string;
    before(() => void (folder = mkdtempSync(join(tmpdir(), "tcp-tuning-keys-"))));
    after(() => rmSync(folder, { recursive: true }));

    /** A new one, as ssh-keygen writes it. */
    function keyOf(type: string, format: string, passphrase: string): string {
        const file = join(folder, `${type}-${format}-${passphrase}`);
        if (!existsSync(file)) {
            const how = format === "OpenSSH" ? [] : ["-m", format];
            execFileSync("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", file, ...how]);
        }
        return readFileSync(file, "utf8");
    }

    const kinds = [
        ["ed25519", "OpenSSH"],
        ["rsa", "PEM"],
        ["ecdsa", "PEM"],
        ["rsa", "OpenSSH"],
    ] as const;
    for (const [type, format] of kinds) {
        it(`may be ${type} in the format of ${format}, which needs no passphrase, or the right one`, () => {
            const [open, encrypted] = [keyOf(type, format, ""), keyOf(type, format, PASSPHRASE)];
            assert.deepEqual([open, encrypted].map(privateKeyProblem), [undefined, undefined]);
            assert.deepEqual([open, encrypted].map(isEncrypted), [false, true]);
            assert.equal(passphraseMistake(open, undefined), undefined);
            assert.equal(passphraseMistake(encrypted, PASSPHRASE), undefined);
            assert.equal(passphraseMistake(encrypted, undefined), "missing");
            for (const _ of ["the first time", "and again"]) {
                assert.equal(passphraseMistake(encrypted, "another"), "wrong");
            }
        });
    }

    it("may be in PKCS#8, but not encrypted, which Go's SSH client does not read", () => {
        assert.equal(privateKeyProblem(keyOf("ecdsa", "PKCS8", "")), undefined);
        const problem = privateKeyProblem(keyOf("ecdsa", "PKCS8", PASSPHRASE)) ?? "";
        assert.match(problem, /^received a private key encrypted in PKCS#8, .*; convert it: ssh-keygen -p -f FILE$/);
    });

    it("may have Windows' line ends, text before it, and no last line end", () => {
        for (const text of [PRIVATE_KEY.replaceAll("\n", "\r\n"), `of web1\n${PRIVATE_KEY}`, PRIVATE_KEY.trimEnd()]) {
            assert.equal(privateKeyProblem(text), undefined);
        }
    });

    const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const refused: readonly [what: string, text: string, problem: RegExp][] = [
        ["nothing", "\n", /^received an empty text; leave it out to use the SSH agent$/],
        ["a word", "garbage", /^received no private key; give the text of its file/],
        ["a path from home", "~/.ssh/id_ed25519", /^received what looks like a path; read the file: readFileSync\(/],
        ["an absolute path", "/home/me/.ssh/deploy", /what looks like a path/],
        ["a relative path", "keys/deploy", /what looks like a path/],
        ["a path of Windows", "C:\\Users\\me\\key", /what looks like a path/],
        ["a file's name", "id_ed25519", /what looks like a path/],
        ["a name with an ending", "deploy.pem", /what looks like a path/],
        ["a public key", "ssh-ed25519 AAAAC3Nza me@here", /a public key; give the file without \.pub/],
        ["a public key in PEM", publicKey.export({ type: "spki", format: "pem" }) as string, /a public key/],
        ["PuTTY's format", "PuTTY-User-Key-File-3: ssh-ed25519", /puttygen FILE -O private-openssh/],
        ["a key in base64", Buffer.from(PRIVATE_KEY).toString("base64"), /a key in base64; decode it/],
        ["a key in one line", PRIVATE_KEY.replaceAll("\n", " "), /without its own lines; keep every line break/],
        ["a key with \\n in it", PRIVATE_KEY.replaceAll("\n", "\\n"), /without its own lines/],
        ["an indented key", PRIVATE_KEY.replace(/^/gm, "    "), /without its own lines/],
        ["a key that was cut", PRIVATE_KEY.slice(0, -30), /without its own lines/],
    ];
    for (const [what, text, problem] of refused) {
        it(`is not ${what}, which is never repeated`, () => {
            const told = privateKeyProblem(text) ?? "";
            assert.match(told, problem);
            const line = PRIVATE_KEY.split("\n")[3]!;
            assert.ok(!told.includes(line) && (text === "\n" || !told.includes(`"${text}"`)), told);
        });
    }
});
