import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { TcpTuning, type TcpTuningArgs } from "../../components";
import { hostsUnavailable } from "../support/hosts";
import { oneHost } from "../support/one-host";
import { changes, failureOf, TestStack } from "../support/stack";
import { stateOf, tuningOf } from "../support/tuning";

const FOLDER = "/var/lib/tcp-tuning/test-dev-web";
const CHANGED = { "net.ipv4.tcp_fin_timeout": 20, "net.ipv4.tcp_keepalive_time": 600 };

describe("a tuning that has to be confirmed, driven by the engine", { skip: hostsUnavailable() ?? false }, () => {
    const one = oneHost();
    let stack: TestStack;

    beforeEach(async () => void (stack = await TestStack.create()));
    afterEach(() => stack.remove());

    function up(confirmWithinSeconds: number, args: Partial<TcpTuningArgs> = {}) {
        stack.program = async () =>
            void new TcpTuning("web", tuningOf(one.host, one.hosts, { confirmWithinSeconds, ...args }));
        return stack.up();
    }

    async function until(what: () => Promise<boolean>): Promise<void> {
        for (const end = Date.now() + 90_000; !(await what()); await setTimeout(50)) {
            assert.ok(Date.now() < end, "it did not come to this within 90 s");
        }
    }

    const finTimeout = () => one.host.readSysctl("net.ipv4.tcp_fin_timeout");

    /** Cuts the host off while it is being tuned, and connects it again when it is as it was before. */
    async function cutOff(run: Promise<unknown>, value: string, test: TestContext, before: unknown): Promise<void> {
        await until(async () => (await one.host.list(FOLDER)).some((file) => file === "guarded" || file === "pending"));
        await one.host.partition(true);
        const cut = Date.now();
        await until(async () => (await finTimeout()) === value);
        await until(async () => isDeepStrictEqual(await stateOf(one.host), before));
        test.diagnostic(`as before ${((Date.now() - cut) / 1000).toFixed(1)} s after the cut`);
        await one.host.partition(false);
        await run;
    }

    it("is created and updated in one up each, and destroyed", async () => {
        assert.deepEqual(changes(await up(120)), ["create web", "create web-apply", "create web-verify"]);
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(changes(await up(120, { parameters: CHANGED })), [
            "update web",
            "update web-apply",
            "update web-verify",
        ]);
        assert.equal(await finTimeout(), "20");
        assert.deepEqual(await one.host.list(FOLDER), ["agent", "ledger"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });

    it("restores a host that is cut off by its update, fails saying why, and the next up is right", async (test) => {
        await up(120);
        const tuned = await stateOf(one.host);
        const run = failureOf(up(10, { parameters: CHANGED }));
        await cutOff(run, "20", test, tuned);
        const { text } = await run;
        assert.match(text, /The tuning was applied, and (then the host could not be reached|no confirmation came)/);
        await up(120, { parameters: CHANGED });
        assert.equal(await finTimeout(), "20");
    });

    it("restores a host that is cut off by its first tuning, and the next up is right", async (test) => {
        const run = failureOf(up(10));
        await cutOff(run, "30", test, one.untouched);
        assert.match(
            (await run).text,
            /The tuning was applied, and (then the host could not be reached|no confirmation came)/,
        );
        await up(120);
        assert.equal(await finTimeout(), "30");
    });

    it("is true again after Ctrl-C while it waits", async () => {
        const run = up(300).catch(() => undefined);
        await until(async () => (await one.host.list(FOLDER)).some((file) => file === "guarded" || file === "pending"));
        stack.interrupt();
        stack.interrupt();
        await run;
        await stack.automation.cancel().catch(() => undefined);
        await up(300);
        assert.equal(await finTimeout(), "30");
        assert.deepEqual(await one.host.list(FOLDER), ["agent", "ledger"]);
        await stack.destroy();
        assert.deepEqual(await stateOf(one.host), one.untouched);
    });
});
