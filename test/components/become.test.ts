import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, type TcpTuningArgs, TcpTuningFleet, TcpVerification } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { changes, failureOf, TestStack } from "../support/stack";
import { connectionTo, stateOf, tuningOf } from "../support/tuning";

const PASSWORD = "open sésame 7";
const SECRETS = [PASSWORD, "sésame", Buffer.from(PASSWORD).toString("base64")];

describe("a sudo that asks for a password", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let web: TestHost;
    let untouched: Record<string, unknown>;
    let stack: TestStack;

    before(async () => {
        hosts = await startHosts({ count: 1, users: [{ name: "ops", sudo: true, password: PASSWORD }] });
        web = hosts.hosts[0]!;
        untouched = await stateOf(web);
    });
    beforeEach(async (t) => {
        stack = await TestStack.create();
        stack.program = program();
        (t as unknown as { after(undo: () => Promise<void>): void }).after(() => stack.remove());
    });
    after(() => hosts.stop());

    function program(args: Partial<TcpTuningArgs> = {}) {
        const connection = connectionTo(web, hosts, { user: "ops" });
        const asked = { connection, become: true, becomePassword: PASSWORD, observe: true, ...args };
        return async () => {
            const tuning = new TcpTuning("web", tuningOf(web, hosts, asked));
            new TcpVerification("again", { tuning, rerunOn: "1" });
            return { report: tuning.report };
        };
    }

    /** Everything that the engine keeps, and the secrets that are open in it. */
    function open(text: string): string[] {
        const files = readdirSync(stack.folder, { recursive: true, withFileTypes: true }).filter((file) =>
            file.isFile(),
        );
        assert.ok(files.length > 5, "the folder is where the test looks");
        const kept = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
        return SECRETS.filter((secret) => [text, ...kept].some((content) => content.includes(secret)));
    }

    it("is given it to apply, verify, see and mend a drift, and restore, and it stays secret", async () => {
        const { text, outputs } = await stack.up();
        assert.equal(outputs["report"]?.value.ok, true);
        assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        assert.deepEqual(open(text), []);
        assert.deepEqual(changes(await stack.up()), []);

        await web.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        const preview = await stack.preview();
        assert.match(preview.text, /net\.ipv4\.tcp_fin_timeout +44/);
        assert.deepEqual(changes(await stack.up()).sort(), ["update again", "update web-apply", "update web-verify"]);
        assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        assert.deepEqual(open(preview.text), []);

        assert.deepEqual(open((await stack.destroy()).text), []);
        assert.deepEqual(await stateOf(web), untouched);
    });

    it("that changes is told to destroy, too, and the next up stores the new one, and applies nothing anew", async () => {
        const other = "another 'one'";
        const setPassword = async (password: string) => {
            const hash = (await web.mustExec("openssl passwd -6 -stdin", { input: password })).trim();
            await web.mustExec(`sed -i 's|^ops:[^:]*:|ops:${hash}:|' /etc/shadow`);
        };
        const generation = () => web.mustExec("grep ^generation /var/lib/tcp-tuning/*/ledger");
        stack.program = program({ observe: false });
        await stack.up();
        const before = await generation();
        await setPassword(other);
        try {
            const { text } = await failureOf(stack.destroy());
            assert.match(text, /becomePassword is not what sudo takes from ops/);
            stack.program = program({ observe: false, becomePassword: pulumi.output(Promise.resolve(other)) });
            // The failed destroy has forgotten the verifications.
            const expected = ["create again", "create web-verify", "update web-apply"];
            assert.deepEqual(changes(await stack.up()).sort(), expected);
            assert.equal(await generation(), before);
            await stack.destroy();
        } finally {
            await setPassword(PASSWORD);
        }
        assert.deepEqual(await stateOf(web), untouched);
    });

    it("is refused with a wrong one or none: in the preview that looks at the host, and in up, which leaves it as it was", async () => {
        stack.program = program({ becomePassword: "a wrong one" });
        const preview = await failureOf(stack.preview());
        assert.match(
            preview.text,
            /error: .*becomePassword is not what sudo takes from ops, who may also be locked out/,
        );
        stack.program = program({ becomePassword: undefined, observe: false });
        const { text } = await failureOf(stack.up());
        assert.match(text, /become: true needs sudo without a password for ops, or becomePassword/);
        assert.doesNotMatch(preview.text + text, /a wrong one/);
        assert.deepEqual(await stateOf(web), untouched);
    });

    it("is refused before anything happens where the password comes late and cannot be one", async () => {
        stack.program = program({ becomePassword: pulumi.secret(`${PASSWORD}\n`) });
        const { text } = await failureOf(stack.preview());
        assert.match(
            text,
            /The password: 1 error, and nobody can become root by it\.\s+error becomePassword: received a text/,
        );
        assert.deepEqual(open(text), []);
    });

    it("is given it by a fleet to roll out, see and mend a drift, and restore, and it stays secret", async () => {
        stack.program = async () => {
            const { connection, ...said } = tuningOf(web, hosts, { becomePassword: PASSWORD, become: true });
            const asked = { connection: connectionTo(web, hosts, { user: "ops" }), observe: true };
            const { summary } = new TcpTuningFleet("fleet", { ...said, hosts: { web: asked } });
            return { summary };
        };
        const { text } = await stack.up();
        assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        assert.deepEqual(open(text), []);
        await web.writeSysctl("net.ipv4.tcp_fin_timeout", 44);
        assert.deepEqual(changes(await stack.up()), ["update fleet-rollout"]);
        assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
        assert.deepEqual(open((await stack.destroy()).text), []);
        assert.deepEqual(await stateOf(web), untouched);
    });
});
