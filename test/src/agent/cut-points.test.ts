import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import { launchPacked } from "../../../src/agent/launcher";
import { dropInOf, requestOf, SHELLS, startAgentHost, type AgentHost, type HostState } from "../../support/agent-host";
import { interruptedAt } from "../../support/agent-steps";
import { hostsUnavailable, type CommandResult, type TestHosts } from "../../support/hosts";
import { run } from "../../support/hosts/run";

type Settings = Record<string, string>;

const NAME = "shop-prod-web";
const OLD: Settings = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };
const NEW: Settings = { "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_rmem": "8192 131072 6291456" };

/** Kills the SSH server's process of this very session: the nearest one above the agent. */
const CUT = 'p=$$; until case $(cat /proc/$p/comm) in sshd*) true ;; *) false ;; esac; ' +
    'do p=$(sed "s/.*) //" /proc/$p/stat | cut -d" " -f2); done; kill -KILL $p';
const SSH_ERROR = 255;

describe("an agent whose connection is cut before or after any of its changes", { skip: hostsUnavailable() ?? false }, () => {
    let agent: AgentHost;
    let hosts: TestHosts;
    let untouched: HostState;
    let cuts = 0;

    before(async () => {
        ({ agent, hosts } = await startAgentHost(SHELLS[0]));
        untouched = await agent.state();
    });
    after(() => hosts.stop());

    /** Sends a request as the engine does: by SSH. */
    function send(verb: "apply" | "restore", request: string): Promise<CommandResult> {
        const options = ["BatchMode=yes", "IdentitiesOnly=yes", `UserKnownHostsFile=${hosts.knownHostsFile}`];
        const ssh = ["ssh", "-F", "none", "-i", hosts.privateKeyFile, ...options.flatMap((option) => ["-o", option])];
        const launcher = launchPacked(verb);
        return run([...ssh, `root@${agent.host.address}`, launcher], { input: request });
    }

    /** The lock is the last thing that a run takes away. */
    async function agentEnds(): Promise<void> {
        for (let tries = 0; (await agent.host.exec("[ -h /var/lib/tcp-tuning/lock ]")).code === 0; tries++) {
            assert.ok(tries < 300, "the agent has ended");
            await sleep(50);
        }
    }

    async function isTuned(where: string): Promise<void> {
        assert.deepEqual(await agent.host.readSysctls(Object.keys(NEW)), NEW, where);
        assert.equal(await agent.host.readFile(`/etc/sysctl.d/99-tcp-tuning-${NAME}.conf`), dropInOf(NEW), where);
        assert.deepEqual(await agent.host.list(`/var/lib/tcp-tuning/${NAME}`), ["agent", "ledger"], where);
        assert.match((await agent.apply(NEW)).stdout, /"changed":0\}/, where);
    }

    for (const [title, verb, start] of [
        ["the first apply", "apply", async () => undefined],
        ["an update that changes, adds and drops keys", "apply", () => agent.apply(OLD)],
        ["restore", "restore", () => agent.apply(NEW)],
    ] as const) {
        it(`goes on in ${title}, and ends as wanted, values and files`, async () => {
            for (const when of ["before", "after"] as const) {
                for (let at = 1, code = SSH_ERROR; code === SSH_ERROR; at++) {
                    await start();
                    const result = await send(verb, interruptedAt(at, when, CUT, requestOf(NEW)));
                    code = result.code;
                    assert.ok(code === 0 || code === SSH_ERROR, `${code}: ${result.stderr}`);
                    cuts += code === SSH_ERROR ? 1 : 0;
                    await agentEnds();
                    if (verb === "apply") {
                        await isTuned(`cut ${when} change ${at}`);
                        assert.equal((await agent.restore(NEW)).code, 0);
                    }
                    assert.deepEqual(await agent.state(), untouched, `cut ${when} change ${at}`);
                }
            }
        });
    }

    it("was cut at many places", (test) => {
        test.diagnostic(`cut ${cuts} times`);
        assert.ok(cuts > 60);
    });
});
