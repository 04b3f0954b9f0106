import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { type AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

const KEY = "net.netfilter.nf_conntrack_tcp_timeout_time_wait";
const FIN: Record<string, string> = { "net.ipv4.tcp_fin_timeout": "30" };
const FILE = "/etc/modules-load.d/99-tcp-tuning-shop-prod-web.conf";
const LEDGER = "/var/lib/tcp-tuning/shop-prod-web/ledger";

for (const shell of SHELLS) {
    describe(`a key of a kernel module, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;
        let isLoaded: boolean;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
            isLoaded = (await agent.host.readSysctl(KEY)) !== undefined;
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/modules-load.d");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        const tuning = { ...FIN, [KEY]: "60" };
        const modules = () => agent.host.list("/etc/modules-load.d");
        const skip = (test: { skip(reason: string): void }) =>
            isLoaded ? false : (test.skip("nf_conntrack is not loaded here"), true);

        it("has its module loaded at each boot, by a file that goes with the tuning", async (test) => {
            if (skip(test)) return;
            const { code, stderr } = await agent.apply(tuning);
            assert.deepEqual([code, stderr], [0, ""]);
            assert.match(
                await agent.host.readFile(FILE),
                /^# shop-prod-web: written by pulumi-tcp-tuning.*\nnf_conntrack\n$/,
            );
            assert.deepEqual(await modules(), ["99-tcp-tuning-shop-prod-web.conf"]);
            assert.equal(await agent.host.readSysctl(KEY), "60");
            assert.match((await agent.apply(tuning)).stdout, /"generation":1,"written":"\d+","changed":0\}/);
            assert.equal((await agent.restore(tuning)).code, 0);
            assert.deepEqual([await modules(), await agent.state()], [[], untouched]);
        });

        it("takes the file along when it is dropped, and when the resource is renamed", async (test) => {
            if (skip(test)) return;
            await agent.apply(tuning);
            assert.equal((await agent.apply(tuning, { name: "shop-prod-www", formers: ["shop-prod-web"] })).code, 0);
            assert.deepEqual(await modules(), ["99-tcp-tuning-shop-prod-www.conf"]);
            assert.equal((await agent.apply(FIN, { name: "shop-prod-www" })).code, 0);
            assert.deepEqual(await modules(), []);
        });

        it("is verified with its file, which the next apply puts back", async (test) => {
            if (skip(test)) return;
            await agent.apply(tuning);
            await agent.host.mustExec(`rm ${FILE}`);
            const { code, stderr } = await agent.verify(tuning);
            assert.equal(code, 76);
            assert.match(
                stderr,
                /modules-load\.d\/\S+ is not as written: at a boot, keys of nf_conntrack would be missing/,
            );
            assert.equal((await agent.apply(tuning)).code, 0);
            assert.equal((await agent.verify(tuning)).code, 0);
        });

        it("leaves the host as it was when the file cannot be written", async (test) => {
            if (skip(test)) return;
            await agent.apply(FIN);
            const before = await agent.state();
            await agent.host.mustExec("echo 'not a folder' >/etc/modules-load.d");
            const { code, stderr } = await agent.apply({ ...tuning, "net.ipv4.tcp_fin_timeout": "20" });
            assert.equal(code, 73, stderr);
            assert.match(stderr, /cannot replace or remove .* or \/etc\/modules-load\.d.*; every value is as before/);
            assert.deepEqual(await agent.state(), before);
        });

        it("is asked of modprobe when it is missing, and missed by its module's name when that does not help", async () => {
            const request = { ...FIN, "net.netfilter.nf_conntrack_no_such": "60" };
            const { code, stderr } = await agent.send("apply", asKeyOfModule(request));
            assert.equal(code, 66);
            assert.match(
                stderr,
                /KEY-MISSING: net\.netfilter\.nf_conntrack_no_such .*and modprobe tcp_no_such did not bring/,
            );
            assert.deepEqual(await agent.state(), untouched);
        });

        it("is not worth a module when it is optional and missing", async () => {
            const { code } = await agent.send(
                "apply",
                asKeyOfModule({ ...FIN, "-net.netfilter.nf_conntrack_no_such": "60" }),
            );
            assert.equal(code, 0);
            assert.deepEqual(await modules(), []);
            assert.doesNotMatch(await agent.host.readFile(LEDGER), /^module /m);
        });
    });
}

/** A request whose key without a kernel's would come from a module that no kernel has. */
function asKeyOfModule(settings: Record<string, string>): string {
    return requestOf(settings).replace("\n", " module=net.netfilter.nf_conntrack_no_such:tcp_no_such\n");
}
