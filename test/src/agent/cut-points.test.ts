import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type AgentHost, dropInOf, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { cutAt } from "../../support/agent-steps";
import { CutSession } from "../../support/cut-session";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

type Settings = Record<string, string>;

const NAME = "shop-prod-web";
const OLD: Settings = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };
const NEW: Settings = { "net.ipv4.tcp_fin_timeout": "20", "net.ipv4.tcp_rmem": "8192 131072 6291456" };

describe("an agent whose connection is cut before or after any of its changes", {
    skip: hostsUnavailable() ?? false,
}, () => {
    let agent: AgentHost;
    let hosts: TestHosts;
    let session: CutSession;
    let untouched: HostState;
    let cuts = 0;

    before(async () => {
        ({ agent, hosts } = await startAgentHost(SHELLS[0]));
        session = new CutSession(hosts, agent.host);
        untouched = await agent.state();
    });
    after(() => hosts.stop());

    async function isTuned(where: string): Promise<void> {
        assert.deepEqual(await agent.host.readSysctls(Object.keys(NEW)), NEW, where);
        assert.equal(await agent.host.readFile(`/etc/sysctl.d/99-tcp-tuning-${NAME}.conf`), dropInOf(NEW), where);
        assert.deepEqual(await agent.host.list(`/var/lib/tcp-tuning/${NAME}`), ["agent", "ledger"], where);
        assert.match((await agent.apply(NEW)).stdout, /"changed":0\}/, where);
    }

    for (const [title, verb, start, options] of [
        ["the first apply", "apply", async () => undefined, {}],
        ["an update that changes, adds and drops keys", "apply", () => agent.apply(OLD), {}],
        ["a verified apply", "apply", () => agent.apply(OLD), { verify: {} }],
        ["restore", "restore", () => agent.apply(NEW), {}],
    ] as const) {
        it(`goes on in ${title}, and ends as wanted, values and files`, async () => {
            for (const when of ["before", "after"] as const) {
                for (let at = 1, code = CutSession.CUT; code === CutSession.CUT; at++) {
                    await start();
                    const result = await session.send(verb, cutAt(at, when, requestOf(NEW, NAME, [], options)));
                    code = result.code;
                    assert.ok(code === 0 || code === CutSession.CUT, `${code}: ${result.stderr}`);
                    cuts += code === CutSession.CUT ? 1 : 0;
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
