import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { findHostKey, HostKeyError, hostKeyFor } from "../../src/known-hosts";

describe("a host key in known_hosts", () => {
    let folder: string;
    const keys: Record<string, string> = {};

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
        for (const [name, type, bits] of [
            ["p256", "ecdsa", "256"],
            ["p384", "ecdsa", "384"],
            ["p521", "ecdsa", "521"],
            ["rsa", "rsa", "2048"],
            ["ed25519", "ed25519", "256"],
            ["other", "ed25519", "256"],
        ] as const) {
            const file = join(folder, name);
            execFileSync("ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", "", "-C", "", "-f", file]);
            keys[name] = readFileSync(`${file}.pub`, "utf8").trim();
        }
    });
    after(() => rmSync(folder, { recursive: true }));

    /** The text as `ssh-keygen -H` hashes it. */
    function hashed(text: string): string {
        const file = join(folder, "to-hash");
        writeFileSync(file, text);
        execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
        return readFileSync(file, "utf8");
    }

    it("is found by name, by any name of a list, and without regard to case", () => {
        assert.equal(findHostKey(`web1 ${keys.rsa}\n`, "web1", 22), keys.rsa);
        assert.equal(findHostKey(`web1,10.0.0.1 ${keys.rsa} a comment\n`, "10.0.0.1", 22), keys.rsa);
        assert.equal(findHostKey(`Web1 ${keys.rsa}\n`, "wEB1", 22), keys.rsa);
        assert.equal(findHostKey(`web1 ${keys.rsa}\n`, "web11", 22), undefined);
        assert.equal(findHostKey(`web1 ${keys.rsa}\n`, "eb1", 22), undefined);
    });

    it("of a port other than 22 is found as [host]:port only", () => {
        const text = `web1 ${keys.rsa}\n[web1]:2222 ${keys.ed25519}\n[::1]:2200 ${keys.p256}\n::1 ${keys.p384}\n`;
        assert.equal(findHostKey(text, "web1", 2222), keys.ed25519);
        assert.equal(findHostKey(text, "web1", 22), keys.rsa);
        assert.equal(findHostKey(text, "web1", 2223), undefined);
        assert.equal(findHostKey(text, "::1", 2200), keys.p256);
        assert.equal(findHostKey(text, "::1", 22), keys.p384);
    });

    it("is found by wildcards, unless a negated name of the same line matches", () => {
        const text = `*.example.com,!db?.example.com ${keys.rsa}\n[10.0.0.*]:2222 ${keys.ed25519}\n`;
        assert.equal(findHostKey(text, "web1.example.com", 22), keys.rsa);
        assert.equal(findHostKey(text, "db1.example.com", 22), undefined);
        assert.equal(findHostKey(text, "db10.example.com", 22), keys.rsa);
        assert.equal(findHostKey(text, "webXexampleYcom", 22), undefined);
        assert.equal(findHostKey(text, "10.0.0.7", 2222), keys.ed25519);
    });

    it("is found in entries hashed by ssh-keygen -H", () => {
        const text = hashed(`web1 ${keys.rsa}\n[web2]:2222 ${keys.ed25519}\n`);
        assert.match(text, /^\|1\|/);
        assert.doesNotMatch(text, /web/);
        assert.equal(findHostKey(text, "web1", 22), keys.rsa);
        assert.equal(findHostKey(text, "WEB2", 2222), keys.ed25519);
        assert.equal(findHostKey(text, "web2", 22), undefined);
        assert.equal(findHostKey(text, "web3", 22), undefined);
    });

    it("is the one that Go's client negotiates first when the host has several, whatever their order", () => {
        const preferred = ["p256", "p384", "p521", "rsa", "ed25519"];
        for (const [index, name] of preferred.entries()) {
            const lines = preferred.slice(index).map((other) => `web1 ${keys[other]}`);
            assert.equal(findHostKey(lines.join("\n"), "web1", 22), keys[name]);
            assert.equal(findHostKey(lines.reverse().join("\n"), "web1", 22), keys[name]);
        }
    });

    it("is never a revoked one", () => {
        const revoked = `@revoked * ${keys.p256}\n`;
        assert.equal(findHostKey(`web1 ${keys.p256}\nweb1 ${keys.rsa}\n${revoked}`, "web1", 22), keys.rsa);
        assert.throws(
            () => findHostKey(`web1 ${keys.p256}\n${revoked}`, "web1", 22),
            (error: Error) => error instanceof HostKeyError && /web1 is marked @revoked/.test(error.message),
        );
        assert.throws(() => findHostKey(`@revoked web1 ${keys.p256}\n`, "web1", 22), /web1 is marked @revoked/);
        assert.equal(findHostKey(revoked, "web1", 22), undefined, "a key revoked everywhere says nothing of web1");
    });

    it("is never the key of a certificate authority", () => {
        const text = `@cert-authority *.example.com ${keys.p256}\n`;
        assert.equal(findHostKey(text, "web1.example.com", 22), undefined);
        assert.equal(findHostKey(`${text}web1.example.com ${keys.rsa}\n`, "web1.example.com", 22), keys.rsa);
    });

    it("is not taken from comments, damaged lines and types that cannot be used", () => {
        const [type, blob] = keys.rsa!.split(" ");
        const text = [
            "",
            "# web1 commented",
            `#web1 ${keys.p256}`,
            "web1",
            `web1 ${type}`,
            `web1 ssh-ed25519 ${blob}`,
            `web1 ssh-dss ${Buffer.from("\0\0\0\x07ssh-dssxyz").toString("base64")}`,
        ].join("\n");
        assert.equal(findHostKey(text, "web1", 22), undefined);
        assert.equal(findHostKey(`${text}\r\n\t web1\t${keys.rsa}\r\n`, "web1", 22), keys.rsa);
    });

    it("agrees with ssh-keygen -F about who is known", () => {
        const file = join(folder, "agree");
        const plain = `c,d ${keys.rsa}\n*.e,!x.e ${keys.rsa}\n`;
        writeFileSync(file, hashed(`a ${keys.rsa}\n[b]:2222 ${keys.rsa}\n`) + plain);
        for (const [host, port] of [
            ["a", 22],
            ["b", 22],
            ["b", 2222],
            ["c", 22],
            ["d", 22],
            ["cd", 22],
            ["y.e", 22],
            ["x.e", 22],
        ] as const) {
            const name = port === 22 ? host : `[${host}]:${port}`;
            let known = true;
            try {
                execFileSync("ssh-keygen", ["-F", name, "-f", file], { stdio: "ignore" });
            } catch {
                known = false;
            }
            assert.equal(findHostKey(readFileSync(file, "utf8"), host, port) !== undefined, known, name);
        }
    });

    it("is looked for in all files named", () => {
        const first = join(folder, "first");
        const second = join(folder, "second");
        writeFileSync(first, `web1 ${keys.rsa}`);
        writeFileSync(second, `web1 ${keys.p256}\nweb2 ${keys.ed25519}\n`);
        assert.equal(hostKeyFor([first, second], "web1", 22), keys.p256);
        assert.equal(hostKeyFor([first, second], "web2", 22), keys.ed25519);
        assert.equal(hostKeyFor([join(folder, "missing"), second], "web2", 22), keys.ed25519);
    });

    it("that is missing is an error with the files read and the commands to run", () => {
        const file = join(folder, "empty");
        const missing = join(folder, "missing");
        writeFileSync(file, "");
        assert.throws(
            () => hostKeyFor([file, missing, folder], "web1", 2222),
            (error: Error) => {
                assert.ok(error instanceof HostKeyError);
                const wanted = [
                    `No host key for [web1]:2222 in ${file}, ${missing} (does not exist), ${folder} (is a folder)`,
                    `ssh-keyscan -p 2222 -t ecdsa,rsa,ed25519 web1 >> ${file}`,
                    `ssh-keygen -l -F '[web1]:2222' -f ${file}`,
                ];
                for (const part of wanted) {
                    assert.ok(error.message.includes(part), `${part}\nis not in\n${error.message}`);
                }
                return true;
            },
        );
    });

    it("is never advised to be appended to a folder", () => {
        const messageOf = (...files: string[]) => {
            try {
                return hostKeyFor(files, "web1");
            } catch (error) {
                return (error as Error).message;
            }
        };
        assert.equal(
            messageOf(folder),
            `No host key for web1 in ${folder} (is a folder). Name a file in OpenSSH's format, such as ~/.ssh/known_hosts.`,
        );
        assert.match(messageOf(folder, "/nonexistent"), />> \/nonexistent\n/);
    });
});
