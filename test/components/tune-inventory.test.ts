import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { tuneInventory } from "../../components";
import { findReports } from "../../src/find-reports";
import { hostsUnavailable, startHosts, type TestHosts } from "../support/hosts";
import { changes, failureOf, TestStack } from "../support/stack";

const PASSWORD = "open sesame";

describe("the program of an inventory", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let stack: TestStack;
    let folder: string;

    before(async () => {
        const users = [
            { name: "deploy", sudo: true },
            { name: "ops", sudo: true, password: PASSWORD },
        ];
        hosts = await startHosts({ count: 3, prefix: "web", users });
        folder = mkdtempSync(join(tmpdir(), "tcp-tuning-inventory-"));
        stack = await TestStack.create({ program: tuneInventory });
        await configure(join(folder, "inventory.yaml"), hosts.knownHostsFile);
    });
    after(async () => {
        await stack.remove();
        rmSync(folder, { recursive: true });
        await hosts.stop();
    });

    const configure = (inventoryFile: string, knownHosts: string) =>
        stack.setConfig({
            "pulumi-tcp-tuning:inventory": inventoryFile,
            "pulumi-tcp-tuning:knownHosts": knownHosts,
        });

    /** Writes the inventory: three web servers of which the third has its own value; `edit` changes the text. */
    function inventory(edit: (text: string) => string = (text) => text): void {
        const [web1, web2, web3] = hosts.hosts.map(({ address }) => address);
        const text = `all:
  vars:
    ansible_user: deploy
    ansible_become: true
    ansible_ssh_private_key_file: ${hosts.privateKeyFile}
    tcp_tuning:
      profile: base
      parameters:
        net.ipv4.tcp_fin_timeout: 25
  children:
    web:
      hosts:
        web1: {ansible_host: ${web1}}
        web2: {ansible_host: ${web2}}
        web3:
          ansible_host: ${web3}
          tcp_tuning:
            parameters:
              net.ipv4.tcp_fin_timeout: 20
`;
        writeFileSync(join(folder, "inventory.yaml"), edit(text));
    }

    const finTimeouts = () => Promise.all(hosts.hosts.map((host) => host.readSysctl("net.ipv4.tcp_fin_timeout")));

    it("tunes every host of the inventory, host over group over parent, and restores them all", async () => {
        inventory();
        const { outputs } = await stack.up();
        assert.deepEqual(await finTimeouts(), ["25", "25", "20"]);
        assert.match(outputs["summary"]?.value.web3, /^3 parameters in force/);
        assert.match(outputs["readme"]?.value, /^\*\*3 hosts verified: 3 as wanted\.\*\*$/m);
        assert.match(outputs["readme"]?.value, /^\| web3 \| ✓ as wanted \| 3 of 3 \|/m);
        const { reports } = findReports(await stack.exportState());
        assert.deepEqual(reports.map(({ host }) => host).sort(), ["web1", "web2", "web3"]);
        assert.deepEqual(changes(await stack.up()), []);
        inventory((text) => text.replace("tcp_fin_timeout: 20", "tcp_fin_timeout: 15"));
        assert.deepEqual(changes(await stack.up()), ["update fleet", "update fleet-plan", "update fleet-rollout"]);
        await stack.destroy();
        assert.deepEqual(await finTimeouts(), ["60", "60", "60"]);
    });

    it("leaves in the state no report of hosts before a roll-out has succeeded, and report names them", async () => {
        inventory((text) =>
            text
                .replace(/(web2: \{.*)\}/, "$1, tcp_tuning: {verify: false}}")
                .replace(/( +)parameters:(?=\n +net.ipv4.tcp_fin_timeout: 20)/, "$1verify: {maxTimeWait: 2000000}\n$&"),
        );
        assert.match((await failureOf(stack.up())).text, /web3 failed: VERIFY-VACUOUS/);
        assert.deepEqual(await finTimeouts(), ["25", "25", "60"]);
        const { reports, unknown, unreadable, secrets } = findReports(await stack.exportState());
        assert.deepEqual([reports, unreadable, secrets], [[], [], []]);
        assert.deepEqual(unknown.map(({ name }) => name).sort(), ["web1", "web2", "web3"]);
        assert.ok(unknown.every(({ why }) => why.startsWith("the last roll-out of fleet failed or was interrupted")));
        await stack.destroy();
    });

    it("takes the hosts in the waves that the configuration says", async () => {
        inventory();
        await stack.setConfig({ "pulumi-tcp-tuning:rollout": '{"canaries": 0, "batch": 1}' });
        try {
            const { text } = await stack.up();
            assert.match(text, /wave 3: /);
            await stack.setConfig({ "pulumi-tcp-tuning:rollout": '{"canarys": 1}' });
            assert.match((await failureOf(stack.preview())).text, /rollout\.canarys: .*did you mean canaries\?/);
        } finally {
            await stack.setConfig({ "pulumi-tcp-tuning:rollout": "{}" });
            await stack.destroy();
        }
    });

    it("restores a host that is taken out of the inventory, and leaves the others tuned", async () => {
        inventory();
        await stack.up();
        inventory((text) => text.replace(/ {8}web3:[\s\S]*$/, ""));
        await stack.up();
        assert.deepEqual(await finTimeouts(), ["25", "25", "60"]);
        await stack.destroy();
    });

    it("tunes the hosts that a pattern selects, and restores those that it no longer does", async () => {
        inventory();
        try {
            await stack.setConfig({ "pulumi-tcp-tuning:hosts": "web:!web2" });
            await stack.up();
            assert.deepEqual(await finTimeouts(), ["25", "60", "20"]);
            await stack.setConfig({ "pulumi-tcp-tuning:hosts": "web[1:]" });
            await stack.up();
            assert.deepEqual(await finTimeouts(), ["60", "25", "20"]);
            await stack.setConfig({ "pulumi-tcp-tuning:hosts": "wbe" });
            const { text } = await failureOf(stack.preview());
            assert.match(
                text,
                /In the pattern "wbe", "wbe" is no host and no group that is tuned\. Did you mean web\?/,
            );
            assert.match(text, /No host was touched/);
        } finally {
            await stack.setConfig({ "pulumi-tcp-tuning:hosts": "all" });
            await stack.destroy();
        }
    });

    it("gives sudo the password of the inventory, or the stack's where that says none", async () => {
        await stack.setConfig({ "pulumi-tcp-tuning:becomePassword": { value: PASSWORD, secret: true } });
        inventory((text) =>
            text
                .replace("ansible_user: deploy", "ansible_user: ops")
                .replace("web1: {", `web1: {ansible_become_password: ${PASSWORD}, `)
                .replace("web2: {", 'web2: {ansible_become_password: "{{ vault_password }}", ')
                .replace("web3:\n", "web3:\n          ansible_user: deploy\n"),
        );
        const { text } = await stack.up();
        assert.deepEqual(await finTimeouts(), ["25", "25", "20"]);
        assert.match(text, /ansible_become_password is a Jinja template.*, and is not used/);
        await stack.destroy();
        assert.deepEqual(await finTimeouts(), ["60", "60", "60"]);
        const kept = readdirSync(stack.folder, { recursive: true, withFileTypes: true }).filter((file) =>
            file.isFile(),
        );
        const open = kept.filter((file) => readFileSync(join(file.parentPath, file.name), "utf8").includes(PASSWORD));
        assert.deepEqual([open, text.includes(PASSWORD)], [[], false]);
        await stack.automation.removeConfig("pulumi-tcp-tuning:becomePassword");
    });

    it("takes relative paths from the folder of Pulumi.yaml, wherever the program runs", async () => {
        inventory();
        await configure("inventory.yaml", relative(folder, hosts.knownHostsFile));
        // What the language host says of the project; an inline program has none.
        process.env["PULUMI_NODEJS_ROOT_DIRECTORY"] = folder;
        try {
            assert.ok(changes(await stack.preview()).includes("create fleet-hosts"));
        } finally {
            delete process.env["PULUMI_NODEJS_ROOT_DIRECTORY"];
            await configure(join(folder, "inventory.yaml"), hosts.knownHostsFile);
        }
    });

    const mistakes: readonly [string, (text: string) => string, RegExp][] = [
        [
            "a misspelt key",
            (text) => text.replace("tcp_fin_timeout: 20", "tcp_fin_timeuot: 20"),
            /inventory\.yaml:19: error KEY-UNKNOWN net\.ipv4\.tcp_fin_timeuot = "20": .*Did you mean net\.ipv4\.tcp_fin_timeout\?/,
        ],
        [
            "an unknown profile",
            (text) => text.replace("profile: base", "profile: turbo"),
            /inventory\.yaml:7: error PROFILE-UNKNOWN.*"turbo".*base, high-traffic, full, modern/,
        ],
        ["bad YAML", (text) => text.replace("children:", "children: ["), /inventory\.yaml:\d+: error INVENTORY/],
        [
            "a key file that is not there",
            (text) => text.replace(hosts.privateKeyFile, "/nonexistent/key"),
            /private key \/nonexistent\/key cannot be read.*ansible_ssh_private_key_file/,
        ],
    ];
    for (const [mistake, edit, reason] of mistakes) {
        it(`refuses ${mistake}, with file and line, before any host is touched`, async () => {
            inventory(edit);
            const { text } = await failureOf(stack.preview());
            assert.match(text, reason);
            assert.match(text, /No host was touched/);
        });
    }

    it("tells a mistake in a group's vars once, not for every host", async () => {
        inventory((text) => text.replace("tcp_fin_timeout: 25", "tcp_fin_timeuot: 25"));
        const { diagnostics } = await failureOf(stack.preview());
        const told = diagnostics.find(({ message }) => message.includes("KEY-UNKNOWN"))?.message ?? "";
        assert.equal(told.match(/KEY-UNKNOWN/g)?.length, 1, told);
    });

    it("refuses an inventory that is not there", async () => {
        rmSync(join(folder, "inventory.yaml"));
        assert.match((await failureOf(stack.preview())).text, /inventory\.yaml" cannot be read: it does not exist/);
    });
});
