import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { measure } from "../../bench/measure";
import { childrenOf, residentBytes, treeOf } from "../../bench/processes";
import { run } from "../support/hosts/run";

const MIB = 1024 ** 2;
/** A shell whose child holds 60 MiB until its input ends. */
const HOLDER = ["sh", "-c", `"$0" -e 'const held = Buffer.alloc(60 * ${2 ** 20}, 1); process.stdin.resume()'; :`];
const onLinux = { skip: process.platform === "linux" ? false : "needs Linux's /proc" };

describe("a measurement", onLinux, () => {
    const never = new AbortController().signal;

    it("has what the work returns, and the time it took", async () => {
        const { result, seconds } = await measure(never, async () => {
            await sleep(50);
            return "done";
        });
        assert.equal(result, "done");
        assert.ok(seconds > 0.04, `${seconds} s`);
    });

    it("has the memory of the processes that the work started, and not of those before it", async () => {
        const other = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
        try {
            const { peakBytes } = await measure(never, async () => {
                const holder = spawn(HOLDER[0]!, [...HOLDER.slice(1), process.execPath]);
                const whole = () => treeOf(holder.pid!).reduce((sum, pid) => sum + residentBytes(pid), 0);
                while (whole() < 90 * MIB) {
                    await sleep(10);
                }
                await sleep(300);
                holder.stdin.end();
                await new Promise((resolve) => holder.on("close", resolve));
            });
            assert.ok(peakBytes >= 90 * MIB && peakBytes < 200 * MIB, `${peakBytes}`);
            assert.equal((await measure(never, () => sleep(250))).peakBytes, 0);
        } finally {
            other.kill("SIGKILL");
        }
    });

    it("ends with everything that the work started, when it is interrupted", async () => {
        const interruption = new AbortController();
        const before = childrenOf(process.pid);
        let tree: number[] = [];
        const work = measure(interruption.signal, () => run(["sh", "-c", "sleep 1000 & sleep 1001 & wait"]));
        while (tree.length < 3) {
            tree = childrenOf(process.pid)
                .filter((pid) => !before.includes(pid))
                .flatMap(treeOf);
            await sleep(10);
        }
        interruption.abort(new Error("that is enough"));
        await work.catch(() => undefined);
        while (tree.some(isRunning)) {
            await sleep(10);
        }
        await assert.rejects(
            measure(interruption.signal, async () => assert.fail("it started all the same")),
            {
                message: "that is enough",
            },
        );
    });
});

function isRunning(pid: number): boolean {
    try {
        return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
        return false;
    }
}
