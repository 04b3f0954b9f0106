import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkName, dropInPath, nameOf, renderDropIn } from "../../src/drop-in";
import type { Setting } from "../../src/setting";

const setting = (key: string, value: string, optional = false): Setting => ({ key, value, optional });

describe("the drop-in", () => {
    it("is a comment and a line for each setting, sorted by key, optional ones with a dash", () => {
        const text = renderDropIn("shop-prod-web1", [
            setting("net.ipv4.tcp_rmem", "4096 131072 6291456"),
            setting("net.core.somaxconn", "32768"),
            setting("net.ipv4.tcp_migrate_req", "1", true),
        ]);
        assert.equal(
            text,
            [
                "# shop-prod-web1: written by pulumi-tcp-tuning. Edits here are overwritten: change the program instead.",
                "net.core.somaxconn = 32768",
                "-net.ipv4.tcp_migrate_req = 1",
                "net.ipv4.tcp_rmem = 4096 131072 6291456",
                "",
            ].join("\n"),
        );
    });

    it("has a bound as an inequality, for the host to resolve", () => {
        const text = renderDropIn("x", [
            { ...setting("net.core.somaxconn", "8192"), bound: "atLeast" },
            { ...setting("net.ipv4.tcp_fin_timeout", "30", true), bound: "atMost" },
        ]);
        assert.match(text, /\nnet\.core\.somaxconn >= 8192\n-net\.ipv4\.tcp_fin_timeout <= 30\n$/);
    });

    it("keeps the slash that stands for a dot in an interface's name", () => {
        const text = renderDropIn("x", [setting("net.ipv4.conf.enp3s0/200.forwarding", "1")]);
        assert.match(text, /^net\.ipv4\.conf\.enp3s0\/200\.forwarding = 1$/m);
    });

    const unfit: readonly [string, Setting][] = [
        ["a line break in the value", setting("net.ipv4.tcp_sack", "1\nkernel.panic = 1")],
        ["a shell character in the value", setting("net.ipv4.tcp_sack", "1; reboot")],
        ["an empty value", setting("net.ipv4.tcp_sack", "")],
        ["a line break in the key", setting("net.ipv4.tcp_sack\nx", "1")],
        ["a way up in the key", setting("net.ipv4...tcp_sack", "1")],
        ["a comment as key", setting("#net.ipv4.tcp_sack", "1")],
    ];
    for (const [what, bad] of unfit) {
        it(`refuses ${what}`, () => assert.throws(() => renderDropIn("x", [bad]), /cannot be one line of sysctl\.d/));
    }

    it("refuses to be empty", () => {
        assert.throws(() => renderDropIn("x", []), /99-tcp-tuning-x\.conf: received no settings/);
    });

    it("lies where it sorts after 99-sysctl.conf", () => {
        assert.equal(dropInPath("shop-prod-web1"), "/etc/sysctl.d/99-tcp-tuning-shop-prod-web1.conf");
        assert.ok("99-tcp-tuning-0.conf" > "99-sysctl.conf");
    });
});

describe("the name on the host", () => {
    for (const name of ["a", "shop-prod-web1", "A.b_c-9", "_x", "x".repeat(100)]) {
        it(`may be ${name.slice(0, 20)}`, () => checkName(name));
    }

    for (const name of ["", "a/b", "../x", ".hidden", "-x", "a b", "a\nb", "a;b", "ü", "x".repeat(101)]) {
        it(`may not be ${JSON.stringify(name.slice(0, 20))}`, () => {
            for (const use of [checkName, dropInPath, (bad: string) => renderDropIn(bad, [setting("net.a", "1")])]) {
                assert.throws(() => use(name), /name of the tuning on the host: received ".*letters, digits/);
            }
        });
    }

    it("is project, stack and resource, with dashes for what a file name should not have", () => {
        assert.equal(nameOf("shop", "prod", "web1"), "shop-prod-web1");
        assert.equal(nameOf("shop", "acme/prod", "web 1"), "shop-acme-prod-web-1");
        assert.equal(nameOf(".shop", "prod", "web1"), "shop-prod-web1");
    });

    it("says which names made one that is too long", () => {
        assert.throws(
            () => nameOf("shop", "prod", "w".repeat(95)),
            /from project, stack and resource "shop-prod-w.*105/,
        );
    });
});
