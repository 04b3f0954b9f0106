import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import {
    type FleetHostArgs,
    TcpTuning,
    TcpTuningFleet,
    type TcpTuningFleetArgs,
    TcpVerification,
    type TunedHost,
} from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { changes, failureOf, TestStack } from "../support/stack";
import { timeWaitBurst } from "../support/time-wait-burst";
import { connectionTo, stateOf } from "../support/tuning";

const HOSTS = 12;

describe("a fleet through its life, driven by the engine", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let untouched: Record<string, unknown>;
    let stack: TestStack;

    before(async () => {
        hosts = await startHosts({ count: HOSTS, prefix: "web" });
        untouched = await stateOf(host("web1"));
    });
    beforeEach(async () => void (stack = await TestStack.create()));
    afterEach(async () => {
        await stack.remove();
        await Promise.all(
            hosts.hosts.map(async (each) => {
                await each.partition(false);
                await each.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/zz-*");
                await each.reboot();
            }),
        );
    });
    after(() => hosts.stop());

    const host = (name: string) => hosts.hosts.find((each) => each.name === name) as TestHost;
    const names = (count = HOSTS) => Array.from({ length: count }, (_, index) => `web${index + 1}`);
    const finTimeouts = (count = HOSTS) =>
        Promise.all(names(count).map((name) => host(name).readSysctl("net.ipv4.tcp_fin_timeout")));

    /** How often somebody was let in. */
    const loginsOf = async (each: TestHost) => Number(await each.mustExec("grep -c Accepted /run/sshd.log || true"));

    /** Arguments of a fleet of test hosts. */
    function fleetOf(count: number, args: Partial<TcpTuningFleetArgs> = {}): TcpTuningFleetArgs {
        const entries = names(count).map((name): [string, FleetHostArgs] => [
            name,
            { connection: connectionTo(host(name), hosts), ...args.hosts?.[name] },
        ]);
        return {
            parameters: { "net.ipv4.tcp_fin_timeout": 30, "net.ipv4.tcp_keepalive_time": 600 },
            knownHosts: hosts.knownHostsFile,
            ...args,
            rollout: { connectSeconds: 3, ...args.rollout },
            hosts: Object.fromEntries(entries),
        };
    }

    function declare(args: TcpTuningFleetArgs, opts: pulumi.ComponentResourceOptions = {}) {
        stack.program = async () => {
            const { summary, reports } = new TcpTuningFleet("fleet", args, opts);
            return { summary, reports };
        };
    }

    function up(args: TcpTuningFleetArgs, options = {}) {
        declare(args);
        return stack.up(options);
    }

    it("tunes any number of hosts in four steps, and restores them all", async () => {
        const first = await up(fleetOf(4));
        assert.deepEqual(changes(first).sort(), [
            "create fleet",
            "create fleet-hosts",
            "create fleet-key",
            "create fleet-plan",
            "create fleet-rollout",
        ]);
        assert.deepEqual(await finTimeouts(4), ["30", "30", "30", "30"]);
        assert.equal(first.outputs["summary"]?.value, "4 as wanted");
        assert.deepEqual(Object.keys(first.outputs["reports"]?.value), names(4));
        assert.match((await stack.destroy()).text, /4 hosts restored/);
        for (const name of names(4)) {
            assert.deepEqual(await stateOf(host(name)), untouched);
        }
    });

    it("does nothing the second time, and opens no connection", async () => {
        await up(fleetOf(4));
        await Promise.all(hosts.hosts.map((each) => each.partition(true)));
        const second = await up(fleetOf(4));
        assert.deepEqual(changes(second), []);
        assert.deepEqual(second.outputs["summary"]?.value, "4 as wanted");
    });

    it("touches the one host that is added, and the one that is removed", async () => {
        await up(fleetOf(3));
        await Promise.all(names(3).map((name) => host(name).partition(true)));
        const added = await up(fleetOf(4));
        assert.deepEqual(changes(added), [
            "update fleet",
            "update fleet-plan",
            "update fleet-hosts",
            "update fleet-rollout",
        ]);
        assert.equal(await host("web4").readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        await host("web3").partition(false);
        const { web3, ...others } = fleetOf(4).hosts as Record<string, FleetHostArgs>;
        const { text } = await up({ ...fleetOf(4), hosts: others });
        assert.match(text, /web3 at \S+: not in the fleet any more\n[\s\S]*1 host restored/);
        assert.deepEqual(await stateOf(host("web3")), untouched);
    });

    it("touches nothing while a host that has left cannot be restored, unless it is said to be gone", async () => {
        await up(fleetOf(3));
        await host("web3").partition(true);
        const changed = { ...fleetOf(2), parameters: { "net.ipv4.tcp_fin_timeout": 20 } };
        const { text } = await failureOf(up(changed));
        assert.match(text, /web3 could not be restored, and may be tuned still: no SSH server answered/);
        assert.match(text, /write its name or address into gone/);
        assert.match(text, /no other host was touched/);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
        const gone = await up({ ...changed, gone: [host("web3").address] });
        assert.match(gone.text, /2 hosts: 2 tuned/);
        assert.match(gone.text, /web3 at \S+: not in the fleet any more, and nobody restores what is tuned there/);
        await host("web3").partition(false);
        await stack.destroy();
        assert.deepEqual(await stateOf(host("web2")), untouched);
    });

    it("asks every host again by the program from before, when some that left were restored and one could not be", async () => {
        await up(fleetOf(3));
        await host("web3").partition(true);
        await failureOf(up(fleetOf(1)));
        await host("web3").partition(false);
        assert.deepEqual(await finTimeouts(3), ["30", "60", "30"]);
        assert.match((await up(fleetOf(3))).text, /3 hosts: 1 tuned, 2 as wanted already/);
        assert.deepEqual(await finTimeouts(3), ["30", "30", "30"]);
        assert.deepEqual(changes(await up(fleetOf(3))), []);
    });

    it("tunes all hosts anew when the command that restores them is replaced", async () => {
        await up(fleetOf(2));
        const { urn = "" } =
            (await stack.exportState()).resources?.find((resource) => resource.urn.endsWith("::fleet-hosts")) ?? {};
        const { text } = await up(fleetOf(2), { replace: [urn] });
        assert.match(text, /2 hosts restored/);
        assert.match(text, /2 hosts: 2 tuned/);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(host("web1")), untouched);
    });

    it("leaves a host that leaves as it is, where nothing is to be restored, and says so", async () => {
        const hostsWith = { web2: { restore: "leave" } as unknown as FleetHostArgs };
        await up(fleetOf(2, { hosts: hostsWith }));
        assert.match((await up(fleetOf(1))).text, /web2 at \S+: not in the fleet any more, and nobody restores/);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
    });

    it("restores what it can reach when it is destroyed, says what it cannot, and goes on the next time", async () => {
        await up(fleetOf(3));
        await host("web2").partition(true);
        const { text } = await failureOf(stack.destroy());
        assert.match(text, /2 hosts restored/);
        assert.match(text, /web2 could not be restored, and may be tuned still: no SSH server answered/);
        await host("web2").partition(false);
        assert.deepEqual(await finTimeouts(3), ["60", "30", "60"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(host("web2")), untouched);
    });

    it("can be destroyed with a dead host by what it says then, and touches no other host again", async () => {
        await up(fleetOf(3));
        await host("web2").partition(true);
        const { text } = await failureOf(stack.destroy());
        const [, target = ""] = /pulumi up --target '([^']+)', and destroy again/.exec(text) ?? [];
        const given = await up({ ...fleetOf(3), gone: ["web2"] }, { target: [target] });
        assert.match(given.text, /gone names hosts that are in the fleet, web2: /);
        assert.match((await stack.destroy()).text, /web2 at \S+: left as it is, and nobody restores/);
        assert.deepEqual(await finTimeouts(3), ["60", "30", "60"]);
    });

    it("rolls out in waves, and stops after the wave in which a host failed, telling host by host", async () => {
        await host("web3").partition(true);
        await host("web5").exec("echo 'net.ipv4.tcp_fin_timeout = 44' >/etc/sysctl.d/zz-other.conf");
        const failed = await failureOf(up(fleetOf(12, { rollout: { batch: 4 } })));
        assert.match(failed.text, /web3 failed: could not be reached, so it is as before: /);
        assert.match(failed.text, /web5 failed: BOOT-OVERRIDDEN: /);
        assert.match(failed.text, /stopped after wave 2: 2 hosts failed, and maxFailures is 0/);
        assert.match(failed.text, /2 failed, why is said above: web5 web3/);
        assert.match(failed.text, /3 tuned: web1 web\d web\d/);
        assert.match(failed.text, /7 untouched: web6 web7 web8 web9 web10 web11 web12/);
        await host("web3").partition(false);
        assert.deepEqual(await finTimeouts(), ["30", "30", "60", "30", ...Array.from({ length: 8 }, () => "60")]);

        await host("web5").exec("rm /etc/sysctl.d/zz-other.conf");
        const second = await up(fleetOf(12, { rollout: { batch: 4 } }));
        assert.match(second.text, /12 hosts: 9 tuned, 3 as wanted already/);
        assert.deepEqual(
            await finTimeouts(),
            names().map(() => "30"),
        );
    });

    it("goes on past a dead host where it may, leaves the others unharmed, and fails all the same", async () => {
        await host("web2").partition(true);
        const rollout = { canaries: 0, batch: 2, maxFailures: 1 };
        const failed = await failureOf(up(fleetOf(6, { rollout })));
        assert.match(failed.text, /web2 failed: could not be reached, so it is as before: no SSH server answered/);
        assert.match(failed.text, /1 of 6 hosts failed/);
        await host("web2").partition(false);
        assert.deepEqual(await finTimeouts(6), ["30", "60", "30", "30", "30", "30"]);
        assert.match((await up(fleetOf(6, { rollout }))).text, /6 hosts: 1 tuned, 5 as wanted already/);
        assert.deepEqual(
            await finTimeouts(6),
            names(6).map(() => "30"),
        );
    });

    it("restores every host after a roll-out that was stopped, too", async () => {
        await host("web3").partition(true);
        await failureOf(up(fleetOf(6, { rollout: { batch: 2 } })));
        await host("web3").partition(false);
        await stack.destroy();
        for (const name of names(6)) {
            assert.deepEqual(await stateOf(host(name)), untouched, name);
        }
    });

    it("puts a host back whose verification fails, and takes no other after it", async () => {
        await up(fleetOf(3));
        const verify = { maxTimeWait: 2_000_000 };
        const hostsWith = { web1: { verify } as unknown as FleetHostArgs };
        const failed = await failureOf(
            up(fleetOf(3, { parameters: { "net.ipv4.tcp_fin_timeout": 20 }, hosts: hostsWith })),
        );
        assert.match(failed.text, /web1 failed: VERIFY-VACUOUS: .*every value is as before/);
        assert.match(failed.text, /2 untouched: web2 web3/);
        assert.deepEqual(await finTimeouts(3), ["30", "30", "30"]);
        assert.equal(await host("web1").readSysctl("net.ipv4.tcp_keepalive_time"), "600");
    });

    it("stops when it is interrupted, and the next up goes on", async () => {
        // Between two waves nothing is at work on any host.
        declare(fleetOf(6, { rollout: { canaries: 1, batch: 5, pauseSeconds: 10 } }));
        const interrupted = stack.up({
            onEvent: ({ diagnosticEvent }) => {
                if (/wave 1 is over; the next begins in 10 s/.test(diagnosticEvent?.message ?? "")) {
                    stack.interrupt();
                }
            },
        });
        await failureOf(interrupted);
        await stack.automation.cancel().catch(() => undefined);
        assert.deepEqual(await finTimeouts(6), ["30", "60", "60", "60", "60", "60"]);
        assert.match((await up(fleetOf(6))).text, /6 hosts: 5 tuned, 1 as wanted already/);
    });

    it("confirms over a second connection, after the values have soaked", async () => {
        const soaked = await up(fleetOf(3, { rollout: { soakSeconds: 2 } }));
        assert.match(soaked.text, /wave 1: values soak for 2 s before they are confirmed/);
        assert.match(soaked.text, /3 hosts: 3 tuned/);
        assert.deepEqual(await finTimeouts(3), ["30", "30", "30"]);
        assert.deepEqual(await host("web1").list("/var/lib/tcp-tuning/test-dev-web1"), ["agent", "ledger"]);
    });

    it("leaves no host tuned that is cut off while its values soak", async () => {
        const cutOff = up(fleetOf(2, { rollout: { canaries: 0, batch: 2, soakSeconds: 5, connectSeconds: 1 } }));
        const failed = failureOf(cutOff);
        while ((await host("web2").readSysctl("net.ipv4.tcp_fin_timeout")) !== "30") {
            await sleep(50);
        }
        await host("web2").partition(true);
        assert.match(
            (await failed).text,
            /web2 failed: the values were in force, and then it could not be reached again/,
        );
        assert.deepEqual(await finTimeouts(1), ["30"]);
        await host("web2").exec("pkill -f 'agent.new guard'");
    });

    it("mends the hosts on which somebody changed a value, and no other", async () => {
        const args = { observe: true };
        await up(fleetOf(4, args));
        await host("web2").writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        declare(fleetOf(4, args));
        const seen = await failureOf(stack.preview({ expectNoChanges: true }));
        assert.match(seen.text, /web2: the host is not as this program wants it:/);
        assert.match(seen.text, /net\.ipv4\.tcp_fin_timeout +44 +30/);
        assert.doesNotMatch(seen.text, /web[134]: the host/);
        const mended = await stack.up();
        assert.deepEqual(changes(mended), ["update fleet-rollout"]);
        assert.match(mended.text, /1 host: 1 tuned/);
        assert.deepEqual(await finTimeouts(4), ["30", "30", "30", "30"]);
        assert.deepEqual(changes(await stack.preview({ expectNoChanges: true })), []);
        await host("web3").writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        assert.match((await stack.up()).text, /1 host: 1 tuned/);
        assert.deepEqual(changes(await stack.up()), []);
    });

    it("gives a host that moves its originals back, and tunes the new one", async () => {
        await up(fleetOf(2));
        const moved = { ...fleetOf(2).hosts, web2: { connection: connectionTo(host("web3"), hosts) } };
        const text = (await up({ ...fleetOf(2), hosts: moved })).text;
        assert.match(text, /1 host: 1 tuned/);
        assert.deepEqual(await finTimeouts(3), ["30", "60", "30"]);
        assert.deepEqual(await stateOf(host("web2")), untouched);
    });

    it("gives a host what is said of it alone, and all what is said of all", async () => {
        const own = { web2: { parameters: { "net.ipv4.tcp_fin_timeout": 15 } } as unknown as FleetHostArgs };
        await up(fleetOf(3, { hosts: own }));
        assert.deepEqual(await finTimeouts(3), ["30", "15", "30"]);
        assert.equal(await host("web2").readSysctl("net.ipv4.tcp_keepalive_time"), "600");
        assert.deepEqual(changes(await stack.preview()), []);
        declare(fleetOf(3, { hosts: own, parameters: { "net.ipv4.tcp_fin_timeout": 20 } }));
        assert.match((await stack.preview({ diff: true })).text, /~ net\.ipv4\.tcp_fin_timeout *: "30" => "20"/);
    });

    it("waits for values that come late, and touches no host for a wrong one", async () => {
        const late = (value: number) => pulumi.output(Promise.resolve(value));
        const args = (value: number) => fleetOf(2, { parameters: { "net.ipv4.tcp_fin_timeout": late(value) } });
        await up(args(25));
        assert.deepEqual(await finTimeouts(2), ["25", "25"]);
        const { text } = await failureOf(up(args(-3)));
        assert.match(text, /VAL-NEGATIVE net\.ipv4\.tcp_fin_timeout = "-3"/);
        assert.match(text, /no host was touched/);
        assert.deepEqual(await finTimeouts(2), ["25", "25"]);
    });

    it("keeps no key in the state, the output or a process's arguments in plain text", async () => {
        const key = hosts.privateKey.split("\n")[2] as string;
        const { text } = await up(fleetOf(3, { rollout: { batch: 1, pauseSeconds: 1 } }));
        assert.ok(!text.includes(key));
        const state = readdirSync(stack.stateFolder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
        assert.ok(state.length > 0);
        assert.ok(state.every((file) => !file.includes(key)));
    });

    it("goes through one connection to a bastion, however many hosts are behind it", async () => {
        const bastion = host("web12");
        const proxy = { host: bastion.address, user: "deploy", privateKey: hosts.privateKey };
        const behind = Object.fromEntries(
            names(8).map((name) => [name, { connection: connectionTo(host(name), hosts, { proxy }) }]),
        );
        const sessions = await loginsOf(bastion);
        await up({ ...fleetOf(8), hosts: behind, rollout: { canaries: 0, batch: "100%" } });
        assert.deepEqual(
            await finTimeouts(8),
            names(8).map(() => "30"),
        );
        assert.equal((await loginsOf(bastion)) - sessions, 1);
    });

    it("can be verified again, host by host, after something else was deployed", async () => {
        stack.program = async () => {
            const fleet = new TcpTuningFleet("fleet", fleetOf(2));
            const { web1 } = fleet.hosts;
            const again = new TcpVerification("after-deployment", { tuning: web1 as TunedHost, rerunOn: "v42" });
            return { again: again.summary, one: web1?.summary };
        };
        const { outputs } = await stack.up();
        assert.match(outputs["again"]?.value, /^2 parameters in force/);
        assert.match(outputs["one"]?.value, /^2 parameters in force/);
        assert.deepEqual(changes(await stack.up()), []);
    });

    it("takes hosts over from TcpTunings of the same names, which then leave them as they are", async () => {
        const { parameters, knownHosts, hosts: named = {} } = fleetOf(2);
        stack.program = async () => {
            for (const [name, { connection }] of Object.entries(named)) {
                new TcpTuning(name, { parameters, knownHosts, connection });
            }
        };
        await stack.up();
        const { text } = await up(fleetOf(2));
        assert.match(text, /left as it is: another resource tunes this host as 'test-dev-web1' since/);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(host("web1")), untouched);
    });

    it("puts back a host that fares worse after its change than before, and takes no other", async () => {
        await up(fleetOf(2));
        const rollout = { canaries: 1, soakSeconds: 3 };
        const changed = failureOf(up(fleetOf(2, { parameters: { "net.ipv4.tcp_fin_timeout": 20 }, rollout })));
        while ((await finTimeouts(1))[0] !== "20") {
            await sleep(50);
        }
        await timeWaitBurst(host("web1"), { connections: 1500 });
        assert.match((await changed).text, /web1 failed: GATE: TIME_WAIT .*every value is as before/);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
    });

    it("makes all hosts alike again by the program from before a roll-out that failed", async () => {
        await up(fleetOf(4));
        await host("web3").partition(true);
        const changed = fleetOf(4, { parameters: { "net.ipv4.tcp_fin_timeout": 20 }, rollout: { batch: 2 } });
        await failureOf(up(changed));
        await host("web3").partition(false);
        assert.deepEqual(await finTimeouts(4), ["20", "20", "30", "30"]);
        assert.match((await up(fleetOf(4))).text, /4 hosts: 2 tuned, 2 as wanted already/);
        assert.deepEqual(await finTimeouts(4), ["30", "30", "30", "30"]);
        assert.deepEqual(changes(await up(fleetOf(4))), []);
    });

    it("keeps the ledger of a host that is renamed, and says its former name", async () => {
        await up(fleetOf(2));
        const [web1, connection] = [host("web1"), connectionTo(host("web1"), hosts)];
        const { web2 = {} as FleetHostArgs } = fleetOf(2).hosts ?? {};
        await up({ ...fleetOf(2), hosts: { front: { connection, aliases: ["web1"] }, web2 } });
        assert.deepEqual(await web1.list("/var/lib/tcp-tuning"), ["test-dev-front"]);
        assert.deepEqual(await finTimeouts(2), ["30", "30"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(web1), untouched);
    });

    it("refuses a host that another fleet or tuning of the program has, before any is touched", async () => {
        stack.program = async () => {
            new TcpTuningFleet("fleet", fleetOf(2));
            new TcpTuningFleet("others", fleetOf(3));
        };
        assert.match(
            (await failureOf(stack.preview())).text,
            /web1: error hosts\.web1: its name on the host would be test-dev-web1, as that of TcpTuningFleet "fleet"; give/,
        );
        stack.program = async () => {
            const { parameters, knownHosts, hosts: named = {} } = fleetOf(1);
            new TcpTuningFleet("fleet", fleetOf(2));
            const { connection } = named["web1"] as FleetHostArgs;
            new TcpTuning("web1", { parameters, knownHosts, connection });
        };
        assert.match(
            (await failureOf(stack.preview())).text,
            /name on the host is that of a host of TcpTuningFleet "fleet"/,
        );
    });
});
