import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, type TcpTuningArgs, TcpVerification } from "../../components";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { ENCRYPTED_KEY, PRIVATE_KEY } from "../support/private-key";
import { failureOf, withStack } from "../support/stack";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";
const connection = { host: "192.0.2.10", hostKey: HOST_KEY };

describe("the arguments of a tuning", () => {
    let registered: Registered[];

    beforeEach(async () => void (registered = await mockEngine()));
    afterEach(() => pulumi.runtime.disconnect());

    /** What the constructor says about bad arguments; nothing may have been registered. */
    function refusal(args: unknown, create = (given: TcpTuningArgs): unknown => new TcpTuning("web", given)): string {
        try {
            create(args as TcpTuningArgs);
        } catch (error) {
            assert.ok(pulumi.InputPropertiesError.isInstance(error), String(error));
            assert.deepEqual(registered, []);
            return error.message;
        }
        throw new assert.AssertionError({ message: "the arguments were accepted" });
    }

    const cases: readonly [string, unknown, RegExp][] = [
        [
            "a slip in an argument's name",
            { profile: "base", connection, onOveride: "warn" },
            /error onOveride: there is no such argument here; did you mean onOverride\?$/,
        ],
        [
            "an argument as Ansible writes it",
            { profile: "base", connection, become_password: "t0p" },
            /error become_password: there is no such argument here; did you mean becomePassword\?$/,
        ],
        [
            "an argument of another component",
            { profile: "base", connection, soakSeconds: 30 },
            /error soakSeconds: there is no such argument here; write one of profile, /,
        ],
        ["no arguments", undefined, /error args: received nothing for all arguments; write \{ profile: /],
        [
            "an unknown key",
            { connection, parameters: { "net.ipv4.tcp_fin_timeuot": 30 } },
            /KEY-UNKNOWN net\.ipv4\.tcp_fin_timeuot = "30": .*Did you mean net\.ipv4\.tcp_fin_timeout\?/,
        ],
        [
            "a removed key",
            { connection, parameters: { "net.ipv4.tcp_tw_recycle": 1 } },
            /KEY-REMOVED net\.ipv4\.tcp_tw_recycle/,
        ],
        [
            "a value out of range",
            { connection, parameters: { "net.ipv4.tcp_syn_retries": 300 } },
            /VAL-RANGE net\.ipv4\.tcp_syn_retries = "300"/,
        ],
        [
            "two values for a triple",
            { connection, parameters: { "net.ipv4.tcp_rmem": "4096 131072" } },
            /VAL-ARITY net\.ipv4\.tcp_rmem = "4096 131072"/,
        ],
        [
            "a shell command in a value",
            { connection, parameters: { "net.ipv4.tcp_fin_timeout": "1; reboot" } },
            /VAL-FORMAT net\.ipv4\.tcp_fin_timeout = "1; reboot"/,
        ],
        [
            "a newline in a value",
            { connection, unlisted: { "net.ipv4.x": "1\nkernel.panic = 1" } },
            /VAL-FORMAT net\.ipv4\.x = "1\\nkernel\.panic = 1"/,
        ],
        [
            "an undefined value",
            { connection, parameters: { "net.ipv4.tcp_fin_timeout": undefined } },
            /VAL-MISSING net\.ipv4\.tcp_fin_timeout/,
        ],
        [
            "an unknown profile",
            { connection, profile: "turbo" },
            /PROFILE-UNKNOWN: .*"turbo".*base, high-traffic, full, modern/,
        ],
        [
            "an error that is accepted",
            { connection, profile: "base", accept: { "KEY-REMOVED": "please" } },
            /ACCEPT-ERROR/,
        ],
        ["nothing to tune", { connection }, /SET-EMPTY/],
        [
            "no connection and no delivery",
            { profile: "base" },
            /connection: received none, so no host would be tuned.*delivery: "user-data"/,
        ],
        ["a connection beside user data", { profile: "base", connection, delivery: "user-data" }, /connects nowhere/],
        [
            "an unknown delivery",
            { profile: "base", connection, delivery: "ftp" },
            /received "ftp"; write "ssh" or "user-data"/,
        ],
        [
            "a host whose key nothing tells",
            { profile: "base", connection: { host: "192.0.2.10" } },
            /anyone could answer in its place; give knownHosts/,
        ],
        [
            "a bastion whose key nothing tells",
            { profile: "base", connection: { ...connection, proxy: { host: "192.0.2.1" } } },
            /which key the host 192\.0\.2\.1 must have, so anyone could answer in its place/,
        ],
        [
            "a limit that can never fail",
            { profile: "high-traffic", connection, verify: { maxTimeWait: 5000 } },
            /VERIFY-VACUOUS/,
        ],
        [
            "a negative limit",
            { profile: "base", connection, verify: { maxTimeWait: -1 } },
            /verify\.maxTimeWait: received -1/,
        ],
        [
            "a settling time of years",
            { profile: "base", connection, verify: { settleSeconds: 1e9 } },
            /verify\.settleSeconds: received 1000000000; write a whole number, 0 to 3600\.$/,
        ],
        [
            "a limit that does not exist",
            { profile: "base", connection, verify: { maxTimewait: 4 } },
            /verify\.maxTimewait: received 4, and there is no such argument; did you mean maxTimeWait\?$/,
        ],
        [
            "a limit like no other",
            { profile: "base", connection, verify: { sockets: 4 } },
            /verify\.sockets: received 4, .*; write one of maxTimeWait, settleSeconds, states\.$/,
        ],
        [
            "states that are neither on nor off",
            { profile: "base", connection, verify: { states: "no" } },
            /verify\.states: received "no"; write true or false/,
        ],
        [
            "a verification that is a word",
            { profile: "base", connection, verify: "no" },
            /verify: received "no"; write \{ maxTimeWait: 4000, .* or false\.$/,
        ],
        [
            "an empty host",
            { profile: "base", connection: { host: "", hostKey: HOST_KEY } },
            /connection\.host: received ""; write the host's name or address\.$/,
        ],
        [
            "a blank bastion",
            { profile: "base", connection: { ...connection, proxy: { host: " " } } },
            /connection\.proxy\.host: received " "; write/,
        ],
        [
            "a host with its port, whose key is not looked up",
            { profile: "base", connection: { host: "192.0.2.10:22" }, knownHosts: "/nonexistent" },
            /1 error, .*\n  error connection\.host: received "192\.0\.2\.10:22"; write .* host: "192\.0\.2\.10", .* port: 22\.$/,
        ],
        [
            "a bastion with its user",
            { profile: "base", connection: { ...connection, proxy: { host: "root@192.0.2.1" } } },
            /connection\.proxy\.host: received "root@192\.0\.2\.1"; write .* user: "root"\.$/,
        ],
        [
            "a path in place of a private key",
            { profile: "base", connection: { ...connection, privateKey: "~/.ssh/deploy" } },
            /connection\.privateKey: received what looks like a path; read the file: readFileSync\(/,
        ],
        [
            "a private key that is not text",
            { profile: "base", connection: { ...connection, privateKey: Buffer.from(PRIVATE_KEY) } },
            /connection\.privateKey: received a Buffer; give the key as text/,
        ],
        [
            "a bastion's private key that is none",
            { profile: "base", connection: { ...connection, proxy: { host: "192.0.2.1", privateKey: "hunter2" } } },
            /connection\.proxy\.privateKey: received no private key; give the text of its file/,
        ],
        [
            "an encrypted private key without its passphrase",
            { profile: "base", connection: { ...connection, privateKey: ENCRYPTED_KEY } },
            /connection\.privateKeyPassword: received none, .* encrypted; give its passphrase, or .*: ssh-add FILE\.$/,
        ],
        [
            "a bastion's private key with another's passphrase",
            {
                profile: "base",
                connection: {
                    ...connection,
                    proxy: { ...connection, privateKey: ENCRYPTED_KEY, privateKeyPassword: "hunter2" },
                },
            },
            /connection\.proxy\.privateKeyPassword: received one that does not open the private key; give the passphrase/,
        ],
        [
            "a passphrase for an open private key",
            { profile: "base", connection: { ...connection, privateKey: PRIVATE_KEY, privateKeyPassword: "hunter2" } },
            /connection\.privateKeyPassword: received one, and the private key is not encrypted, .*; leave it out\.$/,
        ],
        [
            "a connection that is a word, which may be a secret",
            { profile: "base", connection: "hunter2" },
            /connection: received a string; write an object, such as/,
        ],
        [
            "known hosts that are no files",
            { profile: "base", connection: { host: "192.0.2.10" }, knownHosts: { a: 1 } },
            /1 error.*\n  error knownHosts: received \{"a":1\}; write a file/,
        ],
        [
            "accepted rules as a list",
            { profile: "base", connection, accept: ["SOMAX-APP"] },
            /accept: received \["SOMAX-APP"\]; write an object, such as \{ "SOMAX-APP": "nginx/,
        ],
        [
            "parameters as a word",
            { connection, parameters: "net.x" },
            /1 error.*\n  error parameters: received "net\.x"; write an object, such as \{ "net\.core\.somaxconn": 16384 \}\.$/,
        ],
        [
            "accepted rules that come late",
            { profile: "base", connection, accept: pulumi.output({}) },
            /accept: received an Output, which is known too late; write an object/,
        ],
        [
            "a password for sudo that nobody asks for",
            { profile: "base", connection, becomePassword: "hunter2" },
            /becomePassword: received one without become: true, so nobody would ask for it; write that, or leave it out\.$/,
        ],
        [
            "an empty password for sudo",
            { profile: "base", connection, become: true, becomePassword: "" },
            /becomePassword: received an empty text; leave it out where sudo needs no password\.$/,
        ],
        [
            "a password for sudo with the line end of its file",
            { profile: "base", connection, become: true, becomePassword: "hunter2\n" },
            /becomePassword: received a text with a line break, .* \.trimEnd\(\) where it comes from a file\.$/,
        ],
        [
            "a password for sudo that is a number",
            { profile: "base", connection, become: true, becomePassword: 12345 },
            /becomePassword: received a number; give the password as text\.$/,
        ],
        [
            "a settling time that is no number",
            { profile: "base", connection, verify: { settleSeconds: "90s" } },
            /verify\.settleSeconds: received "90s"/,
        ],
    ];
    for (const [what, args, reason] of cases) {
        it(`refuses ${what}`, () => {
            assert.match(refusal(args), reason);
            assert.doesNotMatch(refusal(args), /hunter2|12345/);
        });
    }

    it("are true or false where they are one of both, without quotes", () => {
        const yes = { observe: "yes", become: "yes", insecureIgnoreHostKey: "yes" };
        assert.deepEqual(
            refusal({ profile: "base", connection, ...yes })
                .split("\n")
                .slice(1),
            Object.keys(yes).map((name) => `  error ${name}: received "yes"; write true or false, without quotes.`),
        );
    });

    it("that are wrong hide nothing that is wrong with the others", () => {
        const message = refusal({
            profile: "turbo",
            parameters: ["net.x"],
            optional: ["net.ipv4.tcp_sack"],
            accept: ["X"],
            unlisted: { "a b": 1 },
            restore: "leaf",
            verify: { settleSeconds: -1 },
            confirmWithinSeconds: 1,
            connection: {},
        });
        assert.deepEqual(message.match(/(?<=error )[\w.-]+/g), [
            "restore",
            "parameters",
            "accept",
            "confirmWithinSeconds",
            "connection.host",
            "verify.settleSeconds",
            "PROFILE-UNKNOWN",
            "KEY-FORMAT",
        ]);
    });

    it("end in one full stop, also where the host's key is not known", () => {
        const text = refusal({ profile: "base", connection: { host: "192.0.2.10" }, knownHosts: "/nonexistent" });
        assert.match(text, /may be an attacker's\.$/);
    });

    it("are all judged together, and each finding names its property", () => {
        try {
            new TcpTuning("web", { parameters: { "net.ipv4.tcp_syn_retries": 300, "net.ipv4.tcp_sack": 7 } });
            assert.fail("accepted");
        } catch (error) {
            assert.ok(pulumi.InputPropertiesError.isInstance(error));
            assert.deepEqual(error.errors.map(({ propertyPath }) => propertyPath).sort(), [
                "connection",
                'parameters["net.ipv4.tcp_sack"]',
                'parameters["net.ipv4.tcp_syn_retries"]',
            ]);
            assert.match(error.message, /^TcpTuning "web": 3 errors, and its host was not touched\.\n/);
        }
    });

    it("refuses a name that could leave its folder on the host, rather than use it", () => {
        const { applied } = new TcpTuning("../../etc/cron.d/x", { profile: "base", connection });
        assert.equal(applied?.name, "shop-prod-..-..-etc-cron.d-x");
    });

    it("say error or warn about another file that wins at the next boot", () => {
        const onOverride = "ignore" as "warn";
        assert.match(
            refusal({ profile: "base", connection, onOverride }),
            /onOverride: received "ignore"; write "error" or "warn"/,
        );
    });

    it("say a sensible time for a confirmation, and only where somebody can confirm", () => {
        assert.match(
            refusal({ profile: "base", connection, confirmWithinSeconds: 2.5 }),
            /confirmWithinSeconds: received 2\.5; write a whole number of seconds, 5 to 3600/,
        );
        assert.match(
            refusal({ profile: "base", delivery: "user-data", confirmWithinSeconds: 60 }),
            /confirmWithinSeconds: received one beside delivery: "user-data", where nobody connects/,
        );
    });

    it("say originals or leave about what destroy does to the host", () => {
        const restore = "nothing" as "leave";
        assert.match(
            refusal({ profile: "base", connection, restore }),
            /restore: received "nothing"; write "originals" or "leave"/,
        );
    });

    it("need a host to connect to", () => {
        assert.match(
            refusal({ profile: "base", connection: { user: "root" }, knownHosts: "~/.ssh/known_hosts" }),
            /connection\.host: received none/,
        );
    });

    it("may come late: a bad Output fails the preview as soon as it is known", async () => {
        const program = async () => {
            const late = pulumi.output(Promise.resolve(300));
            new TcpTuning("web", { connection, parameters: { "net.ipv4.tcp_syn_retries": late } });
        };
        await withStack({ program }, async (stack) => {
            const { text } = await failureOf(stack.preview());
            assert.match(text, /VAL-RANGE net\.ipv4\.tcp_syn_retries = "300"/);
        });
    });

    const lateConnections: readonly [what: string, late: TcpTuningArgs["connection"], reason: RegExp][] = [
        [
            "a secret that is no private key",
            { ...connection, privateKey: pulumi.secret("hunter2") },
            /The connection: 1 error, and nobody can log in by it\.\s+error connection\.privateKey: received no private key; /,
        ],
        [
            "a bastion's",
            { ...connection, proxy: { ...connection, privateKey: pulumi.secret("./hunter2") } },
            /error connection\.proxy\.privateKey: received what looks like a path; read the file/,
        ],
        [
            "a secret passphrase that is another key's",
            { ...connection, privateKey: ENCRYPTED_KEY, privateKeyPassword: pulumi.secret("hunter2") },
            /error connection\.privateKeyPassword: received one that does not open the private key/,
        ],
        [
            "a whole connection with such a key and host",
            pulumi.secret({ ...connection, host: "root@192.0.2.10", privateKey: "hunter2" }),
            /2 errors.*\s+error connection\.host: received "root@.*\s+error connection\.privateKey: received no private key/,
        ],
    ];
    for (const [what, late, reason] of lateConnections) {
        it(`may come late in the connection: ${what} fails the preview, and is not shown`, async () => {
            const program = async () => void new TcpTuning("web", { profile: "base", connection: late });
            await withStack({ program }, async (stack) => {
                const { text } = await failureOf(stack.preview());
                assert.match(text, reason);
                assert.doesNotMatch(text, /hunter2|rejected|unhandled/i);
            });
        });
    }

    it("may be those of a program under its own mocks: without stdout there is no report, and an empty summary", async () => {
        const { report, summary } = new TcpTuning("web", { profile: "base", connection });
        assert.deepEqual(await settled(pulumi.all([report, summary])), [undefined, ""]);
    });

    it("become the public inputs of the component, and no credential is among them", async () => {
        const tuning = new TcpTuning("web", {
            profile: "base",
            connection: { ...connection, password: "hunter2" },
            become: true,
            becomePassword: "hunter2",
            verify: { maxTimeWait: 100 },
            accept: { "REUSE-GLOBAL": "behind a proxy" },
        });
        await settled(tuning.urn);
        const inputs = registered.find(({ name }) => name === "web")?.inputs ?? {};
        assert.deepEqual(Object.keys(inputs).sort(), ["accept", "delivery", "profile", "settings", "verify"]);
        assert.deepEqual(inputs["settings"], {
            "net.ipv4.tcp_fin_timeout": "30",
            "net.ipv4.tcp_syncookies": "1",
            "net.ipv4.tcp_tw_reuse": "1",
        });
    });

    it("show policies what was let pass, and which keys are outside the catalogue", async () => {
        const tuning = new TcpTuning("web", {
            profile: "base",
            connection,
            unlisted: { "net.ipv4.icmp_ratelimit": 1000 },
            onOverride: "warn",
            insecureIgnoreHostKey: true,
        });
        await settled(tuning.urn);
        const { unlisted, onOverride, insecureIgnoreHostKey } =
            registered.find(({ name }) => name === "web")?.inputs ?? {};
        assert.deepEqual([unlisted, onOverride, insecureIgnoreHostKey], [["net.ipv4.icmp_ratelimit"], "warn", true]);
    });

    it("reach the host by commands short enough to be printed with an error", async () => {
        const tuning = new TcpTuning("web", { profile: "base", connection, become: true });
        await settled(tuning.applied!.receipt);
        const commands = registered.filter(({ type }) => type === "command:remote:Command");
        for (const { inputs } of commands) {
            for (const text of [inputs["create"], inputs["delete"]]) {
                assert.ok(text === undefined || String(text).length < 300, String(text));
            }
            // Never stdout, which is data; the plugin hangs on a very long line of it.
            assert.match(String(inputs["logging"]), /^(stderr|none)$/);
            assert.equal(inputs["addPreviousOutputInEnv"], false);
            assert.deepEqual([inputs["environment"], inputs["triggers"]], [undefined, undefined]);
        }
    });

    it("refuse to verify what was delivered as user data", () => {
        const tuning = new TcpTuning("web", { profile: "base", delivery: "user-data" });
        registered.length = 0;
        const create = () => new TcpVerification("check", { tuning });
        assert.match(
            refusal({}, create),
            /TcpVerification "check": 1 error, and nothing was verified\..*without a connection/s,
        );
    });

    it("of a verification alone are held to the same limits", async () => {
        const tuning = new TcpTuning("web", { profile: "base", connection });
        await settled(tuning.report!.apply(() => 0));
        registered.length = 0;
        const limits = { maxTimewait: 4, settleSeconds: 4000 } as object;
        assert.match(
            refusal({}, () => new TcpVerification("check", { tuning, ...limits, rerunOn: "1" })),
            /: 2 errors.*\n  error maxTimewait: .* did you mean maxTimeWait\?\n  error settleSeconds: received 4000; .* 0 to 3600\.$/,
        );
    });
});
