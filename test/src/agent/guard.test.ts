import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { interruptedAt, killedAt, rewritten } from "../../support/agent-steps";
import { hostsUnavailable, startHosts, type TestHosts } from "../../support/hosts";

const NAME = "shop-prod-web";
const OLD = { "net.ipv4.tcp_fin_timeout": "40", "net.ipv4.tcp_sack": "0" };
const NEW = { "net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "30" };
const DIR = `/var/lib/tcp-tuning/${NAME}`;
/** As short as a confirmation over a slow machine's two runs allows. */
const GUARD = { confirmWithinSeconds: 5 };
const LONG_GUARD = { confirmWithinSeconds: 3600 };

for (const shell of SHELLS) {
    describe(`a guarded apply, under ${shell.shell}`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        afterEach(async () => {
            await agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning*");
            await agent.host.reboot();
        });
        after(() => hosts.stop());

        async function waits(options = GUARD, settings: Record<string, string> = NEW, name = NAME): Promise<void> {
            const { code, stdout, stderr } = await agent.apply(settings, { ...options, name });
            assert.deepEqual([code, stdout], [75, ""], stderr);
            assert.match(stderr, /GUARD: the values are in force, and wait for their confirmation/);
        }

        async function isTuned(settings: Record<string, string> = NEW): Promise<void> {
            assert.deepEqual(await agent.host.readSysctls(Object.keys(settings)), settings);
            assert.deepEqual(await agent.host.list(DIR), ["agent", "ledger"]);
            assert.equal((await agent.verify(settings)).code, 0);
        }

        it("puts everything back by itself when nobody confirms, and nothing of it stays", async () => {
            await agent.apply(OLD);
            const before = await agent.state();
            const files = `cat ${DIR}/* /etc/sysctl.d/*`;
            const content = await agent.host.mustExec(files);
            await waits();
            assert.equal(await agent.host.readSysctl("net.core.somaxconn"), "8192");
            await guardEnds(agent);
            assert.deepEqual(await agent.state(), before);
            assert.equal(await agent.host.mustExec(files), content);
            assert.deepEqual(await agent.host.list(DIR), ["agent", "ledger"]);
        });

        it("leaves an untouched host untouched when nobody confirms", async () => {
            await waits();
            await guardEnds(agent);
            assert.deepEqual(await agent.state(), untouched);
            assert.equal(await agent.host.exists("/var/lib/tcp-tuning"), false);
        });

        it("puts every value back although /var has become read-only; the next run takes the rest away", async () => {
            await agent.apply(OLD);
            const before = await agent.state();
            await waits();
            await agent.host.mustExec("mount -o remount,bind,ro /var");
            try {
                await guardEnds(agent);
                assert.deepEqual((await agent.state()).values, before.values);
            } finally {
                await agent.host.mustExec("mount -o remount,bind,rw /var");
            }
            assert.equal((await agent.apply(OLD)).code, 0);
            await isTuned(OLD);
            assert.deepEqual(await agent.state(), before);
        });

        it("stays for good once the same request confirms it, also after a reboot", async () => {
            await agent.apply(OLD);
            await waits(LONG_GUARD);
            assert.equal(await guards(agent), 1);
            const { code, stdout } = await agent.apply(NEW, LONG_GUARD);
            assert.equal(code, 0);
            assert.match(stdout, /^\{"schema":1,"verb":"apply","generation":2,"written":"\d+","changed":3\}\n$/);
            await guardEnds(agent);
            await isTuned();
            await agent.host.reboot();
            await isTuned();
            assert.equal((await agent.restore(NEW)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("needs no confirmation when no value changes", async () => {
            await agent.apply(NEW);
            assert.equal((await agent.apply(NEW, LONG_GUARD)).code, 0);
            await agent.host.mustExec(`rm /etc/sysctl.d/99-tcp-tuning-${NAME}.conf`);
            assert.equal((await agent.apply(NEW, LONG_GUARD)).code, 0);
            await isTuned();
        });

        it("is not confirmed when a value has changed meanwhile: everything goes back", async () => {
            await waits(LONG_GUARD);
            await agent.host.writeSysctl("net.core.somaxconn", 99);
            const { code, stderr } = await agent.apply(NEW, LONG_GUARD);
            assert.equal(code, 74);
            assert.match(
                stderr,
                /net\.core\.somaxconn is 99 instead of 8192 .*when it was to be confirmed; every value is as before/,
            );
            assert.deepEqual(await agent.state(), untouched);
            await guardEnds(agent);
        });

        it("gives way to another apply, which keeps the first originals", async () => {
            await waits(LONG_GUARD);
            assert.equal((await agent.apply(OLD)).code, 0);
            await guardEnds(agent);
            await isTuned(OLD);
            assert.equal((await agent.restore(OLD)).code, 0);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("gives way to restore", async () => {
            await agent.apply(OLD);
            await waits(LONG_GUARD);
            assert.equal((await agent.restore(NEW)).code, 0);
            await guardEnds(agent);
            assert.deepEqual(await agent.state(), untouched);
        });

        it("is gone after a reboot: the files of before have decided", async () => {
            await agent.apply(OLD);
            const before = await agent.state();
            await waits(LONG_GUARD);
            await agent.host.reboot();
            assert.deepEqual((await agent.state()).values, before.values);
            await waits(LONG_GUARD);
            assert.equal((await agent.apply(NEW, LONG_GUARD)).code, 0);
            await isTuned();
        });

        it("is put right by the next run when its guard was killed", async () => {
            await waits(LONG_GUARD);
            await agent.host.mustExec(`kill -KILL $(sed 's/process \\([0-9]*\\) .*/\\1/' ${DIR}/guard)`);
            assert.equal(
                (await agent.apply({ "net.ipv4.tcp_keepalive_time": "600" }, { name: "other-prod-db" })).code,
                0,
            );
            assert.equal(await agent.host.readSysctl("net.core.somaxconn"), untouched.values["net.core.somaxconn"]);
            assert.equal((await agent.apply(NEW)).code, 0);
            await isTuned();
        });

        it("is left alone by another tuning of the host, which cannot have its keys", async () => {
            await waits(LONG_GUARD);
            const { code, stderr } = await agent.apply({ "net.core.somaxconn": "9999" }, { name: "other-prod-db" });
            assert.equal(code, 78);
            assert.match(stderr, /net\.core\.somaxconn already belongs to 'shop-prod-web'/);
            assert.equal(
                (await agent.apply({ "net.ipv4.tcp_keepalive_time": "600" }, { name: "other-prod-db" })).code,
                0,
            );
            assert.equal((await agent.apply(NEW, LONG_GUARD)).code, 0);
            await isTuned();
            assert.equal(await agent.host.readSysctl("net.ipv4.tcp_keepalive_time"), "600");
        });

        it("changes nothing when no guard can be started", async () => {
            const request = rewritten(requestOf(NEW, NAME, [], GUARD), 'setsid "$@"', 'false "$@"');
            const { code, stderr } = await agent.send("apply", request);
            assert.equal(code, 73);
            assert.match(stderr, /GUARD: no guard could be started .*nothing was changed/);
            assert.deepEqual(await agent.state(), untouched);
        });
    });
}

describe("a guarded apply that is killed", { skip: hostsUnavailable() ?? false }, () => {
    const HOSTS = 12;
    const MOST_STEPS = 40;

    it("is undone by its guard alone, wherever it was killed", async (test) => {
        const hosts = await startHosts({ count: HOSTS });
        try {
            const places = (["before", "after"] as const).flatMap((when) =>
                Array.from({ length: MOST_STEPS }, (_, index) => ({ when, at: index + 1 })),
            );
            let killed = 0;
            await Promise.all(
                hosts.hosts.map(async (host) => {
                    const agent = new AgentHost(host, SHELLS[0].shell);
                    assert.equal((await agent.apply(OLD)).code, 0);
                    // A run that is killed before its guard stands leaves files that nothing reads.
                    const inForce = async () => [
                        (await agent.state()).values,
                        await host.mustExec("cat /etc/sysctl.d/*.conf"),
                    ];
                    const before = await inForce();
                    for (let place = places.shift(); place !== undefined; place = places.shift()) {
                        const { when, at } = place;
                        const { code } = await agent.send("apply", killedAt(at, when, requestOf(NEW, NAME, [], GUARD)));
                        killed += code === 137 ? 1 : 0;
                        await guardEnds(agent);
                        assert.deepEqual(await inForce(), before, `killed ${when} step ${at}`);
                        if (code !== 137) {
                            places.splice(0, places.length, ...places.filter((left) => left.when !== when));
                        }
                    }
                    assert.equal((await agent.apply(OLD)).code, 0);
                    assert.deepEqual(await agent.host.list(DIR), ["agent", "ledger"]);
                }),
            );
            test.diagnostic(`killed ${killed} times`);
            assert.ok(killed > 20);
        } finally {
            await hosts.stop();
        }
    });
});

describe("a confirmation during which a folder becomes read-only", { skip: hostsUnavailable() ?? false }, () => {
    let agent: AgentHost;
    let hosts: TestHosts;
    before(async () => void ({ agent, hosts } = await startAgentHost(SHELLS[0])));
    after(() => hosts.stop());

    for (const folder of ["/etc", "/var"]) {
        it(`leaves the host as before the guarded apply or as wanted, and says which: ${folder}`, async () => {
            const dropIns = () => agent.host.mustExec("cat /etc/sysctl.d/*.conf");
            const inForce = async () => [(await agent.state()).values, await dropIns()];
            await agent.apply(OLD);
            const was = await inForce();
            await agent.apply(NEW);
            const wanted = await inForce();
            const request = requestOf(NEW, NAME, [], LONG_GUARD);
            let failures = 0;
            for (let at = 1, isMade = true; isMade; at++) {
                await agent.apply(OLD);
                assert.equal((await agent.send("apply", request)).code, 75);
                const fault = `touch /run/faulted; mount -o remount,bind,ro ${folder}`;
                const { code, stderr } = await agent.send("apply", interruptedAt(at, "before", fault, request));
                const found = await inForce();
                await agent.host.mustExec(`mount -o remount,bind,rw ${folder}`);
                isMade = (await agent.host.exec("rm /run/faulted")).code === 0;
                const isAsBefore = code !== 0 && !stderr.includes("values and drop-in are as wanted");
                failures += code === 0 ? 0 : 1;
                assert.match(stderr, code === 0 ? /^/ : /every value is as before|values and drop-in are as wanted/);
                assert.deepEqual(found, isAsBefore ? was : wanted, `from change ${at} on: ${code}, ${stderr}`);
                const next = await agent.send("apply", request);
                const { code: last } = next.code === 75 ? await agent.send("apply", request) : next;
                assert.equal(last, 0, `from change ${at} on: ${next.stderr}`);
                assert.deepEqual(await inForce(), wanted);
                assert.deepEqual(await agent.host.list(DIR), ["agent", "ledger"]);
            }
            assert.ok(failures > 0);
        });
    }
});

async function guards(agent: AgentHost): Promise<number> {
    return Number((await agent.host.exec("cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c ' [g]uard '")).stdout);
}

async function guardEnds(agent: AgentHost): Promise<void> {
    for (let tries = 0; (await guards(agent)) > 0; tries++) {
        assert.ok(tries < 300, "the guard has ended");
        await sleep(200);
    }
}
