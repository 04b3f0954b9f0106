import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { ApplyRequest } from "../../../src/agent/request";
import { type AgentHost, dropInOf, type HostState, requestOf, SHELLS, startAgentHost } from "../../support/agent-host";
import { NEW, OLD } from "../../support/agent-settings";
import { killedAt } from "../../support/agent-steps";
import { hostsUnavailable, type TestHosts } from "../../support/hosts";

type Settings = Record<string, string>;

/**
 * A host after one change is as it is before the next, so the usual run kills after the last one only.
 * All of them: `TCP_TUNING_KILLS=all npm test -- kill-points`.
 */
const ALL_KILLS = process.env["TCP_TUNING_KILLS"] === "all";

const NAME = "shop-prod-web";
const OLD_NAME = "shop-prod-www";

/** Comes to NEW: one key is already so, the others are not. */
const BOUNDS: Settings = {
    "net.ipv4.tcp_fin_timeout": "<= 20",
    "net.ipv4.tcp_keepalive_time": "<= 600",
    "net.ipv4.tcp_rmem": NEW["net.ipv4.tcp_rmem"]!,
};

/** What is interrupted: the state it starts from, and the request that is killed. */
interface Scenario {
    readonly title: string;
    readonly start: (agent: AgentHost) => Promise<unknown>;
    readonly verb: "apply" | "restore";
    readonly formers?: string[];
    /** Seconds that the apply has to be confirmed in. @default no guard */
    readonly confirmWithinSeconds?: number;
    /** Verified before it is committed. @default not */
    readonly verify?: ApplyRequest["verify"];
    /** The name that the program's state still holds after the kill. @default the new one */
    readonly restoreAs?: string;
    /** What is asked for. @default NEW */
    readonly request?: Settings;
}

const scenarios: readonly Scenario[] = [
    { title: "the first apply", start: async () => undefined, verb: "apply" },
    { title: "an update that changes, adds and drops keys", start: (agent) => agent.apply(OLD), verb: "apply" },
    { title: "an update by bounds", start: (agent) => agent.apply(OLD), verb: "apply", request: BOUNDS },
    {
        title: "a take-over from a former name",
        start: (agent) => agent.apply(OLD, { name: OLD_NAME }),
        verb: "apply",
        formers: [OLD_NAME],
    },
    {
        title: "a take-over that is never repeated",
        start: (agent) => agent.apply(OLD, { name: OLD_NAME }),
        verb: "apply",
        formers: [OLD_NAME],
        restoreAs: OLD_NAME,
    },
    { title: "a guarded apply", start: (agent) => agent.apply(OLD), verb: "apply", confirmWithinSeconds: 3600 },
    {
        title: "a confirmation",
        start: (agent) => agent.apply(NEW, { confirmWithinSeconds: 3600 }),
        verb: "apply",
        confirmWithinSeconds: 3600,
    },
    { title: "a verified apply", start: (agent) => agent.apply(OLD), verb: "apply", verify: {} },
    {
        title: "a confirmation that verifies",
        start: (agent) => agent.apply(NEW, { confirmWithinSeconds: 3600, verify: {} }),
        verb: "apply",
        confirmWithinSeconds: 3600,
        verify: {},
    },
    { title: "restore", start: (agent) => agent.apply(NEW), verb: "restore" },
];

describe("an agent that is killed before or after any of its changes", { skip: hostsUnavailable() ?? false }, () => {
    let agent: AgentHost;
    let hosts: TestHosts;
    let untouched: HostState;
    let killed = 0;

    before(async () => {
        ({ agent, hosts } = await startAgentHost(SHELLS[0]));
        // An original that is not the kernel's default: a boot and a restore can be told apart.
        await agent.host.writeFile("/etc/sysctl.d/50-own.conf", "net.ipv4.tcp_fin_timeout = 50\n");
        await agent.host.reboot();
        untouched = await agent.state();
    });
    after(async () => {
        await hosts.stop();
    });

    const wanted = ({ request = NEW, formers, confirmWithinSeconds, verify }: Scenario) =>
        requestOf(request, NAME, formers, { confirmWithinSeconds, verify });

    /** Kills the run; false when it ended before it came to that change. */
    async function kill(scenario: Scenario, at: number, when: "before" | "after"): Promise<boolean> {
        await scenario.start(agent);
        const { code, stderr } = await agent.send(scenario.verb, killedAt(at, when, wanted(scenario)));
        assert.ok(code === 0 || code === 75 || code === 137, `${code}: ${stderr}`);
        killed += code === 137 ? 1 : 0;
        return code === 137;
    }

    const valuesAfterBoot = async () => {
        await agent.host.reboot();
        return (await agent.state()).values;
    };

    /** Sends a request that nothing interrupts, and once more where that confirms it. */
    async function send(verb: "apply" | "restore", request: string): Promise<void> {
        const first = await agent.send(verb, request);
        const { code, stderr } = first.code === 75 ? await agent.send(verb, request) : first;
        assert.equal(code, 0, stderr);
    }

    /** The values that a boot may bring: those of before, and the wanted ones. */
    async function bootable(scenario: Scenario): Promise<unknown[]> {
        await scenario.start(agent);
        const before = await valuesAfterBoot();
        await send(scenario.verb, wanted(scenario));
        const after = await valuesAfterBoot();
        await restores(scenario);
        return [before, after];
    }

    async function isTuned(): Promise<void> {
        assert.deepEqual(await agent.host.readSysctls(Object.keys(NEW)), NEW);
        assert.equal(await agent.host.readSysctl("net.core.somaxconn"), untouched.values["net.core.somaxconn"]);
        assert.deepEqual(
            await agent.host.list("/etc/sysctl.d"),
            [...untouched.dropIns, `99-tcp-tuning-${NAME}.conf`].sort(),
        );
        assert.equal(await agent.host.readFile(`/etc/sysctl.d/99-tcp-tuning-${NAME}.conf`), dropInOf(NEW));
        assert.deepEqual(await agent.host.list("/var/lib/tcp-tuning"), [NAME]);
        assert.deepEqual(await agent.host.list(`/var/lib/tcp-tuning/${NAME}`), ["agent", "ledger"]);
    }

    async function restores(scenario: Scenario): Promise<void> {
        const { restoreAs } = scenario;
        const request = restoreAs === undefined ? wanted(scenario) : requestOf(OLD, restoreAs);
        await send("restore", request);
        assert.deepEqual(await agent.state(), untouched);
    }

    async function applies(scenario: Scenario): Promise<void> {
        await send("apply", wanted(scenario));
        await isTuned();
        await agent.host.reboot();
        await isTuned();
        await restores(scenario);
    }

    for (const scenario of scenarios) {
        for (const reboot of [false, true]) {
            for (const next of ["apply", "restore"] as const) {
                const between = reboot ? "a reboot finds it as before or as wanted, and then " : "";
                it(`in ${scenario.title}: ${between}${next} ends as wanted, values and files`, async () => {
                    const either = reboot ? await bootable(scenario) : [];
                    let changes = 0;
                    for (const when of ["before", "after"] as const) {
                        const first = when === "before" || ALL_KILLS ? 1 : changes;
                        for (let at = first; await kill(scenario, at, when); at++) {
                            changes = at;
                            try {
                                if (reboot) {
                                    isOneOf(either, await valuesAfterBoot());
                                }
                                await (next === "apply" ? applies(scenario) : restores(scenario));
                            } catch (error) {
                                const place = `${when} change ${at}`;
                                throw new Error(`killed ${place}: ${(error as Error).message}`, { cause: error });
                            }
                        }
                        await restores(scenario);
                    }
                });
            }
        }
    }

    function isOneOf([before, after]: readonly unknown[], values: unknown): void {
        if (!isDeepStrictEqual(values, before)) {
            assert.deepEqual(values, after);
        }
    }

    it("was killed at many places", (test) => {
        test.diagnostic(`killed ${killed} times`);
        assert.ok(killed > 150);
    });
});
