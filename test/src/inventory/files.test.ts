import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { loadInventory, locate, parseInventory, readInventory } from "../../../src/inventory";
import { assertProblems, hostOf, problemsIn, yaml } from "./support";

describe("an inventory file", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "inventory-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function write(path: string, text: string): string {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        return file;
    }

    it("takes group_vars and host_vars beside it, in Ansible's order of precedence", () => {
        const file = write(
            "hosts.yaml",
            yaml`
            all: {vars: {tcp_tuning: {profile: base, parameters: {net.a: 1, net.b: 1, net.c: 1, net.d: 1, net.e: 1}}}}
            web:
              vars: {tcp_tuning: {parameters: {net.b: 2, net.c: 2, net.d: 2, net.e: 2}}}
              hosts: {web1: {tcp_tuning: {parameters: {net.d: 5, net.e: 5}}}}
            `,
        );
        const all = write("group_vars/all.yml", "tcp_tuning: {parameters: {net.c: 3}}\nansible_user: from-all\n");
        write("group_vars/web.yaml", "tcp_tuning: {parameters: {net.f: 4}}\nansible_user: from-web\n");
        write("host_vars/web1", "tcp_tuning: {parameters: {net.e: 6}}\n");
        const host = hostOf(loadInventory(file), "web1");
        assert.deepEqual(host.tuning.parameters, {
            "net.a": 1,
            "net.b": 2,
            "net.c": 3,
            "net.d": 5,
            "net.e": 6,
            "net.f": 4,
        });
        assert.equal(host.connection.user, "from-web");
        assert.deepEqual(locate(host, "net.c"), { file: all, line: 1 });
    });

    it("takes a folder of group_vars in the order of its file names, and no other files", () => {
        const file = write("hosts.yaml", "web: {hosts: {web1: }}\n");
        write("group_vars/web/10-first.yml", "tcp_tuning: {profile: base}\nansible_port: 1\n");
        write("group_vars/web/20-second.yml", "ansible_port: 2\n");
        write("group_vars/web/30-backup.yml~", "ansible_port: 3\n");
        write("group_vars/web/.hidden.yml", "ansible_port: 4\n");
        write("group_vars/web/README.md", "# - not: YAML\n\t- at all");
        const { connection, tuning } = hostOf(loadInventory(file), "web1");
        assert.deepEqual([tuning.profile, connection.port], ["base", 2]);
    });

    it("reports what is wrong in all its files together, with their names and lines", () => {
        const file = write("hosts.yaml", "web: {hosts: {web1: {ansible_port: x}}}\n");
        const vars = write("group_vars/web.yml", "a: 1\ntcp_tuning: {profil: base, profile: base}\n");
        const damaged = write("host_vars/web1.yml", "a: 1\na: 2\n");
        const list = write("group_vars/all.yml", "- a\n");
        const found = problemsIn(() => loadInventory(file));
        for (const start of [
            `${file}:1: ansible_port`,
            `${vars}:2: tcp_tuning has no key`,
            `${damaged}:2: The key "a"`,
            `${list}:1: A file of variables must be a mapping`,
        ]) {
            assert.ok(
                found.some((problem) => problem.startsWith(start)),
                `${start}\nis not in\n${found.join("\n")}`,
            );
        }
        assert.equal(found.length, 4);
    });

    it("passes over an encrypted file with a warning", () => {
        const file = write("hosts.yaml", "web: {vars: {tcp_tuning: {profile: base}}, hosts: {web1: }}\n");
        const vault = write("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
        const { warnings } = loadInventory(file);
        assert.deepEqual(
            warnings.map(({ location }) => location),
            [{ file: vault, line: 1 }],
        );
        assert.match(warnings[0]!.message, /encrypted with ansible-vault, so none of its variables is used/);
    });

    it("says which line of its variables is not UTF-8", () => {
        const file = write("hosts.yaml", "web: {vars: {tcp_tuning: {profile: base}}, hosts: {web1: }}\n");
        writeFileSync(write("group_vars/web.yml", ""), Buffer.from("a: 1\nb: caf\xe9\n", "latin1"));
        assert.match(
            problemsIn(() => loadInventory(file))[0]!,
            /web\.yml:2: This line is not UTF-8.* \| .*iconv -f latin1/,
        );
    });

    it("that cannot be read is an error with its name and the reason", () => {
        const [missing] = problemsIn(() => loadInventory(join(folder, "missing.yaml")));
        assert.match(
            missing!,
            /missing\.yaml" cannot be read: it does not exist \| Name a YAML inventory file; .* starts at the folder of Pulumi\.yaml$/,
        );
        const [elsewhere] = problemsIn(() => readInventory(join(folder, "missing.yaml"), "the working directory"));
        assert.match(elsewhere!, /a relative path starts at the working directory$/);
        assert.match(problemsIn(() => loadInventory(folder))[0]!, /cannot be read: it is a folder/);
    });

    it("that is no valid YAML is an error with line and remedy", () => {
        assertProblems("all:\n  vars: {}\n  vars: {}\n", /^hosts\.yaml:3: The key "vars" occurs twice.* \| Keep one/);
        assertProblems("all:\n\thosts:\n", /^hosts\.yaml:2: A tab indents this line.* \| Replace the tab/);
        assertProblems("all:\n  hosts:\n    web1:\n---\nall:\n", /^hosts\.yaml:4: A second YAML document/);
        assertProblems("all:\n  hosts: {web1: \n", /^hosts\.yaml:2: This is no valid YAML: .* \| Look at the inden/);
        assertProblems("all: &a\n  hosts: *a\n", /^hosts\.yaml:2: This alias/);
    });

    it("in another of Ansible's formats is an error that says how to convert it", () => {
        assertProblems(
            "# hosts\n[web]\nweb1 ansible_host=10.0.0.1\n",
            /INI format.* \| Convert it: ansible-inventory -i hosts\.yaml/,
        );
        assertProblems(
            "plugin: amazon.aws.aws_ec2\nregions: {}\n",
            /configures the inventory plugin "amazon\.aws\.aws_ec2"/,
        );
    });

    it("lists all problems in its message", () => {
        assert.throws(() => parseInventory("a: {x: 1}\nb: {y: 1}\n", "hosts.yaml"), {
            name: "InventoryError",
            message: /^hosts\.yaml:1: error INVENTORY.*\nhosts\.yaml:2: error INVENTORY.*$/,
        });
    });
});
