import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parameterOf } from "../../../src/catalogue";
import { isKeySyntax, isSafeValue } from "../../../src/catalogue/syntax";
import { canonicalValue, isDecimal, parsePorts } from "../../../src/catalogue/value";

const reserved = parameterOf("net.ipv4.ip_local_reserved_ports");

describe("numbers", () => {
    for (const good of ["0", "1", "-1", "10", "18446744073709551615"]) {
        it(`${good} is plain decimal`, () => assert.ok(isDecimal(good)));
    }
    const malformed = ["", "-", "-0", "010", "0x10", "+5", "1.5", "1e3", "5,6", "5abc", "1\r", " 1", "٣"];
    for (const bad of [...malformed, "1".repeat(21)]) {
        it(`${JSON.stringify(bad)} is not`, () => assert.ok(!isDecimal(bad)));
    }
});

describe("port lists", () => {
    const canonical: readonly [string, string][] = [
        ["9000,8080", "8080,9000"],
        ["8081,8080,9000", "8080-8081,9000"],
        ["8080-8090,8085-8100", "8080-8100"],
        ["8080,8080", "8080"],
        ["0,65535", "0,65535"],
        ["1-3,5-6,4", "1-6"],
    ];
    for (const [written, read] of canonical) {
        it(`${written} is read back as ${read}`, () => assert.equal(canonicalValue(reserved, written), read));
    }

    for (const bad of ["", "8080,", "8080 9000", "8080, 9000", "9-8", "65536", "-1", "8080-", "a", "010", "1-2-3"]) {
        it(`${JSON.stringify(bad)} is refused`, () => assert.equal(typeof parsePorts(bad), "string"));
    }

    it("keep exactly their ports, sorted, when made canonical", () => {
        const piece = fc.tuple(fc.nat(300), fc.nat(30)).map(([first, more]) => `${first}-${first + more}`);
        fc.assert(
            fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
                const read = canonicalValue(reserved, pieces.join(","));
                assert.deepEqual(
                    portsOf(read),
                    [...new Set(portsOf(pieces.join(",")))].sort((a, b) => a - b),
                );
                assert.equal(canonicalValue(reserved, read), read);
            }),
        );
    });
});

function portsOf(list: string): readonly number[] {
    const ranges = parsePorts(list);
    assert.ok(typeof ranges !== "string");
    return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

describe("other values", () => {
    it("lose only their surplus blanks and tabs", () => {
        const receive = parameterOf("net.ipv4.tcp_rmem");
        assert.equal(canonicalValue(receive, "\t4096  131072\t6291456 "), "4096 131072 6291456");
        assert.equal(canonicalValue(undefined, "1\n2"), "1\n2");
    });

    it("are safe only when nothing in them ends a line or means something to a shell", () => {
        const dangerous = "\n\r\0\u2028;$`\\'\"#&|<>(){}[]*?!~^= \t".split("");
        fc.assert(
            fc.property(fc.string(), fc.constantFrom(...dangerous), fc.string(), (before, character, after) => {
                const value = before + character + after;
                assert.ok(!isSafeValue(value) || character === " ", JSON.stringify(value));
            }),
        );
    });
});

describe("keys", () => {
    const wellFormed = [
        "net.ipv4.tcp_rmem",
        "net.ipv4.conf.enp3s0/200.forwarding",
        "net.bridge.bridge-nf-call-arptables",
    ];
    for (const good of wellFormed) {
        it(`${good} is well-formed`, () => assert.ok(isKeySyntax(good)));
    }
    const malformed = [
        "",
        ".",
        "net..ipv4",
        ".net",
        "net.",
        "net/ipv4/tcp_rmem",
        "/etc/passwd",
        "net.ipv4.../x",
        "net.ipv4.conf.a//b",
        "net.ipv4.tcp rmem",
        "net.ipv4.tcp_rmem\n",
        "net.ipv4.*",
        "-net.ipv4.x",
        "net.$x",
        "net.ipv4.é",
    ];
    for (const bad of malformed) {
        it(`${JSON.stringify(bad)} is not`, () => assert.ok(!isKeySyntax(bad)));
    }
});
