import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { applyRequest } from "../../../src/agent/request";
import { AgentHost, SHELLS } from "../../support/agent-host";
import { killedAt } from "../../support/agent-steps";
import { hostsUnavailable, startHosts, type TestHosts } from "../../support/hosts";
import {
    applied, fileOf, killed, MISSING_KEY, rebooted, restored, untouched, type ModelHost, type Request, type Values,
} from "../../support/model/tuned-host";

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
const KEYS = Object.keys(POOL).filter((key) => key !== MISSING_KEY);
const WEB = { name: "shop-prod-web", formers: [] };
/** The same resource under another name: whichever is applied takes the other over. */
const WWW = { name: "shop-prod-www", formers: [WEB.name] };
const DB = { name: "shop-prod-db", formers: [] };

type Operation =
    | { readonly do: "apply" | "restore"; readonly request: Request; readonly kill?: Kill }
    | { readonly do: "reboot" }
    | { readonly do: "write"; readonly key: string; readonly value: string }
    | { readonly do: "remove file" | "edit file"; readonly name: string };

interface Kill {
    readonly when: "before" | "after";
    readonly at: number;
}

const settings = fc.dictionary(fc.constantFrom(...Object.keys(POOL)), fc.nat(5), { minKeys: 1, maxKeys: 4 })
    .map((chosen) => Object.fromEntries(Object.entries(chosen).sort().map(([key, n]) => [key, POOL[key]![n % POOL[key]!.length]!])))
    .filter((chosen) => Object.keys(chosen).some((key) => key !== MISSING_KEY));
const request = fc.record({ identity: fc.constantFrom(WEB, WEB, WWW, DB), settings })
    .map(({ identity, settings: wanted }): Request => ({ ...identity, settings: wanted }));
const kill = fc.record({ when: fc.constantFrom("before" as const, "after" as const), at: fc.integer({ min: 1, max: 18 }) });
const name = fc.constantFrom(WEB.name, WWW.name, DB.name);
const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("apply" as const), request }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("apply" as const, "apply" as const, "restore" as const), request, kill }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("restore" as const), request }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("reboot" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("remove file" as const, "edit file" as const), name }) },
    { weight: 1, arbitrary: fc.constantFrom(...KEYS).chain((key) =>
        fc.record({ do: fc.constant("write" as const), key: fc.constant(key), value: fc.constantFrom(...POOL[key]!) })) },
);

/** One real host beside what it may be by the model. */
class ModelledHost {
    /** One, but after a kill: then the host is as before or as wanted, and the next run decides. */
    private possible: readonly ModelHost[];
    /** A killed run leaves work that the next run of any name finishes. */
    private unsettled = false;
    operations = 0;
    kills = 0;

    private constructor(readonly agent: AgentHost, private readonly defaults: Values) {
        this.possible = [untouched(defaults)];
    }

    static async of(agent: AgentHost): Promise<ModelledHost> {
        return new ModelledHost(agent, await agent.host.readSysctls(KEYS));
    }

    async reset(): Promise<void> {
        await this.agent.host.exec("rm -rf /var/lib/tcp-tuning /etc/sysctl.d/*tcp-tuning* /etc/sysctl.d/.*tcp-tuning*");
        await this.agent.host.reboot();
        this.possible = [untouched(this.defaults)];
        this.unsettled = false;
    }

    async run(step: Operation): Promise<void> {
        switch (step.do) {
            case "apply":
            case "restore":
                return this.runAgent(step);
            case "reboot":
                await this.agent.host.reboot();
                this.possible = this.possible.map((host) => rebooted(host, this.defaults));
                return;
            default:
                // What somebody changes in the middle of a killed run, the next one cannot tell from its own work.
                return this.unsettled ? undefined : this.runByHand(step);
        }
    }

    private async runAgent({ do: verb, request: wanted, kill: killAt }: Operation & { do: "apply" | "restore" }): Promise<void> {
        this.operations++;
        const text = textOf(wanted);
        const { code, stderr } = await this.agent.send(verb, killAt ? killedAt(killAt.at, killAt.when, text) : text);
        const outcome = (host: ModelHost) => (verb === "apply" ? applied(host, wanted) ?? host : restored(host, wanted));
        if (code === 137) {
            this.kills++;
            this.unsettled = true;
            this.possible = this.possible.flatMap((host) => killed(host, wanted, outcome(host)));
            return;
        }
        assert.ok(code === 0 || code === 78, `exit code ${code}: ${stderr}`);
        this.unsettled = false;
        const refused = (host: ModelHost) => verb === "apply" && applied(host, wanted) === undefined;
        await this.compare(this.possible.filter((host) => refused(host) === (code === 78)).map(outcome));
    }

    private async runByHand(step: Exclude<Operation, { do: "apply" | "restore" | "reboot" }>): Promise<void> {
        if (step.do === "write") {
            await this.agent.host.writeSysctl(step.key, step.value);
            this.possible = this.possible.map((host) => ({ ...host, live: { ...host.live, [step.key]: step.value } }));
            return;
        }
        const [host] = this.possible;
        const text = host?.files[step.name];
        if (host === undefined || text === undefined) {
            return;
        }
        const path = `/etc/sysctl.d/99-tcp-tuning-${step.name}.conf`;
        const { [step.name]: _, ...others } = host.files;
        if (step.do === "remove file") {
            await this.agent.host.mustExec(["rm", path]);
            this.possible = [{ ...host, files: others }];
        } else {
            const edited = text.replace(/^(net\.ipv4\.tcp_fin_timeout) = .*/m, "$1 = 77") + "# by hand\n";
            await this.agent.host.writeFile(path, edited);
            this.possible = [{ ...host, files: { ...host.files, [step.name]: edited } }];
        }
    }

    /** Everything that is on the host is as one of these says. */
    private async compare(possible: readonly ModelHost[]): Promise<void> {
        const found = await this.observe();
        const fits = possible.filter(({ live, files, tunings }) =>
            isDeepStrictEqual(found, { live, files, ledgers: Object.keys(tunings).sort() }));
        if (fits.length === 0) {
            const [wanted] = possible;
            assert.deepEqual(found, wanted && { live: wanted.live, files: wanted.files, ledgers: Object.keys(wanted.tunings).sort() });
        }
        this.possible = fits.slice(0, 1);
    }

    private async observe(): Promise<object> {
        const { host } = this.agent;
        const [live, dropIns, ledgers] = await Promise.all([
            host.readSysctls(KEYS), host.list("/etc/sysctl.d"), host.list("/var/lib/tcp-tuning"),
        ]);
        const own = dropIns.filter((file) => file.includes("tcp-tuning"));
        const files = await Promise.all(own.map(async (file) =>
            [file.replace(/^99-tcp-tuning-(.*)\.conf$/, "$1"), await host.readFile(`/etc/sysctl.d/${file}`)] as const));
        return { live, files: Object.fromEntries(files), ledgers };
    }
}

function textOf({ name: nameOnHost, formers, settings: wanted }: Request): string {
    return applyRequest({ name: nameOnHost, owner: nameOnHost, formers, dropIn: fileOf(wanted) });
}

describe("any sequence of applies, updates, kills, reboots, restores and changes by hand", { skip: hostsUnavailable() ?? false }, () => {
    const workers = Math.min(4, Math.max(2, availableParallelism()));
    let hosts: TestHosts;
    before(async () => void (hosts = await startHosts({ count: workers })));
    after(() => hosts.stop());

    it("leaves the host as the model says after every run, values and files", async (test) => {
        const modelled = await Promise.all(hosts.hosts.map((host) => ModelledHost.of(new AgentHost(host, SHELLS[0].shell))));
        await Promise.all(modelled.map((host, index) => fc.assert(
            fc.asyncProperty(fc.array(operation, { minLength: 3, maxLength: 9, size: "max" }), async (steps) => {
                await host.reset();
                for (const step of steps) {
                    await host.run(step);
                }
            }),
            { numRuns: Math.ceil(SEQUENCES / workers), seed: SEED + index, endOnFailure: false },
        )));
        const sum = (count: (host: ModelledHost) => number) => modelled.reduce((total, host) => total + count(host), 0);
        test.diagnostic(`${SEQUENCES} sequences, ${sum((host) => host.operations)} runs of the agent, ` +
            `${sum((host) => host.kills)} of them killed, seed ${SEED}`);
    });
});
