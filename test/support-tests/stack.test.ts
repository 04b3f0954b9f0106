import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { Config, output } from "@pulumi/pulumi";
import { failureOf, type TestStack, withStack } from "../support/stack";

describe("a test stack", () => {
    it("runs the program of the moment, with its configuration, and returns its outputs", async () => {
        await withStack({ project: "shop", stack: "live", program: async () => ({ round: 1 }) }, async (stack) => {
            assert.equal((await stack.up()).outputs["round"]?.value, 1);
            await stack.setConfig({ greeting: "hello", token: { value: "hidden", secret: true } });
            stack.program = async () => {
                const config = new Config();
                return { greeting: config.require("greeting"), token: config.requireSecret("token") };
            };
            const { outputs } = await stack.up();
            assert.deepEqual(outputs["greeting"], { value: "hello", secret: false });
            assert.deepEqual(outputs["token"], { value: "hidden", secret: true });
            const root = (await stack.exportState()).resources?.[0];
            assert.equal(root?.urn, "urn:pulumi:live::shop::pulumi:pulumi:Stack::shop-live");
        });
    });

    it("fails with everything that the engine wrote", async () => {
        const program = async () => {
            throw new Error("the reason");
        };
        await withStack({ program }, async (stack) => {
            const failure = await failureOf(stack.preview());
            assert.match(failure.message, /^pulumi preview failed:\nPreviewing update/);
            assert.match(failure.text, /the reason/);
        });
    });

    it("survives a program that fails in the middle of an Output", async () => {
        const program = async () => ({ never: output(1).apply(() => Promise.reject(new Error("the reason"))) });
        await withStack({ program }, async (stack) => {
            assert.match((await failureOf(stack.up())).text, /the reason/);
            stack.program = async () => undefined;
            await stack.up();
        });
    });

    it("says so when a run that has to fail does not", async () => {
        await withStack({}, async (stack) => {
            await assert.rejects(failureOf(stack.up()), /expected to fail, and succeeded:\nUpdating/);
        });
    });

    it("is gone afterwards, also when its test fails", async () => {
        let folder = "";
        const failing = withStack({}, async (stack: TestStack) => {
            folder = stack.folder;
            assert.ok(existsSync(stack.stateFolder));
            throw new Error("the test's own");
        });
        await assert.rejects(failing, /the test's own/);
        assert.ok(!existsSync(folder));
    });
});
