import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Inventory, InventoryHost } from "../../../src/inventory";
import { parseInventory } from "../../../src/inventory";
import { problemsIn } from "./support";

function inventoryWith(vars: string): Inventory {
    const lines = vars
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n");
    const text = `all:\n  hosts: {web1: }\n  vars:\n    tcp_tuning: {profile: base}\n${lines}\n`;
    return parseInventory(text, "/etc/inv/hosts.yaml");
}

function hostWith(vars: string): InventoryHost {
    return inventoryWith(vars).hosts[0]!;
}

function problemWith(vars: string): string {
    const found = problemsIn(() => inventoryWith(vars));
    assert.equal(found.length, 1, found.join("\n"));
    return found[0]!;
}

describe("the connection to a host of an inventory", () => {
    it("is to the host's name, if nothing else is said", () => {
        assert.deepEqual(hostWith("").connection, { host: "web1" });
        assert.equal(hostWith("").become, false);
    });

    it("follows Ansible's variables", () => {
        const { connection, become } = hostWith(
            "ansible_host: 10.0.0.1\nansible_port: 2222\nansible_user: deploy\n" +
                "ansible_ssh_private_key_file: keys/id\nansible_password: 12345\nansible_become: yes\n" +
                "ansible_connection: ssh",
        );
        assert.deepEqual(connection, {
            host: "10.0.0.1",
            port: 2222,
            user: "deploy",
            privateKeyFile: "/etc/inv/keys/id",
            password: "12345",
        });
        assert.equal(become, true);
    });

    it("knows the older names of the variables", () => {
        const { connection } = hostWith(
            'ansible_ssh_host: h\nansible_ssh_port: "23"\nansible_ssh_user: u\n' +
                "ansible_ssh_pass: p\nansible_private_key_file: ~/.ssh/id",
        );
        assert.deepEqual(connection, {
            host: "h",
            port: 23,
            user: "u",
            password: "p",
            privateKeyFile: join(homedir(), ".ssh/id"),
        });
    });

    it("takes a private key itself, and a passphrase", () => {
        const { connection } = hostWith("ansible_private_key: |\n  a\n  b\nansible_ssh_private_key_passphrase: 12345");
        assert.deepEqual(connection, { host: "web1", privateKey: "a\nb\n", privateKeyPassword: "12345" });
        assert.equal(hostWith("ansible_private_key_passphrase: x").connection.privateKeyPassword, "x");
    });

    it("may be to an IPv6 address", () => {
        const { connection } = hostWith("ansible_host: 2001:db8::1\nansible_port: 2222");
        assert.deepEqual(connection, { host: "2001:db8::1", port: 2222 });
    });

    it("takes variables without a value as not given", () => {
        assert.deepEqual(hostWith('ansible_user:\nansible_host: ""\nansible_become: ').connection, { host: "web1" });
    });

    it("has its trust from tcp_tuning, since Ansible has no variables for it", () => {
        const text =
            "all: {hosts: {web1: {tcp_tuning: {profile: base, hostKey: ssh-ed25519 AAAA, knownHosts: known, " +
            "insecureIgnoreHostKey: false}}}}";
        const { connection } = parseInventory(text, "/etc/inv/hosts.yaml").hosts[0]!;
        assert.deepEqual(connection, {
            host: "web1",
            hostKey: "ssh-ed25519 AAAA",
            knownHosts: "/etc/inv/known",
            insecureIgnoreHostKey: false,
        });
    });

    it("goes through a bastion named in the ssh arguments", () => {
        const cases: [args: string, proxy: object | undefined][] = [
            ["-J bastion", { host: "bastion" }],
            ["-Jdeploy@bastion:2222", { host: "bastion", port: 2222, user: "deploy" }],
            ["-o ProxyJump=deploy@bastion.example.com:22", { host: "bastion.example.com", port: 22, user: "deploy" }],
            ["-oProxyJump=bastion", { host: "bastion" }],
            ['-o "proxyjump bastion"', { host: "bastion" }],
            ["-J '[2001:db8::1]:2222'", { host: "2001:db8::1", port: 2222 }],
            ["-J ssh://deploy@bastion:2222/", { host: "bastion", port: 2222, user: "deploy" }],
            ["-J first -J second", { host: "first" }],
            ["-o ProxyJump=none", undefined],
        ];
        for (const [args, proxy] of cases) {
            const inventory = inventoryWith(`ansible_ssh_common_args: ${JSON.stringify(args)}`);
            assert.deepEqual(inventory.hosts[0]!.connection.proxy, proxy, args);
            assert.deepEqual(inventory.warnings, [], args);
        }
        assert.deepEqual(hostWith("ansible_ssh_extra_args: -J bastion").connection.proxy, { host: "bastion" });
    });

    it("reports ssh arguments that are not used", () => {
        const { warnings } = inventoryWith("ansible_ssh_common_args: -o StrictHostKeyChecking=no -C -J bastion");
        assert.deepEqual(
            warnings.map(({ severity, message, location }) => [severity, message, location?.line]),
            [
                ["warning", 'The ssh argument "stricthostkeychecking no" is not used', 5],
                ["warning", 'The ssh argument "-C" is not used', 5],
            ],
        );
        assert.match(warnings[0]!.suggestion!, /tcp_tuning\.insecureIgnoreHostKey/);
    });

    it("refuses bastions it cannot use", () => {
        const cases: [args: string, problem: RegExp][] = [
            ["-J a,b", /:5: .*"a,b" .* more than one bastion.*\| Write -J/],
            ["-J a:99999", /"a:99999" cannot be used: it is not user@host:port/],
            [
                '-o ProxyCommand="ssh -W %h:%p b"',
                /ProxyCommand is not supported, since no ssh command is run \| Write -J/,
            ],
        ];
        for (const [args, problem] of cases) {
            assert.match(problemWith(`ansible_ssh_common_args: '${args}'`), problem);
        }
    });

    it("refuses what it cannot do as Ansible would", () => {
        const cases: [vars: string, problem: RegExp][] = [
            [
                "ansible_connection: local",
                /^\/etc\/inv\/hosts\.yaml:5: ansible_connection is "local", .*not supported \| Hosts are reached over/,
            ],
            ["ansible_become: true\nansible_become_user: app", /:6: ansible_become_user is "app".*root/],
            ["ansible_become: true\nansible_sudo_user: app", /:6: ansible_sudo_user is "app".*root/],
            ["ansible_become: true\nansible_become_method: su", /:6: ansible_become_method is "su".*sudo/],
            [
                "ansible_port: ssh",
                /:5: ansible_port must be a whole number from 1 to 65535; this is "ssh" \| Write ansible_port: 22$/,
            ],
            [
                "ansible_host: root@10.0.0.1",
                /:5: The host "root@10\.0\.0\.1" is more than a name or an address \| Write ansible_host: 10\.0\.0\.1, ansible_user: root$/,
            ],
            [
                'ansible_host: "[2001:db8::1]:2222"',
                /:5: The host .* \| Write ansible_host: 2001:db8::1, ansible_port: 2222$/,
            ],
            [
                'ansible_private_key: "{{ key }}"',
                /ansible_private_key is a Jinja template.* \| Leave it out and log in/,
            ],
            ["ansible_port: 0", /from 1 to 65535; this is "0"/],
            ["ansible_user: true", /ansible_user must be text; this is "true"/],
            ["ansible_become: maybe", /ansible_become must be true or false; this is "maybe"/],
            ['ansible_host: "{{ ip }}"', /ansible_host is a Jinja template.* \| Write the value itself/],
            [
                "ansible_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256",
                /ansible_password is encrypted with ansible-vault.* \| Leave it out and log in by a key: .*ssh-add/,
            ],
            [
                'ansible_password: "{{ vault_pw }}"',
                /ansible_password is a Jinja template.* \| Leave it out and log in by a key: .*ansible_ssh_private_key_file$/,
            ],
        ];
        for (const [vars, problem] of cases) {
            assert.match(problemWith(vars), problem);
        }
    });

    it("has the password that sudo asks for, by any of Ansible's names, where sudo is wanted", () => {
        for (const name of ["ansible_become_password", "ansible_become_pass", "ansible_sudo_pass"]) {
            const { become, becomePassword } = hostWith(`ansible_become: true\n${name}: 12345`);
            assert.deepEqual([become, becomePassword], [true, "12345"]);
        }
        const { hosts, warnings } = inventoryWith("ansible_become_password: x");
        assert.deepEqual([hosts[0]!.becomePassword, warnings], [undefined, []]);
    });

    it("warns of what has no effect here, and says what to do", () => {
        const { warnings } = inventoryWith(
            "ansible_become: true\nansible_become_flags: -H\nansible_ssh_pkcs11_provider: /usr/lib/opensc.so",
        );
        assert.deepEqual(
            warnings.map(({ message, location }) => [message, location?.line]),
            [
                ["ansible_ssh_pkcs11_provider is not used", 7],
                ["ansible_become_flags is not used", 6],
            ],
        );
        assert.match(warnings[0]!.suggestion!, /ssh-add -s PROVIDER/);
    });

    it("leaves out a password for sudo that only Ansible can read, and says where else it can be given", () => {
        for (const text of ['"{{ vault_pw }}"', "!vault |\n  $ANSIBLE_VAULT;1.1;AES256"]) {
            const vars = `ansible_user: admin\nansible_become: true\nansible_become_password: ${text}`;
            const { hosts, warnings } = inventoryWith(vars);
            assert.deepEqual([hosts[0]!.become, hosts[0]!.becomePassword], [true, undefined]);
            assert.match(warnings[0]!.message, /^ansible_become_password is .*, and is not used$/);
            assert.match(
                warnings[0]!.suggestion!,
                /config set --secret pulumi-tcp-tuning:becomePassword; .*: admin ALL=/,
            );
        }
    });

    it("refuses a host whose name is more than one, where it stands", () => {
        const text = "all:\n  hosts:\n    deploy@web1: {tcp_tuning: {profile: base}}\n";
        assert.deepEqual(
            problemsIn(() => parseInventory(text, "hosts.yaml")),
            [
                'hosts.yaml:3: The host "deploy@web1" is more than a name or an address | ' +
                    "Write ansible_host: web1, ansible_user: deploy",
            ],
        );
    });

    it("does not repeat a ProxyCommand, which may hold a password", () => {
        assert.doesNotMatch(
            problemWith("ansible_ssh_common_args: -o ProxyCommand='sshpass -p hunter2 ssh b'"),
            /hunter2/,
        );
    });
});
