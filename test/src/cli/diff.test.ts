import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { launchPacked } from "../../../src/agent/launcher";
import { applyRequest, ownerOf } from "../../../src/agent/request";
import { nameOf, renderDropIn } from "../../../src/drop-in";
import { loadTunedInventory } from "../../../src/inventory/tuned";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../../support/hosts";
import { startListener } from "../../support/listener";
import { type Ended, tcpTuning } from "./support";

const KEY = "net.ipv4.tcp_fin_timeout";

const PASSWORD = "open sesame";

describe("tcp-tuning diff", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let [web1, web2, db]: TestHost[] = [];
    let folder: string;
    let inventory: string;

    before(async () => {
        const users = [
            { name: "deploy", sudo: true },
            { name: "ops", sudo: true, password: PASSWORD },
        ];
        hosts = await startHosts({ count: 3, users });
        [web1, web2, db] = hosts.hosts;
        folder = mkdtempSync(join(tmpdir(), "tcp-tuning-diff-"));
        inventory = join(folder, "inventory.yaml");
        declare();
        await apply();
    });
    beforeEach(() => {
        readdirSync(folder).forEach((name) => rmSync(join(folder, name), { recursive: true }));
        write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
        configure("dev");
        declare();
    });
    afterEach(() => web2!.writeSysctl(KEY, 25));
    after(async () => {
        rmSync(folder, { recursive: true });
        await hosts.stop();
    });

    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

    /** A stack whose configuration names the inventory and the known hosts. */
    function configure(stack: string, named = "inventory.yaml"): void {
        write(
            `Pulumi.${stack}.yaml`,
            `config:
  pulumi-tcp-tuning:inventory: ${named}
  pulumi-tcp-tuning:knownHosts: ${hosts.knownHostsFile}
`,
        );
    }

    /** Two web servers and a database with a value of its own; one host is left alone. `edit` changes the text. */
    function declare(edit: (text: string) => string = (text) => text): void {
        writeFileSync(
            inventory,
            edit(`all:
  vars:
    ansible_ssh_private_key_file: ${hosts.privateKeyFile}
    tcp_tuning:
      parameters: { ${KEY}: 25, net.ipv4.tcp_keepalive_time: 600 }
  children:
    web:
      hosts:
        web1: { ansible_host: ${web1!.address}, ansible_user: deploy, ansible_become: true }
        web2: { ansible_host: ${web2!.address} }
    data:
      hosts:
        db: { ansible_host: ${db!.address}, tcp_tuning: { parameters: { ${KEY}: 20 } } }
        legacy: { tcp_tuning: false }
`),
        );
    }

    /** Applies to every host what the inventory says, as `pulumi up` of the stack dev does. */
    async function apply(): Promise<void> {
        for (const { name: resource, settings, target } of loadTunedInventory(inventory).hosts) {
            const identity = ["shop", "dev", resource] as const;
            const name = nameOf(...identity);
            const input = applyRequest({ name, owner: ownerOf(...identity), dropIn: renderDropIn(name, settings) });
            const host = hosts.hosts.find(({ address }) => address === target.host)!;
            await host.mustExec(launchPacked("apply"), { input });
        }
    }

    const diff = (...args: string[]): Ended => tcpTuning(["diff", "--inventory", inventory, ...args]);
    const counted = ({ stdout }: Ended) => stdout.trimEnd().split("\n").at(-1);

    it("finds hosts as wanted, by the one stack whose configuration names the inventory", () => {
        assert.deepEqual(diff(), {
            status: 0,
            stdout: "web1: as wanted\nweb2: as wanted\ndb: as wanted\n3 as wanted, 0 not, 0 could not be looked at\n",
            stderr: "left alone, since no tcp_tuning reaches them: legacy\n",
        });
    });

    it("shows a value that was changed by hand, with the wanted one and what decides at the next boot", async () => {
        await web2!.writeSysctl(KEY, 44);
        const { status, stdout } = diff();
        assert.equal(status, 1, stdout);
        assert.equal(
            stdout,
            `web1: as wanted
web2: differs
    APPLY-VERIFY: ${KEY} is 44 instead of 25
      key                       now  wanted  at boot, once applied
      ${KEY}  44   25      /etc/sysctl.d/99-tcp-tuning-shop-dev-web2.conf:2 = 25
db: as wanted
2 as wanted, 1 not, 0 could not be looked at
`,
        );
        assert.equal(await web2!.readSysctl(KEY), "44");
    });

    it("shows what an apply of a changed inventory would do", () => {
        declare((text) => text.replace(`${KEY}: 20`, `${KEY}: 15`).replace(", net.ipv4.tcp_keepalive_time: 600", ""));
        const { status, stdout } = diff("db");
        assert.equal(status, 1);
        assert.match(stdout, /tcp_fin_timeout +20 +15 /);
        assert.match(stdout, /tcp_keepalive_time +600 +7200/);
    });

    it("counts another file that wins at the next boot, unless the tuning takes that knowingly", async () => {
        await db!.writeFile("/etc/sysctl.d/zz-local.conf", `${KEY} = 99\n`);
        const loses = diff("db");
        declare((text) => text.replace(`${KEY}: 20 }`, `${KEY}: 20 }, onOverride: warn`));
        const warned = diff("db");
        await db!.mustExec("rm /etc/sysctl.d/zz-local.conf");
        assert.deepEqual([loses.status, warned.status], [1, 0]);
        for (const { stdout } of [loses, warned]) {
            assert.match(stdout, /tcp_fin_timeout +20 +20 +\/etc\/sysctl\.d\/zz-local\.conf:1 = 99/);
        }
    });

    it("tells in the apply's own words what it would refuse, and what the rules say of that host", async () => {
        const range = "net.core.rmem_max: 8388608, net.ipv4.ip_local_port_range: 10000 64999";
        declare((text) => text.replace(`${KEY}: 20 }`, `${KEY}: 20, ${range} }`));
        const listener = await startListener(db!, { port: 20080 });
        const { status, stdout } = diff("db");
        await listener.stop();
        assert.equal(status, 1);
        assert.match(stdout, /^ {4}error KEY-READ-ONLY: net\.core\.rmem_max cannot be written here/m);
        assert.match(stdout, /^ {4}warning PORT-LISTEN net\.ipv4\.ip_local_port_range .*\(20080\)/m);
    });

    it("tells before the hosts what the rules warn of without them", () => {
        declare((text) => text.replace(`${KEY}: 20 }`, `${KEY}: 4 }`));
        const { status, stdout } = diff("db", "--json");
        assert.equal(status, 1);
        const [{ id, key, hosts: concerned }, ...others] = JSON.parse(stdout).warnings;
        assert.deepEqual([id, key, concerned, others], ["VAL-UNUSUAL", KEY, ["db"], []]);
        assert.match(
            diff("db").stdout,
            /^\S+inventory\.yaml:13: warning VAL-UNUSUAL .*\n {4}.*\n {4}on db\ndb: differs\n/,
        );
    });

    it("shows the other hosts when one does not answer, and ends", { timeout: 60_000 }, async () => {
        await web1!.partition(true);
        const { status, stdout } = diff("web");
        await web1!.partition(false);
        assert.equal(status, 2);
        assert.match(stdout, /^web1: could not be looked at: no SSH server answered within 10 s .*\nweb2: as wanted\n/);
        assert.match(stdout, /1 as wanted, 0 not, 1 could not be looked at\n$/);
    });

    it("gives sudo the password of the inventory, or of the environment", () => {
        const asking = (password: string) => (text: string) =>
            text.replace("ansible_user: deploy", `ansible_user: ops${password}`);
        declare(asking(`, ansible_become_password: ${PASSWORD}`));
        assert.match(diff("web1").stdout, /^web1: as wanted$/m);
        declare(asking(""));
        assert.match(diff("web1").stdout, /become: true needs sudo without a password for ops, or becomePassword/);
        process.env["ANSIBLE_BECOME_PASS"] = PASSWORD;
        const { stdout: seen } = diff("web1");
        delete process.env["ANSIBLE_BECOME_PASS"];
        assert.match(seen, /^web1: as wanted$/m);
        declare(asking(", ansible_become_pass: a wrong one"));
        const { stdout, stderr } = diff("web1");
        assert.match(stdout, /becomePassword is not what sudo takes from ops/);
        assert.doesNotMatch(stdout + stderr, /a wrong one/);
    });

    it("looks at many hosts through one bastion at once, and keeps their order", () => {
        // An sshd lets no more than ten wait for their login at once.
        const names = Array.from({ length: 18 }, (_, index) => `many${18 - index}`);
        const way = (index: number) =>
            `ansible_host: ${[db, web2][index % 2]!.address}, ansible_ssh_common_args: -J root@${web1!.address}`;
        const lines = names.map((name, index) => `        ${name}: { ${way(index)} }\n`);
        declare((text) => text.replace(/ +db: .*\n/, lines.join("")));
        configure("dev", "other.yaml");
        const { status, stdout } = diff("data", "--known-hosts", hosts.knownHostsFile);
        assert.equal(status, 1, stdout);
        assert.deepEqual(
            stdout.match(/^\w+: \w.*/gm),
            names.map((name, index) => `${name}: ${index % 2 === 0 ? "differs" : "as wanted"}`),
        );
    });

    it("looks at no host whose key is unknown or another, unless the inventory gives up the check", () => {
        const all = readFileSync(hosts.knownHostsFile, "utf8").split("\n");
        const known = all.filter((line) => !line.startsWith(`${web1!.address} `));
        const withWeb1 = (key: string) => write("known_hosts", [...known, key].join("\n"));
        const look = () => diff("web", "--known-hosts", join(folder, "known_hosts"));
        withWeb1("");
        assert.match(look().stdout, /^web1: could not be looked at: No host key for .*\n +Fetch it: /);
        withWeb1(`${web1!.address} ${web2!.hostKeys.ecdsa}\n`);
        const { status, stdout } = look();
        assert.match(stdout, /^web1: could not be looked at: the host shows another key than the known one\nweb2: as/);
        assert.equal(status, 2);
        declare((text) => text.replace("parameters:", "insecureIgnoreHostKey: true\n      parameters:"));
        const unchecked = look();
        assert.match(unchecked.stderr, /^insecureIgnoreHostKey: the host's key was not checked: web1, web2$/m);
        assert.equal(unchecked.status, 0);
    });

    it("tells everything that is wrong with the inventory, and looks at no host", () => {
        declare((text) =>
            text.replace(`${KEY}: 20`, "net.ipv4.tcp_fin_timeuot: 20").replace(`${KEY}: 25`, `${KEY}: -25`),
        );
        const { status, stdout, stderr } = diff();
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(stderr, /inventory\.yaml:5: error VAL-\w+ net\.ipv4\.tcp_fin_timeout = "-25"/);
        assert.match(stderr, /inventory\.yaml:13: error KEY-UNKNOWN .*Did you mean net\.ipv4\.tcp_fin_timeout\?/);
        assert.match(stderr, /\nNo host was looked at\.\n$/);
    });

    it("says of an inventory that is not there where a relative path starts", () => {
        const { status, stderr } = tcpTuning(["diff", "--inventory", "nowhere/hosts.yaml"]);
        assert.equal(status, 2);
        assert.match(
            stderr,
            /nowhere\/hosts\.yaml" cannot be read: it does not exist\. .* starts at the working directory\./,
        );
    });

    it("gives the same as JSON, and nothing of the credentials", async () => {
        await web2!.writeSysctl(KEY, 44);
        const { status, stdout } = diff("--json");
        const document = JSON.parse(stdout);
        assert.equal(status, 1);
        assert.deepEqual(document.counts, { asWanted: 2, differ: 1, notSeen: 0 });
        assert.deepEqual(
            document.hosts.map(({ host, state }: Record<string, unknown>) => [host, state]),
            [
                ["web1", "as wanted"],
                ["web2", "differs"],
                ["db", "as wanted"],
            ],
        );
        const { name, drift, keys } = document.hosts[1];
        assert.deepEqual([name, drift], ["shop-dev-web2", [`APPLY-VERIFY: ${KEY} is 44 instead of 25`]]);
        assert.deepEqual([keys[KEY].live, keys[KEY].wanted], ["44", "25"]);
        assert.ok(!stdout.includes(hosts.privateKey.split("\n")[2]!));
    });

    it("keeps to the hosts and groups that are named, in the inventory's order", () => {
        assert.equal(diff("db", "web1").stdout.replace(/\n\d[\s\S]*/, ""), "web1: as wanted\ndb: as wanted");
        assert.equal(counted(diff("web")), "2 as wanted, 0 not, 0 could not be looked at");
        assert.equal(counted(diff("all")), "3 as wanted, 0 not, 0 could not be looked at");
        assert.equal(counted(diff("all:!web[0]")), "2 as wanted, 0 not, 0 could not be looked at");
        for (const [name, told] of [
            ["wbe1", /"wbe1" is no host and no group that is tuned\. Did you mean web1\?\n/],
            ["legacy", /"legacy" is left alone, since no tcp_tuning reaches it\.\n/],
            ["elsewhere", /Known are all, web, web1, web2, data, db\.\n/],
        ] as const) {
            const { status, stdout, stderr } = diff(name);
            assert.deepEqual([status, stdout], [2, ""]);
            assert.match(stderr, told);
        }
        assert.match(tcpTuning(["diff"]).stderr, /No inventory is named\. Write for example/);
    });

    it("keeps to the hosts that the stack's own pattern selects, unless others are named", () => {
        const own = `Pulumi.dev.yaml`;
        write(own, `${readFileSync(join(folder, own), "utf8")}  pulumi-tcp-tuning:hosts: "web:!web2"\n`);
        assert.equal(diff().stdout.replace(/\n\d[\s\S]*/, ""), "web1: as wanted");
        assert.equal(diff("web2", "db").stdout.replace(/\n\d[\s\S]*/, ""), "web2: as wanted\ndb: as wanted");
    });

    it("looks for the tuning of the stack and project that are given", () => {
        const { status, stdout, stderr } = diff(
            "--stack",
            "acme/shop/prod",
            "web1",
            "--known-hosts",
            hosts.knownHostsFile,
        );
        assert.equal(status, 1);
        assert.match(stdout, /nothing is applied here under the name 'shop-prod-web1'/);
        assert.match(stderr, /^No Pulumi\.prod\.yaml is in .*\. Stacks with a file there: dev\.$/m);
        rmSync(join(folder, "Pulumi.yaml"));
        const given = ["--project", "shop", "--stack", "dev", "--known-hosts", hosts.knownHostsFile];
        assert.equal(diff(...given).status, 0);
    });

    it("finds the stack by a link, by the project's own configuration, and from a folder below", () => {
        rmSync(join(folder, "Pulumi.dev.yaml"));
        write(
            "Pulumi.yaml",
            `name: shop
stackConfigDir: stacks
config:
  pulumi-tcp-tuning:inventory: { description: the hosts, value: hosts/link.yaml }
`,
        );
        ["stacks", "hosts"].forEach((name) => mkdirSync(join(folder, name)));
        symlinkSync(inventory, join(folder, "hosts/link.yaml"));
        write("stacks/Pulumi.dev.yaml", `config: { "pulumi-tcp-tuning:knownHosts": ${hosts.knownHostsFile} }\n`);
        const { status, stderr } = tcpTuning(["diff", "--inventory", join(folder, "hosts/link.yaml")]);
        assert.deepEqual([status, stderr], [0, "left alone, since no tcp_tuning reaches them: legacy\n"]);
    });

    it("compares values and boots alone where no stack is known, and says what to give", async () => {
        const unnamed = () => diff("--known-hosts", hosts.knownHostsFile);
        configure("dev", "other.yaml");
        const inStep = unnamed();
        assert.equal(inStep.status, 0, inStep.stdout);
        assert.match(
            inStep.stderr,
            /no Pulumi\.STACK\.yaml of \S+Pulumi\.yaml names this inventory\. Give --stack NAME\.\n$/,
        );
        declare((text) => text.replace(`${KEY}: 20`, `${KEY}: 15`));
        await web2!.writeSysctl(KEY, 44);
        const { status, stdout } = unnamed();
        assert.equal(status, 1);
        assert.match(stdout, /^web2: differs\n +key .*\n +net\.ipv4\.tcp_fin_timeout +44 +25\ndb: differs\n/m);
        assert.match(stdout, /tcp_fin_timeout +20 +15 +\/etc\/sysctl\.d\/99-tcp-tuning-shop-dev-db\.conf:2 = 20\n/);
        ["dev", "prod"].forEach((stack) => configure(stack));
        assert.match(
            unnamed().stderr,
            /Pulumi\.dev\.yaml and \S+Pulumi\.prod\.yaml name this inventory\. Give --stack/,
        );
    });

    it("says which file of the project it cannot read", () => {
        write("Pulumi.dev.yaml", "config: [\n");
        const { status, stderr } = diff();
        assert.equal(status, 2);
        assert.match(stderr, /^tcp-tuning diff: \S+Pulumi\.dev\.yaml cannot be read: /);
    });
});
