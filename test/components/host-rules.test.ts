import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { shareOfMemory, TcpTuning, type TcpTuningArgs } from "../../components";
import { hostsUnavailable } from "../support/hosts";
import { startListener } from "../support/listener";
import { oneHost } from "../support/one-host";
import { changes, failureOf, type Run, TestStack } from "../support/stack";
import { connectionTo, stateOf, tuningOf } from "../support/tuning";

const OTHER_FILE = "/etc/sysctl.d/zz-local.conf";

describe("a preview that looks at the host", { skip: hostsUnavailable() ?? false }, () => {
    const one = oneHost();
    let stack: TestStack;

    beforeEach(async () => void (stack = await TestStack.create()));
    afterEach(() => stack.remove());

    function declare(args: Partial<TcpTuningArgs>): void {
        stack.program = async () =>
            void new TcpTuning("web", tuningOf(one.host, one.hosts, { observe: true, ...args }));
    }

    async function preview(args: Partial<TcpTuningArgs> = {}): Promise<Run> {
        declare(args);
        return stack.preview();
    }

    const timesTold = ({ diagnostics }: Run, id: string) =>
        diagnostics.filter(({ message }) => message.startsWith(`${id} `)).length;

    it("fails for what the host cannot have, and touches nothing, nor does up", async () => {
        const parameters = { "net.core.rmem_max": 8388608, "net.ipv4.tcp_congestion_control": "vegas" };
        const seen = await failureOf(preview({ parameters }));
        assert.match(seen.text, /error: KEY-READ-ONLY: net\.core\.rmem_max cannot be written here/);
        assert.match(seen.text, /error: CC: this host has .*; vegas is not among them/);
        declare({ parameters });
        assert.match((await failureOf(stack.up())).text, /KEY-READ-ONLY: .*nothing was changed/);
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });

    it("fails for a host in step whose next boot would bring other values, and only warns where that is accepted", async () => {
        declare({});
        await stack.up();
        await one.host.writeFile(OTHER_FILE, "net.ipv4.tcp_fin_timeout = 99\n");
        const seen = await failureOf(preview());
        assert.match(
            seen.text,
            /error: BOOT-OVERRIDDEN: at the next boot \S*zz-local\.conf:1 gives net\.ipv4\.tcp_fin_timeout the value 99/,
        );
        const warned = await preview({ onOverride: "warn" });
        assert.match(warned.text, /warning: BOOT-OVERRIDDEN/);
    });

    it("sees as root what an apply sees, and says where the login user cannot become it", async () => {
        await one.host.writeFile(OTHER_FILE, "net.ipv4.tcp_fin_timeout = 99\n");
        await one.host.mustExec(`chmod 600 ${OTHER_FILE}`);
        const as = (user: string, become: boolean) =>
            failureOf(preview({ connection: connectionTo(one.host, one.hosts, { user }), become }));
        assert.match((await as("deploy", true)).text, /error: BOOT-OVERRIDDEN/);
        assert.match(
            (await as("deploy", false)).text,
            /error: the host could not be observed.*: this needs root, and the login user is deploy/,
        );
    });

    it("tells of an optional key that an apply would skip nothing", async () => {
        const parameters = { "net.core.rmem_max": 8388608, "net.ipv4.tcp_fin_timeout": 30 };
        const args = { parameters, optional: ["net.core.rmem_max"] };
        assert.doesNotMatch((await preview(args)).text, /^ +net\.core\.rmem_max/m);
        await stack.up();
        assert.deepEqual(changes(await preview(args)), []);
    });

    it("warns once of listeners inside the port range, until they are reserved or the warning is accepted", async () => {
        const listener = await startListener(one.host, { port: 20080 });
        const parameters = { "net.ipv4.ip_local_port_range": "10000 64999" };
        const warned = await preview({ parameters });
        const accepted = await preview({ parameters, accept: { "PORT-LISTEN": "restarted with SO_REUSEADDR" } });
        const reserved = await preview({ parameters: { ...parameters, "net.ipv4.ip_local_reserved_ports": "20080" } });
        await listener.stop();
        assert.match(warned.text, /warning: PORT-LISTEN net\.ipv4\.ip_local_port_range.*listen on \(20080\)/);
        assert.deepEqual(
            [warned, accepted, reserved].map((run) => timesTold(run, "PORT-LISTEN")),
            [1, 0, 0],
        );
    });

    it("applies the rules to what a fact comes to there", async () => {
        const parameters = { "net.ipv4.tcp_rmem": [4096, 131072, shareOfMemory(0.000001)] as const };
        const seen = await failureOf(preview({ parameters }));
        assert.match(seen.text, /error: (?:TRIPLE-ORDER|VAL-RANGE).*net\.ipv4\.tcp_rmem/);
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });

    it("tells nothing twice that the program knew before, nor by the kernel's version what the host shows", async () => {
        const run = await preview({
            parameters: { "net.ipv4.tcp_max_tw_buckets": 5000, "net.ipv4.tcp_fin_timeout": 30 },
        });
        assert.equal(timesTold(run, "TW-CAP-LOW"), 1);
        assert.doesNotMatch(run.text, /KEY-TOO-NEW|KEY-GLOBAL/);
        assert.deepEqual(changes(run), ["create web", "create web-apply", "create web-verify"]);
    });
});
