import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import * as fc from "fast-check";
import { TcpTuning } from "../../components";
import { hostsUnavailable, startHosts, type TestHost, type TestHosts } from "../support/hosts";
import { TestStack } from "../support/stack";
import { stateOf, tuningOf } from "../support/tuning";

/** One takes about ten seconds. */
const INTERRUPTIONS = Number(process.env["TCP_TUNING_INTERRUPTIONS"] ?? 5);
const SEED = Number(process.env["TCP_TUNING_SEED"] ?? Date.now() % 2 ** 31);
/** An apply and a verification on an idle machine. */
const LONGEST_DELAY_MS = 1500;

describe("Ctrl-C at a random moment of up", { skip: hostsUnavailable() ?? false }, () => {
    let hosts: TestHosts;
    let web: TestHost;
    let untouched: Record<string, unknown>;

    before(async () => {
        hosts = await startHosts({ count: 1 });
        web = hosts.hosts[0]!;
        untouched = await stateOf(web);
    });
    after(() => hosts.stop());

    const moment = fc.record({
        delay: fc.integer({ min: 0, max: LONGEST_DELAY_MS }),
        /** Once: what is under way is waited for. Twice: it is given up. */
        times: fc.constantFrom(1, 2),
        first: fc.boolean(),
        next: fc.constantFrom("up", "destroy"),
    });
    /** Tried in any case. */
    const onceAndDestroyed = [true, false].map((first) => ({
        delay: LONGEST_DELAY_MS / 5,
        times: 1,
        first,
        next: "destroy",
    }));

    const program = (seconds: number) => async () =>
        void new TcpTuning("web", tuningOf(web, hosts, { parameters: { "net.ipv4.tcp_fin_timeout": seconds } }));

    async function isTrueAgain(stack: TestStack, next: string, times: number): Promise<void> {
        if (next === "up") {
            await stack.up();
            assert.equal(await web.readSysctl("net.ipv4.tcp_fin_timeout"), "20");
            assert.deepEqual(await web.list("/var/lib/tcp-tuning/test-dev-web"), ["agent", "ledger"]);
        }
        await stack.destroy();
        if (times === 1) {
            assert.deepEqual(await stateOf(web), untouched, "after destroy alone");
        }
        // What a command does that is cut off before it is in the state, only the next up can know of.
        await stack.up();
        await stack.destroy();
        assert.deepEqual(await stateOf(web), untouched);
    }

    it("is followed by an up or a destroy that is right", async (test) => {
        const examples = onceAndDestroyed.map((each): [typeof each] => [each]);
        const numRuns = examples.length + INTERRUPTIONS;
        test.diagnostic(`${numRuns} interruptions, seed ${SEED}`);
        await fc.assert(
            fc.asyncProperty(moment, async ({ delay, times, first, next }) => {
                const stack = await TestStack.create();
                try {
                    if (!first) {
                        stack.program = program(30);
                        await stack.up();
                    }
                    stack.program = program(20);
                    const onEvent = (event: EngineEvent) => {
                        if (event.resourcePreEvent?.metadata.urn.endsWith("web-apply")) {
                            setTimeout(() => Array.from({ length: times }, () => stack.interrupt()), delay);
                        }
                    };
                    await stack.up({ onEvent }).catch(() => undefined);
                    await stack.automation.cancel().catch(() => undefined);
                    await isTrueAgain(stack, next, times);
                } finally {
                    await stack.remove();
                }
            }),
            { numRuns, examples, seed: SEED, endOnFailure: true },
        );
    });
});
