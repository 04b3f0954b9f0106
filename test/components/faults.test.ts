import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { TcpTuning, type TcpTuningArgs } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { changes, type EngineFailure, failureOf, withStack } from "../support/stack";
import { connectionTo, stateOf, tuningOf } from "../support/tuning";

describe("a tuning that cannot succeed", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let web: TestHost;
    let other: TestHost;
    let untouched: Record<string, unknown>;

    before(async () => {
        hosts = await startHosts({ count: 2 });
        [web, other] = hosts.hosts as [TestHost, TestHost];
        untouched = await stateOf(web);
    });
    afterEach(async () => assert.deepEqual(await stateOf(web), untouched, "the host is exactly as before"));
    after(() => hosts.stop());

    function failedUp(args: Partial<TcpTuningArgs>): Promise<EngineFailure> {
        const program = async () => void new TcpTuning("web", tuningOf(web, hosts, args));
        return withStack({ program }, (stack) => failureOf(stack.up()));
    }

    it("fails on a host that is down", async () => {
        await web.partition(true);
        const { text } = await failedUp({});
        await web.partition(false);
        assert.match(text, /web-apply/);
        assert.match(text, /dial|connect|timed? ?out/i);
    });

    it("fails on a host whose key is another one", async () => {
        const file = join(web.path("/tmp"), "known_hosts");
        writeFileSync(file, `${web.address} ${other.hostKeys.ecdsa}\n`);
        assert.match((await failedUp({ knownHosts: file })).text, /host key/i);
    });

    it("fails where no host key is known, before anything is registered", async () => {
        const { text } = await failedUp({ knownHosts: "/nonexistent" });
        assert.match(text, new RegExp(`No host key for ${web.address} in /nonexistent \\(does not exist\\)`));
        assert.match(text, /ssh-keyscan/);
    });

    it("fails for a user who may not become root, and says what is needed", async () => {
        const { text } = await failedUp({ connection: connectionTo(web, hosts, { user: "nosudo" }), become: true });
        assert.match(text, /become: true needs sudo without a password for nosudo/);
    });

    it("fails for a user who is not root and does not become it", async () => {
        const { text } = await failedUp({ connection: connectionTo(web, hosts, { user: "deploy" }) });
        assert.match(text, /this needs root, and the login user is deploy: set become: true/);
    });

    it("fails for a key that the host does not have, unless it is optional", async () => {
        const parameters = { "net.ipv4.tcp_fin_timeout": 30, "net.ipv4.tcp_mem": [786432, 1048576, 1572864] as const };
        const { text } = await failedUp({ parameters });
        assert.match(text, /KEY-MISSING: net\.ipv4\.tcp_mem not on this host/);
        const program = async () => {
            const args = tuningOf(web, hosts, { parameters, optional: ["net.ipv4.tcp_mem"] });
            return { report: new TcpTuning("web", args).report };
        };
        await withStack({ program }, async (stack) => {
            const { outputs } = await stack.up();
            assert.equal(outputs["report"]?.value.keys["net.ipv4.tcp_mem"].status, "otherNamespace");
            await stack.destroy();
        });
    });

    it("fails in a container with a read-only /proc/sys", async () => {
        const undo = await web.makeProcSysReadOnly();
        const { text } = await failedUp({});
        await undo();
        assert.match(text, /KEY-READ-ONLY: .*as in a container/);
    });

    it("fails on a full disk", async () => {
        const undo = await web.makeEtcFull();
        const { text } = await failedUp({});
        await undo();
        assert.match(text, /cannot write \/etc\/sysctl\.d: no space left/);
    });

    it("keeps what the host says short enough to be read", async () => {
        const { text } = await failedUp({ connection: connectionTo(web, hosts, { user: "deploy" }) });
        assert.ok(text.length < 6000, `${text.length} characters`);
    });
});

describe("a host that is dead among others", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    before(async () => void (hosts = await startHosts({ count: 4, prefix: "web" })));
    after(() => hosts.stop());

    it("is given up and named, while all others are tuned; up goes on with it once it is back", async () => {
        const dead = hosts.hosts[2]!;
        const program = async () => hosts.hosts.forEach((host) => void new TcpTuning(host.name, tuningOf(host, hosts)));
        const tuned = () => Promise.all(hosts.hosts.map((host) => host.readSysctl("net.ipv4.tcp_fin_timeout")));
        await withStack({ program }, async (stack) => {
            await dead.partition(true);
            const failure = await failureOf(stack.up({ continueOnError: true }));
            assert.deepEqual(await tuned(), ["30", "30", "60", "30"]);
            const errors = failure.diagnostics.filter(({ severity }) => severity === "error");
            const failed = errors.flatMap(({ urn }) => urn?.split("::").at(-1) ?? []);
            assert.deepEqual(
                [...new Set(failed)].filter((name) => name !== "test-dev"),
                ["web3-apply"],
            );
            assert.match(failure.text, new RegExp(`dial tcp ${dead.address}:22: (i/o timeout|.*timed out)`));
            await dead.partition(false);
            assert.deepEqual(changes(await stack.up()).sort(), ["create web3-apply", "create web3-verify"]);
            assert.deepEqual(await tuned(), ["30", "30", "30", "30"]);
            await stack.destroy();
        });
        assert.deepEqual(await tuned(), ["60", "60", "60", "60"]);
    });
});

describe("a host that has busybox only", { skip: hostsUnavailable("busybox") ?? false }, () => {
    let hosts: TestHosts;
    let host: TestHost;
    before(async () => {
        hosts = await startHosts({ count: 1, busybox: true });
        host = hosts.hosts[0]!;
        await host.mustExec("rm /usr/bin/sudo");
    });
    after(() => hosts.stop());

    it("is tuned, verified, observed, mended and restored, and says that it has no sudo", async () => {
        const untouched = await stateOf(host);
        const declare =
            (args: Partial<TcpTuningArgs> = {}) =>
            async () => {
                return { report: new TcpTuning("web", tuningOf(host, hosts, { observe: true, ...args })).report };
            };
        await withStack({ program: declare() }, async (stack) => {
            const { outputs } = await stack.up();
            assert.equal(outputs["report"]?.value.ok, true);
            await host.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
            assert.deepEqual(changes(await stack.up()), ["update web-apply", "update web-verify"]);
            assert.equal(await host.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
            stack.program = declare({ connection: connectionTo(host, hosts, { user: "deploy" }), become: true });
            assert.match((await failureOf(stack.preview())).text, /become: true needs sudo, and this host has none/);
            await stack.destroy();
        });
        assert.deepEqual(await stateOf(host), untouched);
    });
});
