import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseInventory } from "../../../../src/inventory";
import { resolveSettings, type Tuning } from "../../../../src/settings";
import { tcpTuning } from "../../cli/support";

const fixtures = "test/fixtures/playbooks";

/** What import says, but for the words of the rules, which are theirs to change. */
function toldBy(stderr: string): string {
    const lines = stderr.split("\n").filter((line) => !line.startsWith("    "));
    return lines
        .map((line) => line.replace(/^(.*? (?:left out|warning|note) [A-Z]+(?:-[A-Z]+)+ \S+ = "[^"]*"): .*/, "$1"))
        .join("\n");
}

/** Settings by host, and all that an inventory's reader and the rules complain of. */
function comesTo(inventory: string) {
    const { hosts, warnings } = parseInventory(inventory, "hosts.yaml");
    const resolved = hosts.map(({ name, tuning }) => ({ name, ...resolveSettings(tuning as Tuning) }));
    return {
        complaints: [
            ...warnings,
            ...resolved.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error")),
        ],
        values: Object.fromEntries(
            resolved.map(({ name, settings }) => [
                name,
                Object.fromEntries(settings.map(({ key, value }) => [key, value])),
            ]),
        ),
    };
}

describe("import of playbooks as people write them", () => {
    for (const [name, path] of [
        ["web-role", "web-role/site.yml"],
        ["classic", "classic/tcp.yml"],
        ["mixture", "mixture"],
    ] as const) {
        it(`makes of ${path} exactly the inventory beside it, and says what it left out`, () => {
            const { status, stdout, stderr } = tcpTuning(["import", `${fixtures}/${path}`]);
            assert.equal(stdout, readFileSync(`${fixtures}/${name}.inventory.yaml`, "utf8"));
            assert.equal(toldBy(stderr), readFileSync(`${fixtures}/${name}.told.txt`, "utf8"));
            assert.equal(status, 1);
            assert.deepEqual(comesTo(stdout).complaints, []);
        });
    }

    // Taken from `ansible-playbook --check -vvv` (core 2.14), with a host in each group.
    it("comes to the values that Ansible hands to its module", () => {
        const { stdout } = tcpTuning(["import", `${fixtures}/web-role/site.yml`]);
        assert.deepEqual(comesTo(stdout).values, {
            "web1.example.com": {
                "net.core.somaxconn": "16384",
                "net.ipv4.conf.all.rp_filter": "2",
                "net.ipv4.ip_local_port_range": "10240 65001",
                "net.ipv4.tcp_fin_timeout": "15",
                "net.ipv4.tcp_max_syn_backlog": "8192",
                "net.ipv4.tcp_rfc1337": "1",
                "net.ipv4.tcp_rmem": "4096 131072 16777216",
                "net.ipv4.tcp_syncookies": "1",
                "net.ipv4.tcp_wmem": "4096 16384 16777216",
            },
        });
    });

    it("takes a role's folder with its defaults, for all hosts", () => {
        const { stdout } = tcpTuning(["import", `${fixtures}/web-role/roles/tuning`]);
        assert.deepEqual(Object.keys(comesTo(stdout).values), ["host1.example.com"]);
        assert.match(stdout, /net\.core\.somaxconn: 4096/);
        const tasks = tcpTuning(["import", `${fixtures}/web-role/roles/tuning/tasks/main.yml`]);
        assert.deepEqual(comesTo(tasks.stdout), comesTo(stdout));
    });
});
