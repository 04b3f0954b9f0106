import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type PeerName, peerOf } from "../../bench/peers";
import { phaseNames } from "../../bench/phases";
import type { Measurement, Results } from "../../bench/results";
import { hostsUnavailable } from "../support/hosts";
import { run } from "../support/hosts/run";

const MAIN = join(__dirname, "..", "..", "bench", "main.js");
/** One that has an engine, one that has none, and one that keeps connections open behind itself. */
const WANTED: readonly PeerName[] = ["fleet", "ssh", "ansible"];

async function available(): Promise<PeerName[]> {
    const reasons = await Promise.all(WANTED.map((name) => peerOf(name).unavailable?.()));
    return WANTED.filter((_, index) => reasons[index] === undefined);
}

describe("npm run bench", { skip: hostsUnavailable() ?? false }, () => {
    let folder: string;
    let output: string;
    let running: ChildProcess[];

    beforeEach(() => {
        running = [];
        folder = mkdtempSync(join(tmpdir(), "bench-"));
        output = mkdtempSync(join(tmpdir(), "bench-output-"));
        chmodSync(folder, 0o1777);
    });
    afterEach(async () => {
        for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
            child.kill();
            await once(child, "exit");
        }
        rmSync(folder, { recursive: true });
        rmSync(output, { recursive: true });
    });

    function start(...words: readonly string[]): { child: ChildProcess; text: () => string } {
        const env = { ...process.env, TMPDIR: folder };
        const child = spawn(process.execPath, [MAIN, ...words, "--output", output], { env });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
        child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
        running.push(child);
        return { child, text: () => text };
    }

    /** Processes that this benchmark started, wherever they are in the tree by now. */
    function processesLeft(): string[] {
        return readdirSync("/proc").filter((pid) => {
            try {
                return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${folder}\0`);
            } catch {
                return false; // it ended while we looked
            }
        });
    }

    it("measures all peers side by side, each host as wanted after each run, and leaves nothing", async () => {
        const peers = await available();
        const { child, text } = start("--hosts", "2", "--keys", "3", "--runs", "1", "--peers", peers.join(","));
        const [code] = await once(child, "close");
        assert.equal(code, 0, text());
        const results = JSON.parse(readFileSync(join(output, "results.json"), "utf8")) as Results;
        assertShape(results, peers);
        for (const peer of peers) {
            assert.match(text(), new RegExp(`^${peerOf(peer).title} +[\\d.]+ \\([\\d.]+–[\\d.]+\\) [\\d.]+× `, "m"));
        }
        assert.match(readFileSync(join(output, "results.svg"), "utf8"), /^<svg /);
        assert.deepEqual([readdirSync(folder), processesLeft()], [[], []]);
    });

    function assertShape({ schema, date, machine, keys, measurements }: Results, peers: readonly PeerName[]): void {
        assert.deepEqual([schema, keys], [1, 3]);
        assert.equal(new Date(date).toISOString(), date);
        assert.match(machine.kernel, /^\d+\.\d+/);
        assert.match(machine.ssh, /^OpenSSH/);
        assert.match(machine.engine, /^Pulumi 3\./);
        assert.equal(machine.ansible?.includes("ansible"), peers.includes("ansible") ? true : undefined);
        assert.equal(machine.loadAverage.length, 3);
        const expected = peers.flatMap((peer) => phaseNames.map((phase) => `${peer} ${phase}`));
        assert.deepEqual(
            measurements.map(({ peer, phase }) => `${peer} ${phase}`),
            expected,
        );
        for (const measurement of measurements) {
            assertMeasurement(measurement);
        }
    }

    function assertMeasurement({ peer, phase, hosts, round, seconds, peakBytes, logins, engine }: Measurement): void {
        assert.deepEqual([hosts, round], [2, 1]);
        assert.ok(seconds > 0 && peakBytes > 0, `${peer} ${phase}: ${seconds} s, ${peakBytes} bytes`);
        assert.equal(engine === undefined, peer !== "fleet");
        if (engine === undefined) {
            assert.equal(logins, 2, `${peer} ${phase}`);
            return;
        }
        assert.ok(engine.stateBytes > 1000, `${engine.stateBytes}`);
        // The fleet, its key, its plan, its hosts, and its roll-out.
        const expected = { first: [2, 5], again: [0, 0], change: [2, 3] }[phase];
        assert.deepEqual([logins, engine.changes, engine.steps], [...expected, 5], phase);
    }

    for (const [peer, program] of [
        ["fleet", "pulumi"],
        ["ansible", "ansible-playboo"],
    ] as const) {
        it(`takes hosts, files and processes away when it is interrupted while ${peer} runs`, async (t) => {
            const reason = await peerOf(peer).unavailable?.();
            if (reason !== undefined) {
                t.skip(reason);
                return;
            }
            const { child, text } = start("--hosts", "2", "--runs", "1", "--peers", peer);
            while (!(/Warming up/.test(text()) && isAtWork(program))) {
                assert.equal(child.exitCode, null, text());
                await sleep(50);
            }
            child.kill("SIGINT");
            const [code] = await once(child, "close");
            assert.equal(code, 130, text());
            assert.match(text(), /\nInterrupted: hosts and files are being removed\.\n$/);
            assert.deepEqual([readdirSync(folder), processesLeft(), readdirSync(output)], [[], [], []]);
        });
    }

    function isAtWork(program: string): boolean {
        return processesLeft().some((pid) => {
            try {
                const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
                const isEngine = program !== "pulumi" || words.includes("up");
                return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === program && isEngine;
            } catch {
                return false;
            }
        });
    }
});

describe("npm run bench, where it cannot measure", () => {
    it("says what is wrong with an option, with the usage, and exits with 2", async () => {
        const { code, stdout, stderr } = await run([process.execPath, MAIN, "--hosts", "1001"]);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(
            stderr,
            /^--hosts takes whole numbers from 1 to 1000\. Received: "1001"\.\n\nUsage: npm run bench/,
        );
    });

    it("prints its usage when asked", async () => {
        const { code, stdout } = await run([process.execPath, MAIN, "--help"]);
        assert.equal(code, 0);
        assert.match(stdout, /^Usage: npm run bench/);
    });

    const skip = hostsUnavailable() === undefined ? false : "needs root on Linux, to become another user";
    it("says without root why not, and exits with 1", { skip }, async () => {
        const asNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
        const { code, stdout, stderr } = await run([...asNobody, process.execPath, MAIN]);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, /^The benchmark cannot run here\. Test hosts need root/);
    });
});
