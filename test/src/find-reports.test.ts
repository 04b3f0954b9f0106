import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findReports } from "../../src/find-reports";
import { packMemory } from "../../src/rollout/memory";
import { fleetReports } from "../support/fleet";
import { ciphertext, fleetStateOf, shownSecret, stateOf } from "../support/state";

const [report, other] = fleetReports(2) as [ReturnType<typeof fleetReports>[0], ReturnType<typeof fleetReports>[0]];
const printed = JSON.stringify({
    schema: 1,
    verb: "verify",
    name: "shop-prod-web",
    generation: 3,
    host: "web1",
    kernel: "6.1.0",
    boot: "b",
    verifiedAt: "2026-11-26T03:00:00Z",
    namespace: "first",
    orphans: 2,
    keys: { "net.ipv4.tcp_sack": ["unchanged", "1", "1"] },
    timeWait: { start: 9, highest: 9, count: 1, waitedSeconds: 0, overflowed: 0 },
    counters: {
        TCPTimeWaitOverflow: [0, 7],
        ListenOverflows: [null, 1],
        ListenDrops: [2, 2],
        RetransSegs: [3, 5],
        OutSegs: [400, 9000],
    },
    ok: true,
    problems: [],
});
/** As the engine writes outputs: keys in their order, and nothing that is undefined. */
const sorted = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
              Object.entries(value)
                  .filter(([, part]) => part !== undefined)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([key, part]) => [key, sorted(part)]),
          );
const hostsOf = (document: unknown) => findReports(document).reports.map(({ host }) => host);

describe("reports", () => {
    it("are found wherever they stand, each once", () => {
        const outputs = { report, deep: { web: [{ b: { other } }], again: report }, summary: "…", n: 1, nothing: null };
        assert.deepEqual(hostsOf(outputs), [report.host, other.host]);
    });

    it("of one tuning on one host are one: the one verified last, whatever their order and generation", () => {
        const later = { ...report, verifiedAt: "2026-11-26T00:00:00Z", generation: 1, ok: false };
        for (const both of [
            [report, later],
            [later, report],
        ]) {
            assert.deepEqual(findReports(both).reports, [later]);
        }
    });

    it("of one tuning on one host, verified in one second, are one: of the newest generation, and of those the last", () => {
        const failed = { ...report, ok: false, problems: ["x"] };
        const old = { ...report, generation: report.generation - 1 };
        const { reports, replaced } = findReports([report, failed, old, { ...report, boot: "another machine's" }]);
        assert.deepEqual([reports.map(({ ok }) => ok), replaced], [[false, true], [report.name]]);
    });

    it("are found as agents print them, and in a state as the text of a command", () => {
        const state = {
            deployment: { resources: [{ outputs: { stdout: `${printed}\n` } }, { outputs: { stdout: "ok" } }] },
        };
        assert.deepEqual(hostsOf(state), ["web1"]);
        assert.equal(findReports(JSON.parse(printed)).reports[0]?.keys["net.ipv4.tcp_sack"]?.status, "unchanged");
    });

    it("that are secret are told by their place, also those that are encrypted", () => {
        const { secrets } = findReports({ web: { report: "[secret]" }, db: { report: ciphertext } });
        assert.deepEqual(secrets, ["web.report", "db.report"]);
    });

    it("that are secret in a state are told, and connections and passwords beside them are not", () => {
        const { secrets, unknown } = findReports(stateOf([{ name: "web1", stdout: ciphertext }]));
        assert.deepEqual(secrets, ["web1-verify.outputs.stdout"]);
        assert.deepEqual(unknown, [{ name: "web1", why: "its report was left out" }]);
    });

    it("are read where --show-secrets shows them", () => {
        assert.deepEqual(hostsOf(stateOf([{ name: "web", stdout: shownSecret(`${printed}\n`) }])), ["web1"]);
        assert.deepEqual(hostsOf({ report: shownSecret(report) }), [report.host]);
    });

    it("are read as JSON text, in any order of its fields and in quotes, and behind what a login prints", () => {
        const { schema, ...rest } = report;
        for (const text of [JSON.stringify({ ...rest, schema }, null, 2), JSON.stringify(JSON.stringify(report))]) {
            assert.deepEqual(hostsOf({ web: text }), [report.host]);
        }
        assert.deepEqual(hostsOf({ stdout: `Welcome!\n${printed}\n` }), ["web1"]);
    });

    it("that are cut off are told by their place", () => {
        assert.match(findReports({ web: printed.slice(0, 300) }).unreadable.join(), /^web: a report that is cut off/);
    });

    it("that an instance could not apply its tuning are told", () => {
        const failure = { schema: 1, verb: "apply", name: "shop-prod-web", ok: false, problems: ["no such key"] };
        assert.deepEqual(findReports({ report: JSON.stringify(failure) }).unreadable, [
            'report: the tuning "shop-prod-web" was not applied: no such key',
        ]);
    });

    it("that a state does not have are told by the tuning's name, and why", () => {
        const known = { name: "web", stdout: printed };
        const { reports, unknown, unreadable } = findReports(
            stateOf([
                known,
                { name: "web2" },
                { name: "quiet", inputs: { verify: false } },
                { name: "fleet", inputs: { delivery: "user-data" } },
                { name: "gone", delete: true },
            ]),
        );
        assert.deepEqual([reports.length, unreadable], [1, []]);
        assert.deepEqual(
            unknown.map(({ name, why }) => [name, why.split(/[,:]/)[0]]),
            [
                ["web2", "no verification has succeeded yet"],
                ["quiet", "not verified"],
                ["fleet", "not verified over SSH"],
            ],
        );
        assert.match(unknown[0]?.why ?? "", /no verification has succeeded yet/);
        assert.match(unknown[1]?.why ?? "", /verify: false/);
    });

    const packed = (hosts: Readonly<Record<string, string | undefined>>) =>
        packMemory({
            hosts: Object.fromEntries(Object.entries(hosts).map(([host, text]) => [host, { id: "0", report: text }])),
        });
    const printedBy = (host: string) =>
        printed.replace('"shop-prod-web"', `"shop-prod-${host}"`).replace('"web1"', `"${host}"`);

    it("of a fleet are found in its state, where they are packed", () => {
        const stdout = packed({ web1: printedBy("web1"), web2: printedBy("web2") });
        const state = fleetStateOf({ tunings: [{ hosts: ["web1"] }, { hosts: ["web2"] }], stdout });
        const { reports, unknown, unreadable, secrets } = findReports(state);
        assert.deepEqual(
            reports.map(({ name, host }) => [name, host]),
            [
                ["shop-prod-web1", "web1"],
                ["shop-prod-web2", "web2"],
            ],
        );
        assert.deepEqual([unknown, unreadable, secrets], [[], [], []]);
        assert.deepEqual(hostsOf(fleetStateOf({ tunings: [{ hosts: ["web1"] }], stdout: shownSecret(stdout) })), [
            "web1",
            "web2",
        ]);
    });

    it("that the state of a fleet does not have are told by the host's name, and why", () => {
        const tunings = [{ hosts: ["web1", "web2", "web3"] }, { hosts: ["quiet"], verify: false }] as const;
        const stdout = packed({ web1: printedBy("web1"), web3: printedBy("web3").slice(0, 200), quiet: undefined });
        const { reports, unknown, unreadable } = findReports(fleetStateOf({ tunings, stdout }));
        assert.deepEqual(
            reports.map(({ host }) => host),
            ["web1"],
        );
        assert.match(unreadable.join(), /^fleet-rollout\.outputs\.stdout\.web3: a report that is cut off/);
        assert.deepEqual(
            unknown.map(({ name, why }) => [name, why.split(",")[0]]),
            [
                ["web2", "no verification has succeeded yet"],
                ["web3", "its report was left out"],
                ["quiet", "not verified"],
            ],
        );
        assert.deepEqual(
            findReports(fleetStateOf({ tunings })).unknown.map(({ name }) => name),
            ["web1", "web2", "web3", "quiet"],
            "no roll-out has succeeded yet",
        );
        assert.deepEqual(findReports(fleetStateOf({ tunings, delete: true })).unknown, []);
    });

    const planOf = (token: string, previous?: string) => JSON.stringify({ schema: 1, verb: "plan", token, previous });
    const rolledOut = (token: string, ...hosts: readonly string[]) =>
        packMemory({
            token,
            hosts: Object.fromEntries(hosts.map((host) => [host, { id: "0", report: printedBy(host) }])),
        });
    const exporting = (state: unknown, reports: unknown) => [
        state,
        { urn: "urn:pulumi:prod::shop::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack", outputs: { reports } },
    ];
    const failedWhy = "the last roll-out of fleet failed or was interrupted, and nothing is known since; run pulumi up";

    it("of a fleet are those of its last roll-out, when its plan was rolled out", () => {
        const [plan, stdout] = [planOf("b", "a"), rolledOut("b", "web1")];
        for (const shown of [(text: string): unknown => text, shownSecret]) {
            const state = fleetStateOf({ tunings: [{ hosts: ["web1"] }], plan: shown(plan), stdout: shown(stdout) });
            const { reports, unknown, unreadable, secrets } = findReports(state);
            assert.deepEqual([reports.length, unknown, unreadable, secrets], [1, [], [], []]);
        }
    });

    it("from before a roll-out that failed are not shown, and each host of the fleet is told as unknown", () => {
        const tunings = [{ hosts: ["web1", "web2"] }, { hosts: ["quiet"], verify: false }] as const;
        const former = rolledOut("a", "web1", "web2", "removed");
        for (const shown of [(text: string): unknown => text, shownSecret]) {
            const state = fleetStateOf({ tunings, plan: shown(planOf("b", "a")), stdout: shown(former) });
            const { reports, unknown, unreadable, secrets } = findReports(state);
            assert.deepEqual([reports, unreadable, secrets], [[], [], []]);
            assert.deepEqual(
                unknown,
                ["web1", "web2", "quiet"].map((name) => ({ name, why: failedWhy })),
            );
        }
    });

    it("from a version without plans do not hold either once a planned roll-out failed", () => {
        const stdout = packed({ web1: printedBy("web1") });
        const { reports, unknown } = findReports(
            fleetStateOf({ tunings: [{ hosts: ["web1"] }], plan: planOf("a"), stdout }),
        );
        assert.deepEqual([reports, unknown], [[], [{ name: "web1", why: failedWhy }]]);
    });

    it("of a fleet whose first roll-out failed do not exist, and the reason says so", () => {
        const { unknown, unreadable } = findReports(
            fleetStateOf({ tunings: [{ hosts: ["web1"] }], plan: planOf("a") }),
        );
        assert.deepEqual([unknown, unreadable], [[{ name: "web1", why: failedWhy }], []]);
    });

    it("from before a roll-out that failed are not shown from the stack's outputs either", () => {
        const state = fleetStateOf({
            tunings: [{ hosts: ["web1"] }],
            plan: planOf("b", "a"),
            stdout: rolledOut("a", "web1"),
        });
        const web1 = JSON.parse(printedBy("web1"));
        for (const document of [exporting(state, { web1 }), { state, outputs: { reports: { web1 } } }]) {
            const { reports, unknown } = findReports(document);
            assert.deepEqual([reports, unknown.map(({ name }) => name)], [[], ["web1"]]);
        }
    });

    it("from elsewhere that are newer than those from before a roll-out that failed make their host known", () => {
        const state = fleetStateOf({
            tunings: [{ hosts: ["web1"] }],
            plan: planOf("b", "a"),
            stdout: rolledOut("a", "web1"),
        });
        const newer = { ...JSON.parse(printedBy("web1")), verifiedAt: "2026-11-26T04:00:00Z" };
        const { reports, unknown } = findReports([state, newer]);
        assert.deepEqual([reports.map(({ verifiedAt }) => verifiedAt), unknown], [[newer.verifiedAt], []]);
    });

    it("of a tuning beside a fleet whose roll-out failed are shown", () => {
        const fleet = fleetStateOf({ tunings: [{ hosts: ["db"] }], plan: planOf("a") });
        const { reports, unknown } = findReports([fleet, stateOf([{ name: "web", stdout: printed }])]);
        assert.deepEqual(
            [reports.map(({ name }) => name), unknown.map(({ name }) => name)],
            [["shop-prod-web"], ["db"]],
        );
    });

    it("of a roll-out that are secret are left out, not taken for those of one that failed", () => {
        const state = fleetStateOf({ tunings: [{ hosts: ["web1"] }], plan: planOf("a"), stdout: ciphertext });
        assert.deepEqual(findReports(state).unknown, [{ name: "web1", why: "its report was left out" }]);
    });

    it("that a stack exports as well, with their keys sorted as the engine does, are the same and replace nothing", () => {
        const state = fleetStateOf({
            tunings: [{ hosts: ["web1"] }],
            plan: planOf("a"),
            stdout: rolledOut("a", "web1"),
        });
        const [exported] = findReports(state).reports;
        const { reports, replaced } = findReports(exporting(state, { web1: sorted(exported) }));
        assert.deepEqual([reports.length, replaced], [1, []]);
        const other = findReports(exporting(state, { web1: sorted({ ...exported, orphans: 3 }) }));
        assert.deepEqual(other.replaced, ["shop-prod-web1"]);
    });

    it("of a fleet that are secret, or cannot be unpacked, are told by their place", () => {
        const tunings = [{ hosts: ["web1"] }];
        const unknown = [{ name: "web1", why: "its report was left out" }];
        const secret = findReports(fleetStateOf({ tunings, stdout: ciphertext }));
        assert.deepEqual([secret.secrets, secret.unknown], [["fleet-rollout.outputs.stdout"], unknown]);
        const key = findReports(fleetStateOf({ tunings, plan: planOf("a"), stdout: rolledOut("a", "web1") }));
        assert.deepEqual([key.secrets, key.unknown], [[], []], "what no report is in is not told");
        const cut = findReports(fleetStateOf({ tunings, stdout: packed({ web1: printed }).slice(0, -20) }));
        assert.match(
            cut.unreadable.join(),
            /^fleet-rollout\.outputs\.stdout: the reports of a roll-out that were cut off/,
        );
        assert.deepEqual(cut.unknown, unknown);
    });

    it("from elsewhere make a host of a fleet known", () => {
        const state = fleetStateOf({ tunings: [{ hosts: ["web1"] }] });
        assert.deepEqual(findReports([state, { reports: { web1: JSON.parse(printedBy("web1")) } }]).unknown, []);
    });

    it("from elsewhere make a tuning of the state known", () => {
        assert.deepEqual(findReports([stateOf([{ name: "web" }]), JSON.parse(printed)]).unknown, []);
    });

    it("are not what other documents hold", () => {
        const { unreadable, secrets } = findReports([
            { verb: "observe", schema: 1, keys: {} },
            { verb: "verify", role: "admin" },
            { keys: [] },
        ]);
        assert.deepEqual([unreadable, secrets], [[], []]);
    });

    const { keys: _, ...keyless } = report;
    const { schema: __, ...schemaless } = report;
    const { verb: ___, ...verbless } = report;
    const others: readonly [string, unknown, RegExp][] = [
        ["a newer schema", { ...report, schema: 2 }, /^web\.0: a report of schema 2, .*; a newer tcp-tuning made it/],
        [
            "an older schema",
            { ...report, schema: 0 },
            /^web\.0: a report of schema 0, .*; run pulumi up with this version/,
        ],
        ["no schema", schemaless, /^web\.0: a report without schema/],
        ["no verb", verbless, /^web\.0: a report without verb, which has to be "verify"/],
        ["a part missing", keyless, /^web\.0: a report of another shape: keys is missing/],
        [
            "an unknown status",
            { ...report, keys: { "net.ipv4.tcp_sack": { status: "fine", wanted: "1" } } },
            /keys\.net\.ipv4\.tcp_sack\.status is none of applied, /,
        ],
        [
            "a number as text",
            { ...report, timeWait: { ...report.timeWait, count: "<b>" } },
            /timeWait\.count is no number/,
        ],
        [
            "a time of another form",
            { ...report, verifiedAt: "2026-11-26 03:00" },
            /verifiedAt is no time$|verifiedAt is no time;/,
        ],
        ["rows that are none", { ...JSON.parse(printed), counters: 7 }, /another shape/],
        [
            "a list for the listeners",
            { ...report, listeners: { total: 1, listed: [null] } },
            /listeners\.listed\.0 is no object/,
        ],
    ];
    for (const [what, document, reason] of others) {
        it(`with ${what} are told by their place, not shown`, () => {
            const { reports, unreadable } = findReports({ web: [document] });
            assert.equal(reports.length, 0);
            assert.match(unreadable.join("\n"), reason);
        });
    }

    it("are not looked for without end", () => {
        let deep: unknown = report;
        for (let level = 0; level < 100_000; level++) {
            deep = [deep];
        }
        assert.deepEqual(hostsOf(deep), []);
    });
});
