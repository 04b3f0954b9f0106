import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type RestoreRequest, restoreRequest } from "../../../src/agent/request";
import { type AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { interruptedAt } from "../../support/agent-steps";
import { type CommandResult, hostsUnavailable, type TestHosts } from "../../support/hosts";

const TUNING = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };
const NAME = "shop-prod-web";
const FORMER = "shop-prod-www";
const DIR = `/var/lib/tcp-tuning/${NAME}`;
const DROP_IN = `/etc/sysctl.d/99-tcp-tuning-${NAME}.conf`;
const OTHER = { "net.ipv4.tcp_sack": "0" };

/** The agent that is left on the host is the same one. */
const DIES_APPLYING = '[ "$verb" != apply ] || kill -KILL $$';

const requestFor = (request: Partial<RestoreRequest> = {}) => restoreRequest({ name: NAME, owner: NAME, ...request });

describe("the request of a restore by the agent on the host", () => {
    it("is small, since it stays in the state of every host", () => {
        const request = { become: true, owner: "0123456789ab", resource: "0123456789ab" };
        assert.ok(requestFor(request).length < 900, `${requestFor(request).length} bytes`);
    });
});

for (const shell of SHELLS) {
    describe(`a restore by the agent on the host, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/.*tcp-tuning* /etc/sysctl.d/*tcp-tuning*");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        const restore = (request: Partial<RestoreRequest> = {}) => agent.send("restore", requestFor(request));

        /** It says what the receipt of any restore says. */
        function restored({ code, stdout, stderr }: CommandResult, changed: number, told: RegExp): void {
            assert.equal(code, 0, stderr);
            assert.equal(stdout, `{"schema":1,"verb":"restore","changed":${changed}}\n`);
            assert.match(stderr, told);
        }

        const NOTHING_SAID = /^$/;
        const NOTHING_THERE = /^tcp-tuning: nothing is applied here under the name 'shop-prod-web'\n$/;
        const ORPHAN = /conf removed, but .*ledger with the original values is gone: they return with the next boot\n$/;

        it("gives every original back and leaves nothing on the host", async () => {
            await agent.apply(TUNING);
            restored(await restore(), 2, NOTHING_SAID);
            assert.deepEqual(await agent.state(), untouched);
            assert.equal(await agent.host.exists("/var/lib/tcp-tuning"), false);
        });

        it("says so where nothing was ever applied, or all is restored already", async () => {
            restored(await restore(), 0, NOTHING_THERE);
            await agent.apply(TUNING);
            restored(await restore(), 2, NOTHING_SAID);
            restored(await restore(), 0, NOTHING_THERE);
            await agent.apply(OTHER, { name: "shop-prod-db" });
            const tuned = await agent.state();
            restored(await restore(), 0, NOTHING_THERE);
            assert.deepEqual(await agent.state(), tuned);
        });

        it("undoes a first apply that was killed at any of its changes", async () => {
            let killed = 0;
            for (const when of ["before", "after"] as const) {
                for (let at = 1, code = 137; code === 137; at++) {
                    code =
                        (await agent.send("apply", interruptedAt(at, when, DIES_APPLYING, requestOf(TUNING)))).code ??
                        0;
                    killed += code === 137 ? 1 : 0;
                    const { code: ended, stderr } = await restore();
                    assert.equal(ended, 0, `killed ${when} change ${at}: ${stderr}`);
                    assert.deepEqual(await agent.state(), untouched, `killed ${when} change ${at}: ${stderr}`);
                    assert.deepEqual(await agent.host.list("/etc/sysctl.d"), untouched.dropIns);
                }
            }
            assert.ok(killed > 15, `killed ${killed} times`);
        });

        it("does not call a host untouched where an apply is just beginning", async () => {
            const holder = "process $$ started $(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20) boot -";
            const command = `mkdir /var/lib/tcp-tuning; ln -s "${holder}" /var/lib/tcp-tuning/lock; exec sleep 600`;
            const applying = agent.host.exec(command);
            while ((await agent.host.exec("readlink /var/lib/tcp-tuning/lock")).code !== 0) {}
            const { code, stdout, stderr } = await restore();
            await agent.host.mustExec("kill -KILL $(readlink /var/lib/tcp-tuning/lock | cut -d' ' -f2)");
            await applying;
            assert.deepEqual([code, stdout], [79, ""]);
            assert.match(stderr, /another run is at work; nothing was changed/);
            restored(await restore(), 0, NOTHING_THERE);
        });

        it("does not run an agent of which only a part was written, and takes it away", async () => {
            await agent.apply(TUNING);
            await agent.host.mustExec(`head -c 5000 ${DIR}/agent >/tmp/part; rm -r ${DIR} ${DROP_IN}; mkdir ${DIR}`);
            await agent.host.reboot();
            await agent.host.mustExec(`mv /tmp/part ${DIR}/agent.new; touch ${DIR}/ledger.new`);
            restored(await restore(), 0, NOTHING_THERE);
            assert.deepEqual(await agent.host.list("/var/lib/tcp-tuning"), []);
        });

        it("removes a drop-in whose ledger is gone, and says what that means", async () => {
            await agent.apply(TUNING);
            await agent.host.mustExec("rm -r /var/lib/tcp-tuning");
            restored(await restore(), 0, ORPHAN);
            assert.deepEqual((await agent.state()).dropIns, untouched.dropIns);
            await agent.apply(TUNING);
            await agent.apply(OTHER, { name: "shop-prod-db" });
            await agent.host.mustExec(`rm -r ${DIR}`);
            restored(await restore(), 0, ORPHAN);
            assert.equal(await agent.host.exists(DROP_IN), false);
        });

        it("says what to do by hand where that drop-in cannot be removed", async () => {
            await agent.apply(TUNING);
            await agent.host.mustExec("rm -r /var/lib/tcp-tuning");
            const undo = await agent.host.makeEtcReadOnly();
            const { code, stdout, stderr } = await restore();
            await undo();
            assert.deepEqual([code, stdout], [73, ""]);
            assert.match(stderr, /cannot remove \S+web\.conf: as root, rm -rf /);
            restored(await restore(), 0, ORPHAN);
        });

        it("changes nothing where there is a ledger without an agent, and names it", async () => {
            await agent.apply(TUNING);
            await agent.host.mustExec(`rm ${DIR}/agent`);
            const tuned = await agent.state();
            const { code, stdout, stderr } = await restore();
            assert.deepEqual([code, stdout], [70, ""]);
            assert.match(
                stderr,
                /shop-prod-web\/agent is gone, nothing was changed; write what \S+\/ledger calls original/,
            );
            assert.deepEqual(await agent.state(), tuned);
        });

        it("finds a tuning by the former name that its ledger knows", async () => {
            await agent.apply(OTHER, { name: FORMER });
            await agent.apply(TUNING, { formers: [FORMER] });
            restored(await restore({ name: FORMER }), 2, NOTHING_SAID);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("finds the tuning of a former name that was never taken over", async () => {
            await agent.apply(TUNING, { name: FORMER });
            restored(await restore({ formers: [FORMER] }), 2, NOTHING_SAID);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("leaves a host to the resource that took its tuning over anew", async () => {
            await agent.apply(TUNING, { resource: "0" });
            const request = requestOf(TUNING, NAME, [], { resource: "1" });
            assert.equal((await agent.host.exec(agent.launch("apply anew"), { input: request })).code, 0);
            restored(await restore({ resource: "0" }), 0, /left as it is: another resource tunes this host/);
            restored(await restore({ resource: "1" }), 2, NOTHING_SAID);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}
