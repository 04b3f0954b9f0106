import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { atLeast, atMost, TcpTuning, type TcpTuningArgs, TcpVerification } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { changes, failureOf, TestStack } from "../support/stack";
import { connectionTo, stateOf, tuningOf } from "../support/tuning";

describe("a tuning through its life, driven by the engine", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let web1: TestHost;
    let web2: TestHost;
    let untouched: Record<string, unknown>;
    let stack: TestStack;

    before(async () => {
        hosts = await startHosts({ count: 2 });
        [web1, web2] = hosts.hosts as [TestHost, TestHost];
        untouched = await stateOf(web1);
    });
    beforeEach(async () => void (stack = await TestStack.create()));
    afterEach(async () => {
        await stack.remove();
        for (const host of hosts.hosts) {
            await host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning*");
            await host.reboot();
        }
    });
    after(() => hosts.stop());

    /** Runs `up` with a program of one tuning. */
    function up(
        args: Partial<TcpTuningArgs> = {},
        opts: pulumi.ComponentResourceOptions = {},
        name = "web",
        options = {},
    ) {
        stack.program = async () => {
            const { summary } = new TcpTuning(name, tuningOf(web1, hosts, args), opts);
            return { summary };
        };
        return stack.up(options);
    }

    const finTimeout = (host = web1) => host.readSysctl("net.ipv4.tcp_fin_timeout");

    it("applies and verifies in two steps, and says what is in force", async () => {
        const first = await up();
        const { outputs } = first;
        assert.equal(
            outputs["summary"]?.value,
            "2 parameters in force (2 changed, 0 already so); 0 sockets in TIME_WAIT",
        );
        assert.deepEqual(changes(first), ["create web", "create web-apply", "create web-verify"]);
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(await web1.list("/var/lib/tcp-tuning"), ["test-dev-web"]);
    });

    it("lets a host's own value stand where it is within its bound, and says so", async () => {
        await web1.writeSysctl("net.core.somaxconn", 16384);
        stack.program = async () => {
            const parameters = {
                "net.core.somaxconn": pulumi.output(atLeast(8192)),
                "net.ipv4.tcp_fin_timeout": atMost(30),
            };
            const { summary, report, settings } = new TcpTuning("web", tuningOf(web1, hosts, { parameters }));
            return { summary, settings, backlog: report?.apply(({ keys }) => keys["net.core.somaxconn"]) };
        };
        const { outputs } = await stack.up();
        assert.match(
            outputs["summary"]?.value,
            /^2 parameters in force \(1 changed, 0 already so, 1 kept as the host has it\)/,
        );
        assert.equal(outputs["settings"]?.value["net.core.somaxconn"], "at least 8192");
        assert.deepEqual(outputs["backlog"]?.value, {
            status: "kept",
            wanted: "16384",
            bound: "at least 8192",
            original: "16384",
        });
        await stack.destroy();
        assert.deepEqual([await web1.readSysctl("net.core.somaxconn"), await finTimeout()], ["16384", "60"]);
    });

    it("does nothing the second time, and opens no connection", async () => {
        await up();
        await web1.partition(true);
        const second = await up();
        await web1.partition(false);
        assert.deepEqual(changes(second), []);
    });

    it("updates a changed value and verifies again", async () => {
        await up();
        const changed = await up({
            parameters: { "net.ipv4.tcp_fin_timeout": 20, "net.ipv4.tcp_keepalive_time": 600 },
        });
        assert.deepEqual(changes(changed), ["update web", "update web-apply", "update web-verify"]);
        assert.equal(await finTimeout(), "20");
    });

    it("shows a changed value in the preview, readable, and not the agent", async () => {
        await up();
        stack.program = async () =>
            void new TcpTuning(
                "web",
                tuningOf(web1, hosts, {
                    parameters: { "net.ipv4.tcp_fin_timeout": 20, "net.ipv4.tcp_keepalive_time": 600 },
                }),
            );
        const { text } = await stack.preview({ diff: true });
        assert.match(text, /~ net\.ipv4\.tcp_fin_timeout *: "30" => "20"/);
        assert.doesNotMatch(text, /H4sI/);
    });

    it("gives a dropped key its original value back", async () => {
        await up();
        await up({ parameters: { "net.ipv4.tcp_fin_timeout": 30 } });
        assert.equal(await web1.readSysctl("net.ipv4.tcp_keepalive_time"), "7200");
        assert.equal(await finTimeout(), "30");
    });

    for (const [kind, hostOf] of [
        ["a plain value", (address: string) => address],
        ["an Output", (address: string) => pulumi.output(Promise.resolve(address))],
    ] as const) {
        it(`restores the old host and tunes the new one when the host changes, as ${kind}`, async () => {
            await up({ connection: connectionTo(web1, hosts, { host: hostOf(web1.address) }) });
            await up({ connection: connectionTo(web2, hosts, { host: hostOf(web2.address) }) });
            assert.deepEqual(await stateOf(web1), untouched);
            assert.equal(await finTimeout(web2), "30");
            await stack.destroy();
            assert.deepEqual(await stateOf(web2), untouched);
        });
    }

    it("follows a host that another resource makes, unknown in the preview", async () => {
        const onMachine = (machine: TestHost) => async () => {
            const tell = `echo ${machine.address}`;
            const connection = { ...connectionTo(web2, hosts), hostKey: web2.hostKeys.ecdsa };
            const vm = new command.remote.Command("vm", {
                connection,
                create: tell,
                update: tell,
                logging: "none",
                addPreviousOutputInEnv: false,
            });
            new TcpTuning("web", tuningOf(web1, hosts, { connection: connectionTo(web1, hosts, { host: vm.stdout }) }));
        };
        stack.program = onMachine(web1);
        assert.deepEqual(changes(await stack.preview()).slice(-2), ["create web-apply", "create web-verify"]);
        await stack.up();
        assert.deepEqual(changes(await stack.preview()), []);
        stack.program = onMachine(web2);
        await stack.up();
        assert.deepEqual(await stateOf(web1), untouched);
        assert.equal(await finTimeout(web2), "30");
        await stack.destroy();
        assert.deepEqual(await stateOf(web2), untouched);
    });

    it("only updates when the login user changes, and stays tuned meanwhile", async () => {
        await up();
        const run = await up({ connection: connectionTo(web1, hosts, { user: "deploy" }), become: true });
        assert.deepEqual(
            changes(run).filter((step) => /delete|replace/.test(step)),
            [],
        );
        assert.match(await web1.readFile("/var/lib/tcp-tuning/test-dev-web/ledger"), /^generation 1$/m);
    });

    it("keeps host and originals when it is renamed with an alias", async () => {
        await up();
        const run = await up({}, { aliases: [{ name: "web" }] }, "www");
        assert.deepEqual(
            changes(run).filter((step) => /delete|replace/.test(step)),
            [],
        );
        assert.deepEqual(await web1.list("/var/lib/tcp-tuning"), ["test-dev-www"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("is refused under another name without an alias, and told who owns the keys", async () => {
        await up();
        const before = await stateOf(web1);
        const failure = await failureOf(up({}, {}, "www"));
        assert.match(failure.text, /net\.ipv4\.tcp_fin_timeout .*already belongs to 'test-dev-web' on this host/);
        assert.match(failure.text, /give it an alias with that name/);
        assert.deepEqual(await stateOf(web1), before);
    });

    it("is still tuned when it moves to another parent without an alias, and given back by its destroy", async () => {
        const grouped = (parent?: pulumi.Resource) => new TcpTuning("web", tuningOf(web1, hosts), { parent });
        stack.program = async () => void grouped(new pulumi.ComponentResource("test:index:Group", "g"));
        await stack.up();
        stack.program = async () => void grouped();
        const run = await stack.up();
        assert.ok(changes(run).includes("delete web-apply"));
        assert.match(run.text, /left as it is: another resource tunes this host as 'test-dev-web' since/);
        assert.equal(await finTimeout(), "30");
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("is still tuned when the alias comes only after a refusal, which the engine then does not heed", async () => {
        await up();
        await failureOf(up({}, {}, "www"));
        assert.ok(changes(await up({}, { aliases: [{ name: "web" }] }, "www")).includes("delete web-apply"));
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(await web1.list("/var/lib/tcp-tuning"), ["test-dev-www"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("is still tuned after up --replace", async () => {
        await up();
        const { resources = [] } = await stack.exportState();
        const urns = resources.filter(({ urn }) => /web-(apply|verify)$/.test(urn)).map(({ urn }) => urn);
        await up({}, {}, "web", { replace: urns });
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(await web1.list("/var/lib/tcp-tuning"), ["test-dev-web"]);
    });

    it("is not touched, restored or forgotten when a value that comes late is wrong", async () => {
        await up();
        const before = await stateOf(web1);
        stack.program = async () => {
            const late = pulumi.output(Promise.resolve(-7));
            new TcpTuning("web", tuningOf(web1, hosts, { parameters: { "net.ipv4.tcp_fin_timeout": late } }));
        };
        const failure = await failureOf(stack.up());
        assert.match(failure.text, /VAL-\w+ net\.ipv4\.tcp_fin_timeout = "-7"/);
        assert.deepEqual(
            changes(failure).filter((step) => step.startsWith("delete")),
            [],
        );
        assert.deepEqual(await stateOf(web1), before);
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("tells on destroy what someone had changed by hand", async () => {
        await up();
        await web1.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        const { text } = await stack.destroy();
        assert.match(
            text,
            /changed since by somebody else.*net\.ipv4\.tcp_fin_timeout was 44 instead of 30, and becomes 60/,
        );
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("gives every original back on destroy, also after several changes", async () => {
        for (const seconds of [50, 40, 30]) {
            await up({ parameters: { "net.ipv4.tcp_fin_timeout": seconds, "net.core.somaxconn": 8192 } });
        }
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("is not destroyed while it is protected", async () => {
        await up({}, { protect: true });
        assert.match((await failureOf(stack.destroy())).text, /protect/);
        assert.equal(await finTimeout(), "30");
    });

    it("stays tuned after destroy with retainOnDelete", async () => {
        await up({}, { retainOnDelete: true });
        await stack.destroy();
        assert.equal(await finTimeout(), "30");
    });

    it("stays tuned after destroy with restore: leave, on a host that nobody reaches", async () => {
        await up({ restore: "leave" });
        await web1.partition(true);
        await stack.destroy();
        await web1.partition(false);
        assert.equal(await finTimeout(), "30");
        assert.match(
            await web1.readFile("/etc/sysctl.d/99-tcp-tuning-test-dev-web.conf"),
            /^net\.ipv4\.tcp_fin_timeout = 30$/m,
        );
    });

    it("is restored after all when it says so again before destroy", async () => {
        await up({ restore: "leave" });
        await up({ restore: "originals" });
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("cannot be destroyed on a dead host, says so, and can once the host is back", async () => {
        await up();
        await web1.partition(true);
        const failure = await failureOf(stack.destroy());
        await web1.partition(false);
        assert.match(failure.text, /web-apply/);
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("fails when the verification fails, leaves the tuning applied, and is right once the cause is gone", async () => {
        stack.program = async () => {
            const tuning = new TcpTuning("web", tuningOf(web1, hosts, { verify: false }));
            new TcpVerification("after", { tuning, settleSeconds: 0, rerunOn: tuning.applied?.receipt });
        };
        await stack.up();
        await web1.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        stack.program = async () => {
            const tuning = new TcpTuning("web", tuningOf(web1, hosts, { verify: false }));
            new TcpVerification("after", { tuning, settleSeconds: 0, rerunOn: "deployment 2" });
        };
        const failure = await failureOf(stack.up());
        assert.match(failure.text, /APPLY-VERIFY: net\.ipv4\.tcp_fin_timeout is 44 instead of 30/);
        await web1.writeSysctl("net.ipv4.tcp_fin_timeout", 30);
        await stack.up();
    });
});
