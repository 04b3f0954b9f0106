import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commentOn } from "../../../src/preview/comment";
import { readPreview } from "../../../src/preview/engine";
import { packMemory } from "../../../src/rollout/memory";
import { completeRollout } from "../../../src/rollout/rollout";
import { fleetReports } from "../../support/fleet";
import { FLEET } from "../../support/policy";
import { ciphertext } from "../../support/state";

type Settings = Readonly<Record<string, string>>;
type Groups = readonly (readonly [hosts: readonly string[], settings: Settings, more?: object])[];

const addressOf = (host: string) => `${host}.example.com`;
const urn = `urn:pulumi:prod::shop::${FLEET}::fleet`;
const urnOf = (type: string, name: string) => `urn:pulumi:prod::shop::${FLEET}$${type}::${name}`;
const fleetState = (groups: Groups, more: object = {}) => ({
    type: FLEET,
    urn,
    inputs: {
        tunings: groups.map(([hosts, settings, own]) => ({
            delivery: "ssh",
            verify: {},
            settings,
            hosts: Object.fromEntries(hosts.map((host) => [host, addressOf(host)])),
            ...own,
        })),
        rollout: completeRollout({}),
        ...more,
    },
});

/** The fleet's own step. */
function fleetStep(before: Groups, after: Groups, more: object = {}): object {
    return { op: "update", urn, oldState: fleetState(before), newState: fleetState(after, more) };
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
        ...(op !== "delete" && { newState: state }),
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
        const text = told([fleetStep(before, after), rolloutStep("update", { web1: thirty })]);
        assert.match(text, /^\| `web2` \| `net\.ipv4\.tcp_fin_timeout` \| not known \| `30` \| new host</m);
        assert.doesNotMatch(text, /web1|Beside the values/);
    });

    it("tells of every host of a fleet that is created that it is new", () => {
        const create = { op: "create", urn, newState: fleetState([[["web1", "web2"], thirty]]) };
        assert.match(
            told([create, rolloutStep("create")]),
            /^\| `web1`, `web2` \| .* \| not known \| `30` \| new host</m,
        );
    });

    const [both, first]: [Groups, Groups] = [[[["web1", "web2"], thirty]], [[["web1"], thirty]]];
    const rollout = rolloutStep("update", { web1: thirty, web2: thirty });
    const restored = /^\| `web2` \| .* \| `30` last up \| `60` \| the host leaves the program: restored</m;

    it("gives back what a host had that leaves the fleet", () => {
        const text = told([fleetStep(both, first), rollout]);
        assert.match(text, restored);
        assert.doesNotMatch(text, /web1/);
        assert.match(told([fleetStep(both, first, { gone: ["web1", "db.example.com"] }), rollout]), restored);
    });

    it("says of a host that leaves the fleet that it stays tuned, where its tuning or the fleet says so", () => {
        const left: Groups = [
            [["web1"], thirty],
            [["web2"], thirty, { restore: "leave" }],
        ];
        for (const step of [
            fleetStep(left, first),
            fleetStep(both, first, { gone: ["web2"] }),
            fleetStep(both, first, { gone: [addressOf("web2")] }),
        ]) {
            const text = told([step, rollout]);
            assert.match(text, /^- `web2`: leaves the program, and stays tuned/m);
            assert.match(text, /^No value would change\.$/m);
        }
    });

    it("gives back what all hosts had of a fleet that is deleted, but for those that are left", () => {
        const groups: Groups = [...first, [["web2"], thirty], [["db1"], thirty, { restore: "leave" }]];
        const gone = rolloutStep("delete", { web1: thirty, web2: thirty, db1: thirty });
        const text = told([{ op: "delete", urn, oldState: fleetState(groups) }, gone]);
        assert.match(
            text,
            /^\| `web1`, `web2` \| .* \| `30` last up \| `60` \| the host leaves the program: restored</m,
        );
        assert.match(text, /^- `db1`: leaves the program, and stays tuned/m);
        const retained = { op: "delete", urn, oldState: { ...fleetState(groups), retainOnDelete: true } };
        assert.match(told([retained, gone]), /^- `db1`, `web1`, `web2`: leaves the program, and stays tuned/m);
        const [oldState, newState] = [fleetState(both), fleetState(both)];
        const replaced = [
            { op: "replace", urn, oldState, newState },
            { op: "delete-replaced", urn, oldState },
        ];
        assert.match(told(replaced), /^Nothing would change on any host\.$/m, "one that is replaced loses no host");
    });

    it("tells of a host that moves to another address what becomes of the former one", () => {
        const at = (address: string) => ({ hosts: { web1: address } });
        const [from, to]: [Groups, Groups] = [
            [[["web1"], thirty, at("192.0.2.1")]],
            [[["web1"], thirty, at("192.0.2.2")]],
        ];
        const left: Groups = [[["web1"], thirty, { ...at("192.0.2.1"), restore: "leave" }]];
        for (const [step, former] of [
            [fleetStep([...from, [["web2"], thirty]], [...to, [["web2"], thirty]]), "gets its original values back"],
            [fleetStep(left, to), "stays tuned: nothing there is taken back"],
            [fleetStep(from, to, { gone: ["192.0.2.1"] }), "stays tuned: nothing there is taken back"],
        ] as const) {
            const text = told([step, rollout]);
            assert.match(text, /^\| `web1` \| .* \| not known \| `30` \| moved to another host</m);
            assert.match(text, new RegExp(`^- \`web1\`: its former host ${former}$`, "m"));
            assert.doesNotMatch(text, /web2/);
        }
    });

    it("takes a renamed host for the same one, under its new name", () => {
        const [hosts, aliases] = [{ web2: addressOf("web1") }, { web2: ["web0", "web1"] }];
        const after: Groups = [[["web2"], twenty, { hosts, aliases }]];
        const reached = rolloutStep("update", { web1: thirty });
        for (const step of [fleetStep(first, after), fleetStep(after, after)]) {
            const text = told([step, reached]);
            assert.match(text, /^\| `web2` \| .* \| `30` last up \| `20` \| changed by the program</m);
            assert.doesNotMatch(text, /web1|Beside the values/);
        }
        const taken: Groups = [...first, [["web2"], thirty, { aliases: { web2: ["web1"] } }]];
        const text = told([fleetStep(first, taken), reached]);
        assert.match(text, /^\| `web2` \| .* \| not known \| `30` \| new host</m);
        assert.doesNotMatch(text, /web1/, "another host has the former name");
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
            [fleetStep([], [[["web1", "web2"], settings, { accept }]])],
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
