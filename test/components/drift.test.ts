import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { PreviewOptions, UpOptions } from "@pulumi/pulumi/automation";
import { TcpTuning, type TcpTuningArgs } from "../../components";
import { hostsUnavailable } from "../support/hosts";
import { oneHost } from "../support/one-host";
import { changes, failureOf, type Run, TestStack } from "../support/stack";
import { connectionTo, stateOf, tuningOf } from "../support/tuning";

const DROP_IN = "/etc/sysctl.d/99-tcp-tuning-test-dev-web.conf";
const LEDGER = "/var/lib/tcp-tuning/test-dev-web/ledger";
const MENDED = ["update web-apply", "update web-verify"];
const CHANGED = { "net.ipv4.tcp_fin_timeout": 20, "net.ipv4.tcp_keepalive_time": 600 };

describe("a tuning that is observed", { skip: hostsUnavailable() ?? false }, () => {
    const one = oneHost();
    let stack: TestStack;

    beforeEach(async () => void (stack = await TestStack.create()));
    afterEach(() => stack.remove());

    function declare(
        args: Partial<TcpTuningArgs> = {},
        opts: pulumi.ComponentResourceOptions = {},
        name = "web",
    ): void {
        stack.program = async () =>
            void new TcpTuning(name, tuningOf(one.host, one.hosts, { observe: true, ...args }), opts);
    }

    async function up(args: Partial<TcpTuningArgs> = {}, options: UpOptions = {}): Promise<Run> {
        declare(args);
        return stack.up(options);
    }

    async function preview(args: Partial<TcpTuningArgs> = {}, options: PreviewOptions = {}): Promise<Run> {
        declare(args);
        return stack.preview(options);
    }

    const finTimeout = () => one.host.readSysctl("net.ipv4.tcp_fin_timeout");
    const byHand = () => one.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);

    it("tells in the first preview what would change, and does nothing once it is in step", async () => {
        const first = await preview();
        assert.match(first.text, /nothing is applied here under the name 'test-dev-web'/);
        assert.match(first.text, /net\.ipv4\.tcp_fin_timeout +60 +30 +\S+99-tcp-tuning-test-dev-web\.conf:2 = 30/);
        await up();
        const second = await preview({}, { expectNoChanges: true });
        assert.deepEqual([changes(second), /not as this program/.test(second.text)], [[], false]);
        assert.deepEqual(changes(await up()), []);
        await stack.destroy();
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });

    it("shows an update for a value changed by hand, mends it once, and verifies again", async () => {
        await up();
        await byHand();
        const seen = await failureOf(preview({}, { expectNoChanges: true }));
        assert.match(seen.text, /net\.ipv4\.tcp_fin_timeout is 44 instead of 30/);
        assert.match(seen.text, /net\.ipv4\.tcp_fin_timeout +44 +30/);
        assert.deepEqual(changes(await up()), MENDED);
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(changes(await preview({}, { expectNoChanges: true })), []);
    });

    it("shows the same drift once more, which has another token", async () => {
        await up();
        for (let times = 0; times < 2; times++) {
            await byHand();
            assert.deepEqual(changes(await up()), MENDED);
            assert.equal(await finTimeout(), "30");
        }
    });

    it("sees a drop-in that was edited or is gone, and a ledger that is gone", async () => {
        await up();
        for (const [change, said] of [
            [`echo '# hello' >>${DROP_IN}`, /is not as written/],
            [`rm ${DROP_IN}`, /\.conf is gone/],
            [`rm ${LEDGER}`, /nothing is applied here/],
        ] as const) {
            await one.host.mustExec(change);
            assert.match((await preview()).text, said);
            assert.deepEqual(changes(await up()), MENDED, change);
            assert.deepEqual(changes(await preview()), []);
        }
    });

    it("sees a host that lost everything, as often as it happens", async () => {
        await up();
        for (let times = 0; times < 2; times++) {
            await one.host.mustExec(`rm -rf /var/lib/tcp-tuning ${DROP_IN}`);
            await one.host.writeSysctl("net.ipv4.tcp_fin_timeout", 60);
            await one.host.writeSysctl("net.ipv4.tcp_keepalive_time", 7200);
            assert.deepEqual(changes(await up()), MENDED);
            assert.equal(await finTimeout(), "30");
        }
    });

    it("tells of a dropped key that it gets its original value back", async () => {
        await up();
        const dropped = { "net.ipv4.tcp_fin_timeout": 30 };
        assert.match((await preview({ parameters: dropped })).text, /net\.ipv4\.tcp_keepalive_time +600 +7200/);
        await up({ parameters: dropped });
        assert.equal(await one.host.readSysctl("net.ipv4.tcp_keepalive_time"), "7200");
        assert.deepEqual(changes(await preview({ parameters: dropped })), []);
    });

    it("is a change of settings also on a host that has the new ones already", async () => {
        await up();
        await one.host.writeSysctl("net.ipv4.tcp_fin_timeout", 20);
        assert.deepEqual(changes(await up({ parameters: CHANGED })), ["update web", ...MENDED]);
        assert.deepEqual(changes(await preview({ parameters: CHANGED })), []);
    });

    it("only warns of a host that nobody reaches, and still shows a change of settings", async () => {
        await up();
        await byHand();
        await one.host.partition(true);
        const same = await preview();
        const changed = await preview({ parameters: CHANGED });
        await one.host.partition(false);
        assert.match(same.text, /warning.*could not be observed/);
        assert.deepEqual(changes(same), []);
        assert.deepEqual(changes(changed).slice(0, 2), ["update web", "update web-apply"]);
    });

    it("shows nothing when it is switched on for a host in step, and off after a mend", async () => {
        await up({ observe: false });
        assert.deepEqual(changes(await up()), []);
        await byHand();
        await up();
        await byHand();
        assert.deepEqual(changes(await preview({ observe: false })), []);
        await up({ observe: false, parameters: CHANGED });
        assert.equal(await finTimeout(), "20");
    });

    it("is asked for by the stack's configuration, too", async () => {
        await up();
        await byHand();
        await stack.setConfig({ "pulumi-tcp-tuning:observe": "true" });
        assert.deepEqual(changes(await preview({ observe: undefined })), MENDED);
    });

    it("keeps to a plan, with a drift and without", async () => {
        await up();
        const plan = join(stack.folder, "plan.json");
        await preview({}, { plan });
        assert.deepEqual(changes(await up({}, { plan })), []);
        await byHand();
        await preview({}, { plan });
        assert.deepEqual(changes(await up({}, { plan })), MENDED);
        assert.equal(await finTimeout(), "30");
    });

    it("is not changed by refresh, and mended by up with refresh or with a target", async () => {
        await up();
        await byHand();
        declare();
        assert.deepEqual(
            changes(await stack.refresh()).filter((step) => !step.startsWith("refresh")),
            [],
        );
        assert.deepEqual(
            changes(await up({}, { refresh: true })).filter((step) => step.startsWith("update")),
            MENDED,
        );
        await byHand();
        const { resources = [] } = await stack.exportState();
        const target = resources.filter(({ urn }) => urn.endsWith("::web")).map(({ urn }) => urn);
        assert.deepEqual(changes(await up({}, { target, targetDependents: true })), MENDED);
        assert.equal(await finTimeout(), "30");
    });

    it("follows another login user, and another name of the resource", async () => {
        await up();
        const deploy = { connection: connectionTo(one.host, one.hosts, { user: "deploy" }), become: true };
        await up(deploy);
        await byHand();
        assert.deepEqual(changes(await up(deploy)), MENDED);
        declare(deploy, { aliases: [{ name: "web" }] }, "www");
        await stack.up();
        assert.deepEqual(changes(await stack.preview()), []);
        assert.deepEqual(await one.host.list("/var/lib/tcp-tuning"), ["test-dev-www"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });

    it("observes nothing while the host is not known yet", async () => {
        stack.program = async () => {
            const vm = new command.remote.Command("vm", {
                connection: { ...connectionTo(one.host, one.hosts), hostKey: one.host.hostKeys.ecdsa },
                create: `echo ${one.host.address}`,
                logging: "none",
                addPreviousOutputInEnv: false,
            });
            const connection = connectionTo(one.host, one.hosts, { host: vm.stdout });
            new TcpTuning("web", tuningOf(one.host, one.hosts, { observe: true, connection }));
        };
        assert.doesNotMatch((await stack.preview()).text, /could not be observed|not as this program/);
        await stack.up();
        await byHand();
        assert.deepEqual(changes(await stack.preview()), MENDED);
    });

    it("shows and keeps nothing of the credentials", async () => {
        await byHand();
        const { text } = await preview();
        await up();
        const secret = one.hosts.privateKey.split("\n")[2]!;
        assert.ok(secret.length > 20 && !text.includes(secret));
        const state = readFileSync(join(stack.stateFolder, ".pulumi/stacks/test/dev.json"), "utf8");
        assert.ok(!state.includes(secret) && !state.includes(JSON.stringify(secret).slice(1, -1)));
    });
});
