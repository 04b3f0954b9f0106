import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInventory } from "../../../src/inventory";
import { expandHostRange } from "../../../src/inventory/host-range";
import { assertProblems, hostOf, yaml } from "./support";

function profiles(text: string): Record<string, string | undefined> {
    const { hosts } = parseInventory(text, "hosts.yaml");
    return Object.fromEntries(hosts.map(({ name, tuning }) => [name, tuning.profile]));
}

describe("groups of an inventory", () => {
    it("pass their variables down: host over child group over parent group over all", () => {
        const text = yaml`
            all:
              vars: {tcp_tuning: {profile: from-all}}
              hosts:
                lone:
              children:
                parent:
                  vars: {tcp_tuning: {profile: from-parent}}
                  hosts: {a: }
                  children:
                    child:
                      vars: {tcp_tuning: {profile: from-child}}
                      hosts:
                        b:
                        c: {tcp_tuning: {profile: from-host}}
            `;
        assert.deepEqual(profiles(text), { lone: "from-all", a: "from-parent", b: "from-child", c: "from-host" });
    });

    it("of the same depth win by name, or by ansible_group_priority", () => {
        const groups = (priority: string) => `
alpha: {vars: {tcp_tuning: {profile: alpha}${priority}}, hosts: {web1: }}
beta: {vars: {tcp_tuning: {profile: beta}}, hosts: {web1: }}
`;
        assert.deepEqual(profiles(groups("")), { web1: "beta" });
        assert.deepEqual(profiles(groups(", ansible_group_priority: 10")), { web1: "alpha" });
    });

    it("are as deep as their longest way to all", () => {
        const text = yaml`
            zulu: {vars: {tcp_tuning: {profile: zulu}}, hosts: {web1: }}
            top: {children: {middle: {children: {alpha: }}}}
            alpha: {vars: {tcp_tuning: {profile: alpha}}, hosts: {web1: }}
            `;
        assert.deepEqual(profiles(text), { web1: "alpha" });
        assert.deepEqual(parseInventory(text, "hosts.yaml").hosts[0]!.groups, ["top", "zulu", "middle", "alpha"]);
    });

    it("may appear in several places, and are one group", () => {
        const text = yaml`
            all:
              children:
                web: {hosts: {web1: }}
                eu: {children: {web: {vars: {tcp_tuning: {profile: base}}}}}
            web: {hosts: {web2: {ansible_port: 2222}}}
            `;
        assert.deepEqual(profiles(text), { web1: "base", web2: "base" });
        const inventory = parseInventory(text, "hosts.yaml");
        assert.deepEqual(hostOf(inventory, "web1").groups, ["eu", "web"]);
        assert.equal(hostOf(inventory, "web2").connection.port, 2222);
    });

    it("include ungrouped, for hosts that stand under all alone", () => {
        const text = yaml`
            all: {hosts: {lone: , web1: }}
            web: {hosts: {web1: }}
            ungrouped: {vars: {tcp_tuning: {profile: base}}}
            `;
        const inventory = parseInventory(text, "hosts.yaml");
        assert.deepEqual(
            inventory.hosts.map(({ name, groups }) => [name, groups]),
            [["lone", ["ungrouped"]]],
        );
        assert.deepEqual(inventory.untuned, ["web1"]);
    });

    it("that are children of themselves are an error with the way round", () => {
        assertProblems(
            yaml`
            a: {children: {b: }}
            b: {children: {c: }}
            c: {children: {a: }}
            `,
            /^hosts\.yaml:1: The group "a" is a child of itself: a > b > c > a \|/,
            /"b"/,
            /"c"/,
        );
        assertProblems("a: {children: {all: }}", /"all" cannot be a child of "a"/);
    });

    it("have hosts, children and vars, and nothing else", () => {
        assertProblems(
            yaml`
            web:
              host: {web1: }
              tcp_tuning: {profile: base}
              children: [a, b]
              vars: 5
            `,
            /^hosts\.yaml:2: "host" is no key of a group.* \| Did you mean "hosts"/,
            /^hosts\.yaml:3: "tcp_tuning" is no key of a group.* \| Put variables under "vars:"/,
            /^hosts\.yaml:4: children of group "web" must be a mapping; this is a list \| Write keys with a colon/,
            /^hosts\.yaml:5: vars of group "web" must be a mapping; this is "5"/,
        );
    });
});

describe("hosts of an inventory", () => {
    it("may stand in several groups, and keep the variables of all", () => {
        const text = yaml`
            web: {hosts: {web1: {ansible_user: deploy}}}
            eu: {hosts: {web1: {ansible_port: 2222, tcp_tuning: {profile: base}}}}
            `;
        const { connection, groups } = hostOf(parseInventory(text, "hosts.yaml"), "web1");
        assert.deepEqual(connection, { host: "web1", port: 2222, user: "deploy" });
        assert.deepEqual(groups, ["eu", "web"]);
    });

    it("may be written as ranges, with a port behind them", () => {
        const text = yaml`
            all:
              vars: {tcp_tuning: {profile: base}}
              hosts:
                web[08:10].example.com:2222: {ansible_user: deploy}
                db-[a:b]:
                x:2222: {ansible_port: 2200}
            web: {hosts: {x:2223: }}
            `;
        const { hosts } = parseInventory(text, "hosts.yaml");
        assert.deepEqual(
            hosts.map(({ name, connection: { port } }) => [name, port]),
            [
                ["web08.example.com", 2222],
                ["web09.example.com", 2222],
                ["web10.example.com", 2222],
                ["db-a", undefined],
                ["db-b", undefined],
                ["x", 2200],
            ],
        );
    });

    it("are expanded from ranges as Ansible does", () => {
        assert.deepEqual(expandHostRange("web"), ["web"]);
        assert.deepEqual(expandHostRange("w[1:3]"), ["w1", "w2", "w3"]);
        assert.deepEqual(expandHostRange("w[:2]"), ["w0", "w1", "w2"]);
        assert.deepEqual(expandHostRange("w[008:010]"), ["w008", "w009", "w010"]);
        assert.deepEqual(expandHostRange("w[0:8:4]"), ["w0", "w4", "w8"]);
        assert.deepEqual(expandHostRange("[a:b][1:2]"), ["a1", "a2", "b1", "b2"]);
        assert.deepEqual(expandHostRange("[X:Z]"), ["X", "Y", "Z"]);
        for (const bad of ["w[3:1]", "w[a:3]", "w[01:100]", "w[1:9:0]", "w[1:100000]", "[1:99][1:99]"]) {
            assert.throws(() => expandHostRange(bad), /range|hosts/, bad);
        }
    });

    it("with names that cannot be are errors with their line", () => {
        assertProblems(
            yaml`
            all:
              vars: {tcp_tuning: {profile: base}}
              hosts:
                web1, web2:
                w[3:1]:
                good:
            `,
            /^hosts\.yaml:4: "web1, web2" cannot be the name of a host/,
            /^hosts\.yaml:5: Host "w\[3:1\]": .* is empty/,
        );
    });

    it("that no tcp_tuning reaches are left alone, whatever their variables", () => {
        const text = yaml`
            web: {hosts: {web1: {tcp_tuning: {profile: base}}}}
            windows: {hosts: {win1: {ansible_connection: winrm, ansible_password: "{{ secret }}"}}}
            `;
        const { hosts, untuned } = parseInventory(text, "hosts.yaml");
        assert.deepEqual([hosts.map(({ name }) => name), untuned], [["web1"], ["win1"]]);
    });

    it("must not all be left alone", () => {
        assertProblems("all: {hosts: {a: , b: }}", /tunes no host: none of its 2 has tcp_tuning.* \| Put hosts under/);
        assertProblems("", /has no hosts/);
        assertProblems("- web1", /^hosts\.yaml:1: The inventory must be a mapping; this is a list/);
        assertProblems("- hosts: web", /Or is it a playbook\? Then: tcp-tuning import FILE/);
    });
});
