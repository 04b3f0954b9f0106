import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { applyRequest } from "../../../src/agent/request";
import { AgentHost, SHELLS } from "../../support/agent-host";
import { cutAt, killedAt } from "../../support/agent-steps";
import { CutSession } from "../../support/cut-session";
import { type CommandResult, hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../../support/hosts";
import {
    applied,
    edited,
    fileOf,
    killed,
    MISSING_KEY,
    type ModelHost,
    type Request,
    rebooted,
    restored,
    untouched,
    type Values,
    written,
} from "../../support/model/tuned-host";

const KILLED = 137;
/** A sequence takes about half a second. Many: `TCP_TUNING_SEQUENCES=1000 npm test -- sequences`. */
const SEQUENCES = Number(process.env["TCP_TUNING_SEQUENCES"] ?? 40);
const SEED = Number(process.env["TCP_TUNING_SEED"] ?? Date.now() % 2 ** 31);

const POOL: Readonly<Record<string, readonly string[]>> = {
    "net.ipv4.tcp_fin_timeout": ["30", "20", "45"],
    "net.ipv4.tcp_keepalive_time": ["600", "900"],
    "net.ipv4.tcp_rmem": ["8192 131072 6291456", "4096 87380 6291456"],
    "net.core.somaxconn": ["8192", "1024"],
    [MISSING_KEY]: ["1"],
};
/** Values that no tuning sets. */
const BY_HAND: Values = {
    "net.ipv4.tcp_fin_timeout": "44",
    "net.ipv4.tcp_keepalive_time": "444",
    "net.ipv4.tcp_rmem": "4096 44444 444444",
    "net.core.somaxconn": "444",
};
const KEYS = Object.keys(POOL).filter((key) => key !== MISSING_KEY);
const WEB = { name: "shop-prod-web", formers: [] };
/** The same resource under another name: whichever is applied takes the other over. */
const WWW = { name: "shop-prod-www", formers: [WEB.name] };
const DB = { name: "shop-prod-db", formers: [] };

type Operation =
    | { readonly do: "apply" | "restore"; readonly request: Request; readonly interruption?: Interruption }
    | { readonly do: "reboot" }
    | { readonly do: "write"; readonly key: string; readonly value: string }
    | { readonly do: "remove file" | "edit file"; readonly name: string };

/** At one of the agent's changes it is killed, or its connection is cut: then it goes on by itself. */
interface Interruption {
    readonly by: "kill" | "cut";
    readonly when: "before" | "after";
    readonly at: number;
}

const settings = fc
    .dictionary(fc.constantFrom(...Object.keys(POOL)), fc.nat(5), { minKeys: 1, maxKeys: 4 })
    .map((chosen) =>
        Object.fromEntries(
            Object.entries(chosen)
                .sort()
                .map(([key, n]) => [key, POOL[key]![n % POOL[key]!.length]!]),
        ),
    )
    .filter((chosen) => Object.keys(chosen).some((key) => key !== MISSING_KEY));
const request = fc
    .record({ identity: fc.constantFrom(WEB, WEB, WWW, DB), settings })
    .map(({ identity, settings: wanted }): Request => ({ ...identity, settings: wanted }));
const interruption = fc.record({
    by: fc.constantFrom("kill" as const, "kill" as const, "cut" as const),
    when: fc.constantFrom("before" as const, "after" as const),
    at: fc.integer({ min: 1, max: 18 }),
});
const name = fc.constantFrom(WEB.name, WWW.name, DB.name);
const interrupted: fc.Arbitrary<Operation> = fc.record({
    do: fc.constantFrom("apply" as const, "apply" as const, "restore" as const),
    request,
    interruption,
});
const byHand: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("remove file" as const, "edit file" as const), name }) },
    {
        weight: 2,
        arbitrary: fc.constantFrom(...KEYS).chain((key) =>
            fc.record({
                do: fc.constant("write" as const),
                key: fc.constant(key),
                value: fc.constantFrom(...POOL[key]!, BY_HAND[key]!),
            }),
        ),
    },
);
/** Changes by hand are rare, but for the time between a killed run and the next one. */
const operations: fc.Arbitrary<Operation[]> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.record({ do: fc.constant("apply" as const), request })) },
    { weight: 4, arbitrary: fc.tuple(interrupted) },
    { weight: 2, arbitrary: fc.tuple(interrupted, byHand) },
    { weight: 2, arbitrary: fc.tuple(fc.record({ do: fc.constant("restore" as const), request })) },
    { weight: 2, arbitrary: fc.tuple(fc.record({ do: fc.constant("reboot" as const) })) },
    { weight: 2, arbitrary: fc.tuple(byHand) },
);

/** One real host beside what it may be by the model. */
class ModelledHost {
    /** After a kill the host is as before or as wanted, and the next run decides. */
    private possible: readonly ModelHost[];
    /** What was written by hand since the last kill, and what the agent has said since. */
    private byHand: Values = {};
    private said = "";
    operations = 0;
    kills = 0;
    cuts = 0;
    changesAfterKills = 0;

    private constructor(
        readonly agent: AgentHost,
        private readonly session: CutSession,
        private readonly defaults: Values,
    ) {
        this.possible = [untouched(defaults)];
    }

    static async of(hosts: TestHosts, host: TestHost): Promise<ModelledHost> {
        const agent = new AgentHost(host, SHELLS[0].shell);
        return new ModelledHost(agent, new CutSession(hosts, host), await host.readSysctls(KEYS));
    }

    async reset(): Promise<void> {
        await this.agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/.*tcp-tuning*");
        await this.agent.host.reboot();
        this.possible = [untouched(this.defaults)];
        this.byHand = {};
    }

    async run(step: Operation): Promise<void> {
        switch (step.do) {
            case "apply":
            case "restore":
                return this.runAgent(step);
            case "reboot":
                return this.reboot();
            case "write":
                return this.write(step.key, step.value);
            default:
                return this.editFile(step.name, step.do);
        }
    }

    private async runAgent({
        do: verb,
        request: wanted,
        interruption,
    }: Operation & { do: "apply" | "restore" }): Promise<void> {
        this.operations++;
        const { code, stderr } = await this.send(verb, wanted, interruption);
        this.said += stderr;
        const outcome = (host: ModelHost) => ({
            ...(verb === "apply" ? (applied(host, wanted) ?? host) : restored(host, wanted)),
            isUnsettled: false,
        });
        if (code === KILLED) {
            this.kills++;
            this.possible = this.possible.flatMap((host) => killed(host, outcome(host)));
            return;
        }
        assert.ok([0, 78, CutSession.CUT].includes(code), `exit code ${code}: ${stderr}`);
        const refused = (host: ModelHost) => verb === "apply" && applied(host, wanted) === undefined;
        // Of a cut connection nothing is heard any more.
        const heard = this.possible.filter((host) => code === CutSession.CUT || refused(host) === (code === 78));
        await this.compare(heard.map(outcome));
        if (verb === "restore" && code === 0) {
            await this.isTold();
        }
        this.byHand = {};
    }

    private async send(
        verb: "apply" | "restore",
        wanted: Request,
        interruption?: Interruption,
    ): Promise<CommandResult> {
        const text = textOf(wanted);
        if (interruption?.by === "cut") {
            const result = await this.session.send(verb, cutAt(interruption.at, interruption.when, text));
            this.cuts += result.code === CutSession.CUT ? 1 : 0;
            return result;
        }
        return this.agent.send(verb, interruption ? killedAt(interruption.at, interruption.when, text) : text);
    }

    /** A restore says what somebody had changed by hand, also where a killed run's recovery took it away before. */
    private async isTold(): Promise<void> {
        const live = await this.agent.host.readSysctls(KEYS);
        for (const [key, value] of Object.entries(this.byHand)) {
            assert.ok(
                live[key] === value || this.said.includes(`${key} was ${value}`),
                `${key} = ${value} is told in: ${this.said}`,
            );
        }
    }

    private async reboot(): Promise<void> {
        await this.agent.host.reboot();
        this.possible = this.possible.map((host) => rebooted(host, this.defaults));
        this.byHand = {};
        const live = await this.agent.host.readSysctls(KEYS);
        assert.ok(
            this.possible.some((host) => isDeepStrictEqual(host.live, live)),
            `after a reboot: ${JSON.stringify(live)}`,
        );
    }

    private async write(key: string, value: string): Promise<void> {
        await this.agent.host.writeSysctl(key, value);
        if (this.possible.some((host) => host.isUnsettled)) {
            this.changesAfterKills++;
            const { [key]: _, ...others } = this.byHand;
            // Another value may as well be the killed run's own.
            this.byHand = value === BY_HAND[key] ? { ...others, [key]: value } : others;
            this.said = "";
        }
        this.possible = this.possible.flatMap((host) => written(host, key, value));
    }

    private async editFile(nameOnHost: string, how: "remove file" | "edit file"): Promise<void> {
        const path = `/etc/sysctl.d/99-tcp-tuning-${nameOnHost}.conf`;
        const text = (await this.agent.host.exists(path)) ? await this.agent.host.readFile(path) : undefined;
        if (text === undefined) {
            return;
        }
        const edit = (old: string) =>
            how === "remove file"
                ? undefined
                : `${old.replace(/^(net\.ipv4\.tcp_fin_timeout) = .*/m, "$1 = 77")}# by hand\n`;
        const changed = edit(text);
        await (changed === undefined
            ? this.agent.host.mustExec(["rm", path])
            : this.agent.host.writeFile(path, changed));
        this.possible = this.possible.flatMap((host) => edited(host, nameOnHost, edit));
    }

    /** Everything that is on the host is as one of these says. */
    private async compare(possible: readonly ModelHost[]): Promise<void> {
        const found = await this.observe();
        const fits = possible.filter(({ live, files, tunings }) =>
            isDeepStrictEqual(found, { live, files, ledgers: Object.keys(tunings).sort() }),
        );
        if (fits.length === 0) {
            const [wanted] = possible;
            assert.deepEqual(
                found,
                wanted && { live: wanted.live, files: wanted.files, ledgers: Object.keys(wanted.tunings).sort() },
            );
        }
        // They may differ in originals, which only a restore shows.
        this.possible = fits.filter(
            (host, index) => !fits.slice(0, index).some((other) => isDeepStrictEqual(other, host)),
        );
    }

    private async observe(): Promise<object> {
        const { host } = this.agent;
        const [live, dropIns, ledgers] = await Promise.all([
            host.readSysctls(KEYS),
            host.list("/etc/sysctl.d"),
            host.list("/var/lib/tcp-tuning"),
        ]);
        const own = dropIns.filter((file) => file.includes("tcp-tuning"));
        const files = await Promise.all(
            own.map(
                async (file) =>
                    [
                        file.replace(/^99-tcp-tuning-(.*)\.conf$/, "$1"),
                        await host.readFile(`/etc/sysctl.d/${file}`),
                    ] as const,
            ),
        );
        return { live, files: Object.fromEntries(files), ledgers };
    }
}

function textOf({ name: nameOnHost, formers, settings: wanted }: Request): string {
    return applyRequest({ name: nameOnHost, owner: nameOnHost, formers, dropIn: fileOf(wanted) });
}

describe("any sequence of applies, updates, kills, reboots, restores and changes by hand", {
    skip: hostsUnavailable() ?? false,
}, () => {
    const workers = Math.min(4, Math.max(2, availableParallelism()));
    let hosts: TestHosts;
    before(async () => void (hosts = await startHosts({ count: workers })));
    after(() => hosts.stop());

    it("leaves the host as the model says after every run, values and files", async (test) => {
        const modelled = await Promise.all(hosts.hosts.map((host) => ModelledHost.of(hosts, host)));
        await Promise.all(
            modelled.map((host, index) =>
                fc.assert(
                    fc.asyncProperty(
                        fc.array(operations, { minLength: 3, maxLength: 8, size: "max" }),
                        async (steps) => {
                            await host.reset();
                            for (const step of steps.flat()) {
                                await host.run(step);
                            }
                        },
                    ),
                    { numRuns: Math.ceil(SEQUENCES / workers), seed: SEED + index, endOnFailure: false },
                ),
            ),
        );
        const sum = (count: (host: ModelledHost) => number) => modelled.reduce((total, host) => total + count(host), 0);
        test.diagnostic(
            `${SEQUENCES} sequences, ${sum((host) => host.operations)} runs of the agent, ` +
                `${sum((host) => host.kills)} of them killed and ${sum((host) => host.cuts)} cut off, ` +
                `${sum((host) => host.changesAfterKills)} changes by hand after a kill, seed ${SEED}`,
        );
    });
});
