import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { after, describe, it } from "node:test";
import { engineEnvironment, provideEngine } from "../support/engine";
import { buildEngine } from "../support/engine/build";
import { withLock } from "../support/engine/cache";

const scratch = mkdtempSync(path.join(tmpdir(), "tcp-tuning-engine-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

describe("the engine", () => {
    it("is at least as new as the package needs, and found only once", async () => {
        const engine = await provideEngine();
        const [major, minor] = engine.version.split(".").map(Number);
        assert.equal(major, 3);
        assert.ok((minor ?? 0) >= 220);
        assert.equal(await provideEngine(), engine);
    });

    it("finds its command plugin, and leaves nothing in the user's home", async () => {
        const engine = await provideEngine();
        const before = pulumiHome();
        const env = { ...process.env, ...(await engineEnvironment(engine, scratch)) };
        const text = execFileSync(engine.command.command, ["plugin", "ls", "--json"], { env, encoding: "utf8" });
        const plugins = JSON.parse(text) as { name: string; version: string }[];
        assert.deepEqual(
            plugins.map(({ name, version }) => [name, version]),
            [["command", "1.2.1"]],
        );
        assert.deepEqual(pulumiHome(), before);
    });

    it("says what to install when it can neither be downloaded nor built", async () => {
        const before = process.env["PATH"];
        process.env["PATH"] = scratch;
        try {
            const building = buildEngine(path.join(scratch, "root"), () => undefined);
            await assert.rejects(building, /Go, which could build one, does not run.*Install one of them/);
        } finally {
            process.env["PATH"] = before;
        }
    });
});

function pulumiHome(): string[] {
    const home = path.join(homedir(), ".pulumi");
    return existsSync(home) ? readdirSync(home, { recursive: true, encoding: "utf8" }).sort() : [];
}

describe("the lock of the engine cache", () => {
    it("lets one in after the other", async () => {
        const before = process.env["XDG_CACHE_HOME"];
        process.env["XDG_CACHE_HOME"] = scratch;
        try {
            const events: string[] = [];
            const work = (name: string) => async () => {
                events.push(`${name} in`);
                await new Promise((resolve) => setTimeout(resolve, 100));
                events.push(`${name} out`);
            };
            await Promise.all(["a", "b"].map((name) => withLock("test", work(name), () => events.push("waiting"))));
            const order = events.filter((event) => event !== "waiting").map((event) => event.split(" ")[1]);
            assert.deepEqual(order, ["in", "out", "in", "out"]);
            assert.equal(events.length, 5);
        } finally {
            if (before === undefined) {
                delete process.env["XDG_CACHE_HOME"];
            } else {
                process.env["XDG_CACHE_HOME"] = before;
            }
        }
    });
});
