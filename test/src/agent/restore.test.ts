import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { interruptedAt } from "../../support/agent-steps";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const TUNING = {
    "net.core.somaxconn": "8192",
    "net.ipv4.tcp_fin_timeout": "30",
    "net.ipv4.tcp_rmem": "8192 131072 6291456",
};

for (const shell of SHELLS) {
    describe(`restore, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        after(() => hosts.stop());

        it("gives every original back and leaves nothing on the host", async () => {
            await agent.apply(TUNING);
            const { code, stdout, stderr } = await agent.restore(TUNING);
            assert.deepEqual([code, stderr], [0, ""]);
            assert.equal(stdout, '{"schema":1,"verb":"restore","changed":3}\n');
            assert.deepEqual(await agent.state(), untouched);
            assert.equal(await agent.host.exists("/var/lib/tcp-tuning"), false);
        });

        it("gives the first originals back after five changes", async () => {
            for (const seconds of [50, 40, 30, 20, 10]) {
                await agent.apply({ ...TUNING, "net.ipv4.tcp_fin_timeout": String(seconds) });
            }
            assert.equal((await agent.restore(TUNING)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("gives them back after a reboot, too", async () => {
            await agent.apply(TUNING);
            await agent.host.reboot();
            assert.equal((await agent.restore(TUNING)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("tells which values someone had changed by hand meanwhile", async () => {
            await agent.apply(TUNING);
            await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            const { code, stderr } = await agent.restore(TUNING);
            assert.equal(code, 0);
            assert.match(
                stderr,
                /changed since by somebody else.*: net\.ipv4\.tcp_fin_timeout was 44 instead of 30, and becomes 60$/m,
            );
            assert.deepEqual(await agent.state(), untouched);
        });

        it("leaves a host to the resource that took its tuning over anew, and gives it back to who only updated it", async () => {
            const [old, other] = ["0", "1"].map((resource) => requestOf(TUNING, "shop-prod-web", [], { resource }));
            await agent.send("apply", old!);
            const tuned = await agent.state();
            assert.equal((await agent.host.exec(agent.launch("apply anew"), { input: other! })).code, 0);
            const { code, stderr } = await agent.send("restore", old!);
            assert.equal(code, 0);
            assert.match(
                stderr,
                /left as it is: another resource tunes this host as 'shop-prod-web' since; by hand: sh \S+ restore/,
            );
            assert.deepEqual((await agent.state()).values, tuned.values);
            await agent.send("apply", old!);
            assert.equal((await agent.send("restore", other!)).stderr, "");
            assert.deepEqual(await agent.state(), untouched);
        });

        it("tells, or leaves, what someone changed by hand after a run was killed at any of its changes", async () => {
            let told = 0;
            for (let at = 1, ended = false; !ended; at++) {
                await agent.apply(TUNING);
                const killed = interruptedAt(at, "before", "kill -KILL $$", requestOf(TUNING));
                ended = (await agent.send("restore", killed)).stdout !== "";
                await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
                const { stderr } = await agent.restore(TUNING);
                const isTold =
                    /net\.ipv4\.tcp_fin_timeout was 44(?: instead of 30)?, and (?:is|becomes) \d+(?: again)?$/m.test(
                        stderr,
                    );
                told += isTold ? 1 : 0;
                assert.ok(
                    isTold || (await agent.host.readSysctl("net.ipv4.tcp_fin_timeout")) === "44",
                    `killed before ${at}: ${stderr}`,
                );
                await agent.host.writeSysctl("net.ipv4.tcp_fin_timeout", untouched.values["net.ipv4.tcp_fin_timeout"]!);
                assert.deepEqual(await agent.state(), untouched);
            }
            assert.ok(told > 4);
        });

        it("succeeds, changing nothing, on a host that was never tuned or was built anew", async () => {
            const { code, stdout } = await agent.restore(TUNING);
            assert.deepEqual([code, stdout], [0, '{"schema":1,"verb":"restore","changed":0}\n']);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("removes a drop-in whose ledger is gone, and says what that means", async () => {
            await agent.apply(TUNING);
            await agent.host.mustExec("rm -r /var/lib/tcp-tuning");
            const { code, stderr } = await agent.restore(TUNING);
            assert.equal(code, 0);
            assert.match(
                stderr,
                /removed, but .*ledger with the original values is gone: they return with the next boot/,
            );
            await agent.host.reboot();
            assert.deepEqual(await agent.state(), untouched);
        });

        it("changes nothing when a value cannot be given back", async () => {
            await agent.apply(TUNING);
            const tuned = await agent.state();
            const undo = await agent.host.makeProcSysReadOnly();
            const { code, stderr } = await agent.restore(TUNING);
            await undo();
            assert.equal(code, 74, stderr);
            assert.match(stderr, /APPLY-VERIFY: .*every value is as before/);
            assert.deepEqual(await agent.state(), tuned);
            assert.equal((await agent.restore(TUNING)).code, 0);
        });

        it("fails and leaves the host tuned when the drop-in cannot be removed", async () => {
            await agent.apply(TUNING);
            const tuned = await agent.state();
            const dropIn = "/etc/sysctl.d/99-tcp-tuning-shop-prod-web.conf";
            await agent.host.mustExec(`mount --bind ${dropIn} ${dropIn}`);
            const { code, stderr } = await agent.restore(TUNING);
            assert.equal(code, 73, stderr);
            assert.match(stderr, /cannot replace or remove .*; every value is as before/);
            assert.deepEqual(await agent.state(), tuned);
            await agent.host.mustExec(`umount ${dropIn}`);
            assert.equal((await agent.restore(TUNING)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("leaves another tuning of the same host alone", async () => {
            await agent.apply(TUNING);
            await agent.apply({ "net.ipv4.tcp_sack": "0" }, { name: "other-prod-web" });
            assert.equal((await agent.restore(TUNING)).code, 0);
            assert.deepEqual((await agent.state()).ledgers, ["other-prod-web"]);
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_sack"), "0");
            assert.equal((await agent.restore({}, "other-prod-web")).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("can be run by hand with the agent that stayed on the host", async () => {
            await agent.apply(TUNING);
            const { code } = await agent.host.exec("sh /var/lib/tcp-tuning/shop-prod-web/agent restore shop-prod-web");
            assert.equal(code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}
