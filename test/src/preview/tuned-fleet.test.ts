import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commentOn } from "../../../src/preview/comment";
import { readPreview } from "../../../src/preview/engine";
import { packMemory } from "../../../src/rollout/memory";
import { fleetReports } from "../../support/fleet";
import { FLEET, fleetWith } from "../../support/policy";
import { ciphertext } from "../../support/state";

type Settings = Readonly<Record<string, string>>;
type Groups = readonly (readonly [hosts: readonly string[], settings: Settings, more?: object])[];

const urn = `urn:pulumi:prod::shop::${FLEET}::fleet`;
const urnOf = (type: string, name: string) => `urn:pulumi:prod::shop::${FLEET}$${type}::${name}`;
const fleetState = (groups: Groups) => ({
    type: FLEET,
    urn,
    inputs: fleetWith(
        groups.map(([hosts, settings, more]) => [hosts, { delivery: "ssh", verify: {}, settings, ...more }]),
    ),
});

/** The fleet's own step. */
function fleetStep(before: Groups, after: Groups): object {
    return { op: "update", urn, oldState: fleetState(before), newState: fleetState(after) };
}

/** The step of the command that restores a host when it is deleted. */
function keeperStep(op: string, host: string, inputs: object = { delete: "x" }, more: object = {}): object {
    const state = { type: "command:remote:Command", parent: urn, inputs, ...more };
    const states =
        op === "create"
            ? { newState: state }
            : op === "delete"
              ? { oldState: state }
              : { oldState: state, newState: state };
    return { op, urn: urnOf("command:remote:Command", `fleet-${host}`), ...states };
}

/** The step of the command that rolls out; `reached` are the hosts that it reached before, and with which settings. */
function rolloutStep(op: string, reached: Readonly<Record<string, Settings | undefined>> = {}): object {
    const hosts = Object.entries(reached).map(([host, settings]) => [
        host,
        { id: "0", report: settings && reportOf(settings) },
    ]);
    const state = { type: "command:local:Command", parent: urn, inputs: {} };
    const stdout = packMemory({ hosts: Object.fromEntries(hosts) });
    return {
        op,
        urn: urnOf("command:local:Command", "fleet-rollout"),
        newState: state,
        ...(op !== "create" && { oldState: { ...state, outputs: { stdout } } }),
    };
}

/** As an agent prints it; the original of every key was 60. */
function reportOf(settings: Settings): string {
    const keys = Object.entries(settings).map(([key, words]) => {
        const [value = "", bound] = words.split(" ").reverse();
        return [key, ["applied", value, "60", ...(bound === undefined ? [] : [null, null, null, `>= ${value}`])]];
    });
    const { counters, listeners, ...same } = fleetReports(1)[0]!;
    return JSON.stringify({ ...same, keys: Object.fromEntries(keys), counters: {} });
}

function told(steps: readonly object[], diagnostics: readonly object[] = []): string {
    const document = { steps, diagnostics, duration: 1, changeSummary: {} };
    return commentOn(readPreview(JSON.stringify(document)), { stack: "shop/prod" });
}

const FIN = "net.ipv4.tcp_fin_timeout";
const [thirty, twenty] = [{ [FIN]: "30" }, { [FIN]: "20" }];

describe("a comment on a preview of a fleet", () => {
    it("tells of each host what changes there, those together to which the same happens", () => {
        const before: Groups = [[["web1", "web2", "db1"], thirty]];
        const after: Groups = [
            [["web1", "web2"], twenty],
            [["db1"], { ...thirty, "net.core.somaxconn": "at least 8192" }],
        ];
        const text = told([
            fleetStep(before, after),
            rolloutStep("update", { web1: thirty, web2: thirty, db1: thirty }),
        ]);
        assert.match(text, /\*\*3 values would change on 3 hosts\.\*\*/);
        assert.match(
            text,
            /^\| `web1`, `web2` \| `net\.ipv4\.tcp_fin_timeout` \| `30` last up \| `20` \| changed by the program</m,
        );
        assert.match(text, /^\| `db1` \| `net\.core\.somaxconn` \| not known \| `at least 8192` \| added</m);
        assert.doesNotMatch(text, /Beside the values/);
    });

    it("says nothing of a host that moves from one tuning of the fleet to another one with the same values", () => {
        const after: Groups = [
            [["web1"], thirty],
            [["web2"], thirty, { accept: { "SOMAX-APP": "agreed" } }],
        ];
        const text = told([fleetStep([[["web1", "web2"], thirty]], after)]);
        assert.match(text, /^Nothing would change on any host\.$/m);
    });

    it("tells of a host that is added, and not of the others", () => {
        const [before, after]: [Groups, Groups] = [[[["web1"], thirty]], [[["web1", "web2"], thirty]]];
        const text = told([
            fleetStep(before, after),
            keeperStep("create", "web2"),
            rolloutStep("update", { web1: thirty }),
        ]);
        assert.match(text, /^\| `web2` \| `net\.ipv4\.tcp_fin_timeout` \| not known \| `30` \| new host</m);
        assert.doesNotMatch(text, /web1|Beside the values/);
    });

    it("gives back what a host had that leaves the fleet, or says that it stays tuned", () => {
        const [before, after]: [Groups, Groups] = [[[["web1", "web2"], thirty]], [[["web1"], thirty]]];
        const rollout = rolloutStep("update", { web1: thirty, web2: thirty });
        const restored = told([fleetStep(before, after), keeperStep("delete", "web2"), rollout]);
        assert.match(restored, /^\| `web2` \| .* \| `30` last up \| `60` \| the host leaves the program: restored</m);
        for (const [inputs, more] of [
            [{}, {}],
            [{ delete: "x" }, { retainOnDelete: true }],
        ] as const) {
            const left = told([fleetStep(before, after), keeperStep("delete", "web2", inputs, more), rollout]);
            assert.match(left, /^- `web2`: leaves the program, and stays tuned/m);
            assert.match(left, /^No value would change\.$/m);
        }
    });

    it("tells of a host that moves to another address that the former one is restored", () => {
        const groups: Groups = [[["web1", "web2"], thirty]];
        const steps = [
            fleetStep(groups, groups),
            keeperStep("delete-replaced", "web1"),
            keeperStep("create-replacement", "web1"),
        ];
        const text = told([...steps, rolloutStep("update", { web1: thirty, web2: thirty })]);
        assert.match(text, /^\| `web1` \| .* \| not known \| `30` \| moved to another host</m);
        assert.match(text, /^- `web1`: its former host gets its original values back$/m);
        assert.doesNotMatch(text, /web2/);
    });

    it("tells the drift of each host", () => {
        const drift = (host: string, now: string) => ({
            urn,
            severity: "info",
            message:
                `${host}: the host is not as this program wants it:\nthe drop-in was changed\n` +
                `  key                       now  wanted  at boot, once applied\n  ${FIN}  ${now}   30\n`,
        });
        const text = told(
            [rolloutStep("update", { web1: thirty, web2: thirty })],
            [drift("web1", "44"), drift("web2", "45")],
        );
        assert.match(text, /^\| `web1` \| .* \| `44` seen \| `30` \| drift</m);
        assert.match(text, /^\| `web2` \| .* \| `45` seen \| `30` \| drift</m);
        assert.match(text, /^- `web1`, `web2`: the drop-in was changed$/m);
    });

    it("tells what the hosts have that a stopped roll-out did not reach, though the state's inputs are newer", () => {
        const groups: Groups = [[["web1", "web2", "web3"], { ...twenty, "net.core.somaxconn": "at least 8192" }]];
        const bound = { "net.core.somaxconn": "at least 8192" };
        const reached = { web1: { ...twenty, ...bound }, web2: { ...thirty, ...bound } };
        const text = told([fleetStep(groups, groups), rolloutStep("update", reached)]);
        assert.match(
            text,
            /^\| `web2` \| `net\.ipv4\.tcp_fin_timeout` \| `30` last up \| `20` \| changed by the program</m,
        );
        assert.match(text, /^\| `web3` \| .* \| not known \| `20` \| no roll-out has reached it yet</m);
        assert.doesNotMatch(text, /web1/);
        const first = told([fleetStep(groups, groups), rolloutStep("create")]);
        assert.match(first, /^\| `web1`, `web2`, `web3` \| .*no roll-out has reached it yet</m);
    });

    it("says of hosts that are asked something else that they are applied again, with the same values", () => {
        const before: Groups = [
            [["web1", "web2"], thirty],
            [["db1"], thirty, { verify: { maxTimeWait: 10 } }],
        ];
        const after: Groups = [
            [["web1"], thirty],
            [["web2"], thirty, { onOverride: "warn" }],
            [["db1"], thirty, { verify: { maxTimeWait: 20 } }],
        ];
        const reached = { web1: thirty, web2: thirty, db1: thirty };
        const text = told([fleetStep(before, after), rolloutStep("update", reached)]);
        assert.match(text, /^- `db1`, `web2`: is applied again, with the same values$/m);
        assert.match(text, /^No value would change\.$/m);
    });

    it("says of a fleet that is rolled out again for what no comment can see that its hosts are asked at most", () => {
        const groups: Groups = [[["web1"], thirty]];
        for (const steps of [[fleetStep(groups, groups)], []]) {
            assert.match(
                told([...steps, rolloutStep("update", { web1: thirty })]),
                /^- `fleet`: is rolled out again: a host that has all it should is left alone$/m,
            );
        }
    });

    it("shows no value of settings that are secret, though a verification printed it", () => {
        const secret: Groups = [[["web1"], ciphertext]];
        const text = told([fleetStep(secret, secret), rolloutStep("update", { web1: { [FIN]: "37" } })]);
        assert.doesNotMatch(text, /37/);
    });

    it("names the hosts of a warning, and of an accepted one with its reason", () => {
        const accept = { "SOMAX-APP": "agreed" };
        const settings = { "net.core.somaxconn": "20000" };
        const text = told(
            [
                fleetStep([], [[["web1", "web2"], settings, { accept }]]),
                keeperStep("create", "web1"),
                keeperStep("create", "web2"),
            ],
            [
                {
                    urn,
                    severity: "warning",
                    message: "warning: web1, web2, web3, web4, web5 and 35 more hosts: LOW x: y",
                },
                { urn, severity: "warning", message: "warning: web9: LOW x: y" },
            ],
        );
        assert.match(text, /^- `web1`, `web2`, `web3`, `web4`, `web5`, `web9` and 35 more: LOW x: y$/m);
        assert.match(text, /new host<br>accepted: `SOMAX-APP`<br>/);
        assert.match(text, /^- `SOMAX-APP`: agreed \(`web1`, `web2`\)$/m);
    });

    it("is made of 1,000 hosts in a moment, and names ten of them", () => {
        const hosts = Array.from({ length: 1000 }, (_, index) => `web${index + 1}`);
        const accept = { "SOMAX-APP": "agreed" };
        const before: Groups = [[hosts, { "net.core.somaxconn": "16384" }, { accept }]];
        const after: Groups = [[hosts, { "net.core.somaxconn": "20000" }, { accept }]];
        const text = told([fleetStep(before, after)]);
        assert.match(text, /\*\*1000 values would change on 1000 hosts\.\*\*/);
        assert.match(text, /`web106` and 990 more \| `net\.core\.somaxconn` \| `16384` last up \| `20000`/);
    });
});
