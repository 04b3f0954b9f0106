import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { ApplyRequest } from "../../../src/agent/request";
import { type AgentHost, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { NEW, OLD } from "../../support/agent-settings";
import { interruptedAt } from "../../support/agent-steps";
import { type CommandResult, hostsUnavailable, type TestHosts } from "../../support/hosts";

type Settings = Record<string, string>;

const NAME = "shop-prod-web";

const full = (folder: string) => ({
    title: `${folder} is full`,
    make: `dd if=/dev/zero of=${folder}/.filler bs=4096 2>/dev/null`,
    lift: `rm -f ${folder}/.filler`,
});
const readOnly = (folder: string) => ({
    title: `${folder} is read-only`,
    make: `mount -o remount,bind,ro ${folder}`,
    lift: `mount -o remount,bind,rw ${folder}`,
});
/** Nothing can be put back under it: the only fault that may leave a state between. */
const frozen = readOnly("/proc/sys/net");
const faults = [full("/etc"), full("/var"), readOnly("/etc"), readOnly("/var"), frozen];
type Fault = (typeof faults)[number];

interface Scenario {
    readonly title: string;
    readonly start: (agent: AgentHost) => Promise<unknown>;
    /** Comes after what is "before": an apply that waits for its confirmation. */
    readonly waiting?: (agent: AgentHost) => Promise<unknown>;
    readonly verb: "apply" | "restore";
    /** @default NEW */
    readonly settings?: Settings;
    readonly formers?: readonly string[];
    readonly confirmWithinSeconds?: number;
    /** Verified before it is committed. @default not */
    readonly verify?: ApplyRequest["verify"];
    /** Those that meet what is special here. @default all */
    readonly faults?: readonly Fault[];
}

const OLD_NAME = "shop-prod-www";
const LONG_GUARD = { confirmWithinSeconds: 3600 };
/** With it the agent places a file in modules-load.d. */
const MODULE_KEY = "net.netfilter.nf_conntrack_tcp_timeout_time_wait";
const scenarios: readonly Scenario[] = [
    { title: "the first apply", start: async () => undefined, verb: "apply" },
    { title: "an update that changes, adds and drops keys", start: (agent) => agent.apply(OLD), verb: "apply" },
    {
        title: "a verified apply",
        start: (agent) => agent.apply(OLD),
        verb: "apply",
        verify: {},
        faults: [readOnly("/etc"), readOnly("/var"), frozen],
    },
    { title: "restore", start: (agent) => agent.apply(NEW), verb: "restore" },
    {
        title: "a guarded apply, confirmed",
        start: (agent) => agent.apply(OLD),
        verb: "apply",
        ...LONG_GUARD,
        faults: [readOnly("/var")],
    },
    {
        title: "a confirmation",
        start: (agent) => agent.apply(OLD),
        waiting: (agent) => agent.apply(NEW, LONG_GUARD),
        verb: "apply",
        ...LONG_GUARD,
        faults: [readOnly("/etc"), readOnly("/var")],
    },
    {
        title: "an apply with a module",
        start: (agent) => agent.apply(OLD),
        verb: "apply",
        settings: { ...NEW, [MODULE_KEY]: "60" },
        faults: [full("/etc"), readOnly("/etc")],
    },
];
const takeOver: Scenario = {
    title: "a take-over that drops keys",
    start: (agent) => agent.apply(OLD, { name: OLD_NAME }),
    verb: "apply",
    formers: [OLD_NAME],
};

const nexts = [
    "apply",
    "restore",
    "a reboot and apply",
    "a reboot and restore",
    "a reboot under the fault and apply",
] as const;

/** busybox's mv, rm and dd fail in their own words; once is enough to see them. */
const runs = [
    [SHELLS[0], scenarios],
    [SHELLS[2], [takeOver]],
] as const;

for (const [shell, tried] of runs) {
    describe(`an agent under ${shell.shell} from one of its changes on`, { skip: hostsUnavailable() ?? false }, () => {
        let agent: AgentHost;
        let hosts: TestHosts;
        let untouched: HostState;

        before(async () => {
            ({ agent, hosts } = await startAgentHost(shell));
            untouched = await agent.state();
        });
        after(() => hosts.stop());

        /** What decides now and at the next boot. */
        async function inForce(): Promise<unknown> {
            const module = await agent.host.readSysctl(MODULE_KEY);
            return [(await agent.state()).values, module, await agent.host.mustExec("cat /etc/sysctl.d/*.conf")];
        }

        /** Whether the run came as far as that change. */
        const wasMade = async () => (await agent.host.exec("rm /run/faulted")).code === 0;

        const requestOfScenario = ({ settings = NEW, formers, confirmWithinSeconds, verify }: Scenario) =>
            requestOf(settings, NAME, formers, { confirmWithinSeconds, verify });

        /** Sends a request, and what confirms it where that is asked for. */
        async function send(
            scenario: Scenario,
            verb = scenario.verb,
            request = requestOfScenario(scenario),
        ): Promise<CommandResult> {
            const result = await agent.send(verb, request);
            return result.code === 75 ? agent.send(verb, requestOfScenario(scenario)) : result;
        }

        for (const scenario of tried) {
            const { title, start, waiting, faults: tries = faults } = scenario;
            it(`in ${title} leaves the host as before or as wanted, whatever fails; the next run is right`, async (test) => {
                if (scenario.settings !== undefined && (await agent.host.readSysctl(MODULE_KEY)) === undefined) {
                    test.skip("nf_conntrack is not loaded here");
                    return;
                }
                let places = 0;
                let neither = 0;
                await start(agent);
                const was = await inForce();
                await send(scenario);
                const wanted = await inForce();
                await send(scenario, "restore");
                for (const [index, fault] of tries.entries()) {
                    for (let at = 1, isMade = true; isMade; at++) {
                        await start(agent);
                        await waiting?.(agent);
                        const make = `touch /run/faulted; ${fault.make}`;
                        const { code, stderr } = await send(
                            scenario,
                            scenario.verb,
                            interruptedAt(at, "before", make, requestOfScenario(scenario)),
                        );
                        const found = await inForce();
                        isMade = await wasMade();
                        const where = `${fault.title} from change ${at} on: exit code ${code}, ${stderr}`;
                        const isBefore = isDeepStrictEqual(found, was);
                        const isWanted = isDeepStrictEqual(found, wanted);
                        if (code === 0) {
                            assert.ok(isWanted, where);
                        } else if (!isBefore && !isWanted) {
                            neither++;
                            assert.equal(fault, frozen, where);
                            assert.equal(code, 80, where);
                            assert.match(
                                stderr,
                                /refused it\); NOT EVERYTHING COULD BE PUT BACK: net\..*; the next run tries again/,
                            );
                        } else if (!isBefore) {
                            assert.match(stderr, /as wanted|cannot be finished/, where);
                        }
                        const next = nexts[(at + index) % nexts.length]!;
                        if (isMade && next.includes("under the fault")) {
                            await staysUnder(fault, scenario, [was, wanted], where);
                        }
                        await agent.host.exec(fault.lift);
                        await settles(scenario, next, where);
                        places += isMade ? 1 : 0;
                    }
                }
                test.diagnostic(`${places} places; ${neither} states between, each told with exit code 80`);
                assert.ok(places > 4 * tries.length);
            });
        }

        /** The boot, and a run that still cannot do its work, leave the host as before or as wanted. */
        async function staysUnder(fault: Fault, scenario: Scenario, either: unknown[], where: string): Promise<void> {
            const isEither = (found: unknown) => either.some((state) => isDeepStrictEqual(found, state));
            await agent.host.reboot();
            await agent.host.exec(fault.make);
            assert.ok(isEither(await inForce()), `${where}; then a reboot`);
            const { code, stderr } = await send(scenario);
            assert.ok(
                isEither(await inForce()),
                `${where}; then a reboot, and a run under the fault: ${code}, ${stderr}`,
            );
        }

        async function settles(scenario: Scenario, next: (typeof nexts)[number], where: string): Promise<void> {
            if (next.startsWith("a reboot")) {
                await agent.host.reboot();
            }
            if (next.endsWith("apply")) {
                const { settings = NEW } = scenario;
                const { code, stderr } = await send(scenario, "apply");
                assert.equal(code, 0, `${where}; then ${next}: ${stderr}`);
                assert.deepEqual(await agent.host.readSysctls(Object.keys(settings)), settings, where);
                assert.equal(
                    await agent.host.readSysctl("net.core.somaxconn"),
                    untouched.values["net.core.somaxconn"],
                    where,
                );
                assert.deepEqual(await agent.host.list(`/var/lib/tcp-tuning/${NAME}`), ["agent", "ledger"], where);
            }
            const { code, stderr } = await send(scenario, "restore");
            assert.equal(code, 0, `${where}; then ${next}: ${stderr}`);
            assert.deepEqual(
                [await agent.state(), await agent.host.list("/etc/modules-load.d")],
                [untouched, []],
                where,
            );
        }
    });
}
