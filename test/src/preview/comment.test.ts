import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CommentOptions, commentOn, LONGEST_COMMENT, markerOf, untold } from "../../../src/preview/comment";
import { PreviewError, readPreview, stackOf } from "../../../src/preview/engine";
import { ciphertext } from "../../support/state";

const TUNING = "pulumi-tcp-tuning:index:TcpTuning";
const urnOf = (name: string, type = TUNING) => `urn:pulumi:prod::shop::${type}::${name}`;

type Settings = Readonly<Record<string, string>>;
const stateOf = (name: string, settings: Settings, more: object = {}) => ({
    type: TUNING,
    urn: urnOf(name),
    inputs: { delivery: "ssh", settings, verify: {}, ...more },
});

/** A document as `pulumi preview --json` prints it. */
function documentOf(steps: readonly object[], diagnostics: readonly object[] = []): string {
    return JSON.stringify({ steps, diagnostics, duration: 1, changeSummary: {} }, undefined, 2);
}

function changed(name: string, before: Settings, after: Settings, more: object = {}): object {
    const op = "update";
    return { op, urn: urnOf(name), oldState: stateOf(name, before), newState: stateOf(name, after, more) };
}

function told(text: string, options: Partial<CommentOptions> = {}): string {
    return commentOn(readPreview(text), { stack: "shop/prod", ...options });
}

describe("a comment on a preview", () => {
    const [from, to] = [{ "net.ipv4.tcp_fin_timeout": "30" }, { "net.ipv4.tcp_fin_timeout": "20" }];

    it("begins with the marker by which it is found again, whatever the stack is called", () => {
        assert.equal(told(documentOf([])).split("\n")[0], "<!-- tcp-tuning:shop/prod -->");
        assert.equal(markerOf("a-->b\n<script>"), "<!-- tcp-tuning:a-__b__script_ -->");
        assert.match(told(documentOf([])), /^Nothing would change on any host\.$/m);
    });

    it("takes one document as well as a stream of events, and finds the stack in either", () => {
        const step = changed("web1", from, to) as { op: string; urn: string; oldState: object; newState: object };
        const { op, urn, oldState, newState } = step;
        const events = [
            { sequence: 0, preludeEvent: { config: {} } },
            { sequence: 1, diagnosticEvent: { severity: "debug", message: "privateKey,,,-----BEGIN OPENSSH" } },
            { sequence: 2, resourcePreEvent: { metadata: { op, urn, old: oldState, new: newState } } },
            { sequence: 3, summaryEvent: { result: "succeeded" } },
        ];
        const stream = events.map((event) => JSON.stringify(event)).join("\n");
        assert.equal(told(stream), told(documentOf([step])));
        assert.equal(stackOf(readPreview(stream)), "shop/prod");
        assert.match(told(stream), /^\| `web1` \| `net\.ipv4\.tcp_fin_timeout` \| `30` last up \| `20` \| changed by/m);
        const cutOff = events.slice(0, 3).map((event) => JSON.stringify(event));
        assert.match(told(cutOff.join("\n")), /The preview failed/, "a stream that ends before its end");
        assert.throws(() => readPreview("Previewing update (dev)\n"), PreviewError);
    });

    it("puts hosts together to which the same happens, and names ten of them", () => {
        const steps = Array.from({ length: 12 }, (_, index) => changed(`web${index + 10}`, from, to));
        const text = told(documentOf(steps));
        assert.match(text, /\*\*12 values would change on 12 hosts\.\*\*/);
        assert.match(text, /^\| `web10`, .*, `web19` and 2 more \| `net\.ipv4\.tcp_fin_timeout`/m);
    });

    it("folds a table of more rows than wanted", () => {
        const steps = ["a", "b", "c"].map((name, index) => changed(name, from, { ...from, [`net.x.y${index}`]: "1" }));
        assert.match(
            told(documentOf(steps), { open: 2 }),
            /<details>\n<summary>3 values, 3 rows<\/summary>\n\n\| host/,
        );
        assert.doesNotMatch(told(documentOf(steps), { open: 3 }), /<details>/);
    });

    it("says of a key that nobody looked at that its value is not known, and whether its original is", () => {
        const added = { ...from, "net.core.somaxconn": "at least 8192" };
        assert.match(
            told(documentOf([changed("web1", from, added)])),
            /somaxconn` \| not known \| `at least 8192` \| added/,
        );
        assert.match(
            told(documentOf([changed("web1", added, from)])),
            /` \| `at least 8192` last up \| its original \| dropped/,
        );
    });

    it("gives the reasons of warnings that the program accepts, and mentions nobody in them", () => {
        const accept = { "SOMAX-APP": "agreed with @acme/sre | see <b>#1</b>" };
        const text = told(documentOf([changed("web1", {}, { "net.core.somaxconn": "4096" }, { accept })]));
        assert.match(text, /added<br>accepted: `SOMAX-APP`<br>\*Upper bound/);
        assert.match(text, /^- `SOMAX-APP`: agreed with @&#8203;acme\/sre &#124; see &#60;b&#62;&#35;1/m);
    });

    it("says of settings that are secret that they are, and takes their mark for no key", () => {
        const apply = (op: string) => ({
            op,
            urn: urnOf("web1-apply", `${TUNING}$command:remote:Command`),
            newState: { type: "command:remote:Command", parent: urnOf("web1"), inputs: {} },
        });
        const update = told(documentOf([changed("web1", from, ciphertext), apply("update")]));
        assert.match(
            update,
            /^No value would change, as far as can be told\.\n\n.*\n\n- `web1`: is applied again, with values that are secret$/m,
        );
        const create = { op: "create", urn: urnOf("web1"), newState: stateOf("web1", ciphertext) };
        assert.match(told(documentOf([create, apply("create")])), /^- `web1`: new host, with values that are secret$/m);
    });

    it("keeps what a table cannot hold inside of its cell", () => {
        const text = told(documentOf([changed("web|1 `x`", from, { "net.ipv4.tcp_fin_timeout": "1 | `2`" })]));
        const row = text.split("\n").find((line) => line.startsWith("| ``"))!;
        assert.ok(
            row.startsWith("| `` web\\|1 `x` `` | `net.ipv4.tcp_fin_timeout` | `30` last up | `` 1 \\| `2` `` | "),
            row,
        );
    });

    it("says of a host that stays tuned that nothing is taken back there", () => {
        const parent = urnOf("web1");
        const gone = { op: "delete", urn: parent, oldState: stateOf("web1", from) };
        const apply = (inputs: object) => ({
            op: "delete",
            urn: urnOf("web1-apply", `${TUNING}$command:remote:Command`),
            oldState: { type: "command:remote:Command", parent, inputs },
        });
        assert.match(told(documentOf([gone, apply({})])), /^- `web1`: leaves the program, and stays tuned/m);
        assert.match(
            told(documentOf([gone, apply({ delete: "x" })])),
            /`30` last up \| its original \| the host leaves/,
        );
    });

    it("tells errors of the tunings in full, and names those of other resources only, which may hold anything", () => {
        const bucket = urnOf("data", "aws:s3/bucket:Bucket");
        const text = told(
            documentOf(
                [],
                [
                    { urn: urnOf("web1"), severity: "error", message: "error: CC: ```bbr``` is not there\n" },
                    { urn: bucket, severity: "error", message: "error: AccessDenied for hunter2\n" },
                    { severity: "error", message: "error: preview failed\n" },
                ],
            ),
        );
        assert.match(text, /^````text\nweb1: CC: ```bbr``` is not there\n````$/m);
        assert.match(text, /^- `aws:s3\/bucket:Bucket data`$/m);
        assert.doesNotMatch(text, /hunter2/);
    });

    it("tells violations of the package's own pack in full, and names those of others, whose text goes to the log", () => {
        const policyEvent = (policyPackName: string, policyName: string, message: string) => ({
            policyEvent: {
                resourceUrn: urnOf("web1"),
                policyName,
                policyPackName,
                policyPackVersion: "1.0.0",
                enforcementLevel: "mandatory",
                message,
            },
        });
        const events = [
            policyEvent("pulumi-tcp-tuning", "tcp-tuning-verified", "verify: received false"),
            policyEvent("acme", "no-passwords", "the password is hunter2"),
            {
                diagnosticEvent: {
                    urn: urnOf("db", "aws:rds:Instance"),
                    severity: "error",
                    message: "error: no hunter3",
                },
            },
        ];
        const stream = events.map((event) => JSON.stringify(event)).join("\n");
        assert.match(told(stream), /^- mandatory `tcp-tuning-verified` on `web1`: verify: received false$/m);
        assert.match(told(stream), /^- mandatory `no-passwords` of `acme` on `web1`: the job's log has the text$/m);
        assert.doesNotMatch(told(stream), /hunter/);
        assert.deepEqual(untold(readPreview(stream)), [
            "error of aws:rds:Instance db: no hunter3",
            "mandatory no-passwords of acme on web1: the password is hunter2",
        ]);
    });

    it("takes nothing for a preview that is none, or that says nothing", () => {
        const events = [
            { resourcePreEvent: { metadata: { op: "create", urn: 5 } } },
            { resourcePreEvent: { metadata: { op: "create", urn: urnOf("web1"), new: "x" } } },
            { diagnosticEvent: { severity: "error", message: null } },
            { diagnosticEvent: { severity: "error", message: "x", urn: {} } },
            { policyEvent: { policyName: "x" } },
            { resourcePreEvent: { metadata: { op: "same", urn: urnOf("web1"), old: { parent: 5 } } } },
        ];
        const texts = [
            '{"steps":5,"duration":1}',
            '{"steps":[null],"duration":1}',
            "{}",
            '{"diagnostics":[]}',
            '{"steps":[]}',
            '{"steps":[{"op":"same"}]}',
            '{"a":1}\n{"b":2}',
        ];
        for (const text of [...texts, ...events.map((event) => JSON.stringify(event))]) {
            assert.throws(() => readPreview(text), PreviewError, text);
        }
        const warned = '{"diagnostics":[{"severity":"warning","message":"warning: x"}]}';
        assert.match(told(warned), /The preview failed/, "a document without its end");
        assert.doesNotMatch(told(warned), /[Nn]othing would change/);
    });

    it("holds no more than GitHub takes, says what was cut, and leaves nothing open", () => {
        const name = (index: number) => `web-${index}-${"x".repeat(40)}`;
        const steps = Array.from({ length: 2000 }, (_, index) =>
            changed(name(index), from, { "net.ipv4.tcp_fin_timeout": String(10 + index) }),
        );
        const errors = Array.from({ length: 3000 }, (_, index) => ({
            urn: urnOf(name(index)),
            severity: "error",
            message: `error: KEY-MISSING: number ${index}`,
        }));
        for (const [all, problems] of [
            [steps, errors],
            [steps, []],
            [[], errors],
        ] as const) {
            const text = told(documentOf(all, problems));
            assert.ok(text.length <= LONGEST_COMMENT && text.length > LONGEST_COMMENT * 0.35, `${text.length}`);
            assert.match(text, /^… \d+ (?:rows with \d+ values|lines) cut: /m);
            assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
            assert.equal((text.match(/^```/gm)?.length ?? 0) % 2, 0);
        }
    });
});
