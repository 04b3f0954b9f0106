import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { formatWarnings, warningsOf } from "../../../src/cli/rule-warnings";
import { loadTunedInventory } from "../../../src/inventory/tuned";

describe("the warnings of an inventory", () => {
    let file: string;
    before(() => void (file = join(mkdtempSync(join(tmpdir(), "warnings-")), "hosts.yaml")));
    after(() => rmSync(join(file, ".."), { recursive: true }));

    const told = (text: string) => {
        writeFileSync(file, text);
        return formatWarnings(warningsOf(loadTunedInventory(file).hosts), false);
    };

    it("are told once for a group, with a few of its hosts", () => {
        const text = told(
            "all:\n  hosts: {'web[1:40]': }\n  vars: {tcp_tuning: {parameters: {net.core.somaxconn: 8192}}}\n",
        );
        assert.equal(text.split("\n").length, 4, text);
        assert.ok(
            text.startsWith(`${file}:3: warning SOMAX-APP net.core.somaxconn = "8192": it only bounds the backlog`),
            text,
        );
        assert.match(text, /\n {4}on web1, web2, web3, web4, web5 and 35 more\n$/);
    });

    it("are told at each place where they are written, and not where they are accepted", () => {
        const text = told(`all:
  vars: {tcp_tuning: {parameters: {net.core.somaxconn: 8192}}}
  hosts:
    web1:
    web2: {tcp_tuning: {parameters: {net.core.somaxconn: 4096}}}
    web3: {tcp_tuning: {accept: {SOMAX-APP: it has a backlog of its own}}}
    web4: {tcp_tuning: {parameters: {net.core.somaxconn: null, net.netfilter.nf_conntrack_max: 262144}}}
`);
        assert.deepEqual(text.match(/(?<=hosts\.yaml:)\d+: \w+ [A-Z-]+|^ {4}on .*/gm), [
            "2: warning SOMAX-APP",
            "    on web1",
            "5: warning SOMAX-APP",
            "    on web2",
        ]);
    });
});
