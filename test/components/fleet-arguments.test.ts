import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuningFleet, type TcpTuningFleetArgs } from "../../components";
import { type RolloutRequest, unpackRequest } from "../../src/rollout/request";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { PRIVATE_KEY } from "../support/private-key";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";
const at = (last: number) => ({ connection: { host: `192.0.2.${last}`, hostKey: HOST_KEY } });
const hosts = { web1: at(1), web2: at(2), db1: at(3) };
const parameters = { "net.ipv4.tcp_fin_timeout": 30 };

describe("the arguments of a fleet", () => {
    let registered: Registered[];

    beforeEach(async () => void (registered = await mockEngine()));
    afterEach(() => pulumi.runtime.disconnect());

    /** What the constructor says about bad arguments; nothing may have been registered. */
    function refusal(args: unknown): string {
        try {
            new TcpTuningFleet("fleet", args as TcpTuningFleetArgs);
        } catch (error) {
            assert.ok(pulumi.InputPropertiesError.isInstance(error), String(error));
            assert.deepEqual(registered, []);
            assert.match(error.message, /^TcpTuningFleet "fleet": \d+ errors?, and no host was touched\.\n/);
            return error.message;
        }
        throw new assert.AssertionError({ message: "the arguments were accepted" });
    }

    const cases: readonly [string, unknown, RegExp][] = [
        ["no hosts", { parameters }, /error hosts: received neither hosts nor inventory; give one of them\./],
        ["hosts twice", { parameters, hosts, inventory: "i.yaml" }, /received hosts and inventory; give one of them\./],
        [
            "an empty fleet",
            { parameters, hosts: {} },
            /received no host; a fleet without hosts would restore those it had/,
        ],
        ["a list of hosts", { parameters, hosts: [at(1)] }, /error hosts: received an array; write an object, such as/],
        [
            "a host that is none",
            { parameters, hosts: { web1: "192.0.2.1" } },
            /error hosts\.web1: received a string; write/,
        ],
        ["a name with a blank", { parameters, hosts: { "web 1": at(1) } }, /web 1: .*write one without blanks/],
        ["a pattern of nothing", { parameters, hosts, select: "wbe1" }, /"wbe1" is no host.*Did you mean web1\?/],
        [
            "a roll-out with a slip",
            { parameters, hosts, rollout: { canarys: 1 } },
            /error rollout\.canarys: .*did you mean canaries\?/,
        ],
        ["a batch of nothing", { parameters, hosts, rollout: { batch: "0%" } }, /error rollout\.batch: received "0%"/],
        [
            "a profile beside an inventory",
            { inventory: "i.yaml", profile: "base" },
            /error profile: received one beside an inventory/,
        ],
        ["no tuning", { hosts }, /all 3 hosts: error SET-EMPTY/],
        [
            "a host without connection",
            { parameters, hosts: { ...hosts, web2: {} } },
            /error hosts\.web2\.connection: received none/,
        ],
        [
            "a misspelt key, told once",
            { parameters: { "net.ipv4.tcp_fin_timeuot": 30 }, hosts },
            /1 error, .*\n {2}all 3 hosts: error KEY-UNKNOWN/,
        ],
        [
            "a value of one host",
            { parameters, hosts: { ...hosts, db1: { ...at(3), parameters: { "net.ipv4.tcp_syn_retries": 300 } } } },
            /1 error, .*\n {2}db1: error VAL-RANGE net\.ipv4\.tcp_syn_retries = "300"/,
        ],
        [
            "a limit that never fails, of the fleet's merged with the host's",
            {
                parameters: { "net.ipv4.tcp_max_tw_buckets": 5000 },
                hosts: { ...hosts, web2: { ...at(2), verify: { maxTimeWait: 6000 } } },
            },
            /web2: error VERIFY-VACUOUS/,
        ],
    ];
    for (const [mistake, args, reason] of cases) {
        it(`refuse ${mistake}`, () => assert.match(refusal(args), reason));
    }

    it("are told all mistakes together, each with its hosts", () => {
        const wrong = { parameters: { "net.ipv4.tcp_syn_retries": 300 } };
        const args = { parameters, hosts: { web1: { ...at(1), ...wrong }, web2: { ...at(2), ...wrong }, db1: {} } };
        assert.match(
            refusal(args),
            /2 errors, .*\n {2}web1, web2: error VAL-RANGE .*\n {2}db1: error hosts\.db1\.connection: received none/,
        );
    });

    const strays: readonly [string, unknown, RegExp][] = [
        [
            "what belongs to the roll-out",
            { soakSeconds: 60 },
            /error soakSeconds: there is no such argument here; write rollout: \{ soakSeconds \}/,
        ],
        ["a slip", { paramters: {} }, /error paramters: there is no such argument here; did you mean parameters\?/],
        [
            "what a fleet has not",
            { delivery: "user-data" },
            /error delivery: there is no such argument here; write one of profile, /,
        ],
        [
            "a slip in a host",
            { hosts: { web1: { ...at(1), verfy: false } } },
            /error hosts\.web1\.verfy: .*did you mean verify\?/,
        ],
        [
            "former names that are none",
            { hosts: { web1: { ...at(1), aliases: "web0" } } },
            /error hosts\.web1\.aliases: received "web0"/,
        ],
        [
            "two names that are one on the host",
            { hosts: { "a:b": at(1), "a/b": at(2) } },
            /a\/b: error hosts\.a\/b: .* would be shop-prod-a-b, as that of a:b/,
        ],
    ];
    for (const [what, args, reason] of strays) {
        it(`refuse ${what}`, () => assert.match(refusal({ parameters, hosts, ...(args as object) }), reason));
    }

    it("refuse to be nothing, and show nothing of a credential in the wrong place", () => {
        assert.match(refusal(undefined), /error hosts: received nothing for all arguments; write/);
        assert.match(refusal(null), /received null/);
        const misplaced = refusal({ parameters, hosts: [{ connection: { password: "s3cret", host: "192.0.2.1" } }] });
        assert.ok(!misplaced.includes("s3cret"), misplaced);
    });

    it("may have null for a roll-out, as a configuration may", async () => {
        const fleet = new TcpTuningFleet("fleet", {
            parameters,
            hosts,
            rollout: null,
        } as unknown as TcpTuningFleetArgs);
        assert.equal(await settled(fleet.summary), "");
    });

    const inputsOf = (name: string) => registered.find((each) => each.name === name)?.inputs as Record<string, unknown>;

    it("show policies and previews what is said, host by host, with equal ones together, and no credential", async () => {
        const own = { ...at(3), parameters: { "net.core.somaxconn": 4096 } };
        const web1 = { connection: { ...at(1).connection, privateKey: PRIVATE_KEY, password: "s3cret" } };
        const fleet = new TcpTuningFleet("fleet", {
            parameters,
            hosts: { ...hosts, web1, db1: own },
            rollout: { canaries: 2 },
        });
        await settled(fleet.summary);
        const { tunings, rollout } = inputsOf("fleet") as unknown as {
            tunings: Record<string, unknown>[];
            rollout: object;
        };
        assert.deepEqual(
            tunings.map(({ hosts: named, settings }) => [named, settings]),
            [
                [{ web1: "192.0.2.1", web2: "192.0.2.2" }, { "net.ipv4.tcp_fin_timeout": "30" }],
                [{ db1: "192.0.2.3" }, { "net.core.somaxconn": "4096", "net.ipv4.tcp_fin_timeout": "30" }],
            ],
        );
        assert.deepEqual(rollout, {
            canaries: 2,
            batch: "25%",
            maxFailures: 0,
            pauseSeconds: 0,
            soakSeconds: 0,
            gate: 2,
            parallel: 32,
            connectSeconds: 30,
        });
        assert.ok(!JSON.stringify([tunings, rollout]).includes("s3cret"));
    });

    it("come to the same four resources, however many hosts there are", async () => {
        await settled(new TcpTuningFleet("fleet", { parameters, hosts }).summary);
        const names = registered.map(({ name }) => name).filter((name) => name.startsWith("fleet-"));
        assert.deepEqual(names.sort(), ["fleet-hosts", "fleet-key", "fleet-plan", "fleet-rollout"]);
    });

    it("take only the hosts that are selected", async () => {
        await settled(new TcpTuningFleet("fleet", { parameters, hosts, select: "web*:!web2" }).summary);
        const { tunings } = inputsOf("fleet") as unknown as { tunings: { hosts: object }[] };
        assert.deepEqual(
            tunings.map((tuning) => Object.keys(tuning.hosts)),
            [["web1"]],
        );
    });

    it("ask each host once, of what it is asked another way of logging in or rolling out is no part", async () => {
        const idsOf = async (args: TcpTuningFleetArgs) => {
            registered.length = 0;
            await settled(new TcpTuningFleet("fleet", args).summary);
            const { value } = inputsOf("fleet-rollout")["stdin"] as { readonly value: string };
            const [, ...asked] = value.split("\n");
            return unpackRequest<RolloutRequest>(asked.join("\n")).hosts.map(({ id }) => id);
        };
        const first = await idsOf({ parameters, hosts });
        assert.equal(new Set(first).size, 3);
        const become = { become: true, becomePassword: "s3cret", rollout: { canaries: 3, soakSeconds: 60, gate: 5 } };
        assert.deepEqual(await idsOf({ parameters, hosts, ...become }), first);
        const user = { connection: { ...at(1).connection, user: "deploy", privateKey: PRIVATE_KEY } };
        assert.deepEqual(await idsOf({ parameters, hosts: { ...hosts, web1: user } }), first);
        const [web1, ...others] = await idsOf({ parameters, hosts: { ...hosts, web1: at(9) } });
        assert.deepEqual([web1 === first[0], others], [false, first.slice(1)], "another address");
        const changed = await idsOf({ parameters: { "net.ipv4.tcp_fin_timeout": 20 }, hosts });
        assert.ok(changed.every((id) => !first.includes(id)));
    });
});
