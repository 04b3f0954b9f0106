import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hostsUnavailable } from "../support/hosts";
import { mustRun, run } from "../support/hosts/run";

const MAIN = join(__dirname, "..", "..", "demo", "main.js");

/** A demo that is running. */
interface Show {
    readonly child: ChildProcess;
    /** What it has written so far. */
    readonly text: () => string;
}

/** Waits until something was written; fails with everything that was, if the demo ends before. */
async function until({ child, text }: Show, pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
        const match = pattern.exec(text());
        if (match !== null) {
            return match;
        }
        assert.equal(child.exitCode ?? child.signalCode, null, text());
        await sleep(50);
    }
}

async function exitCode({ child }: Show): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
        await once(child, "exit");
    }
    return child.exitCode;
}

/** Processes that were started for this folder: its hosts, its engine, its plugin. */
function processesOf(folder: string): string[] {
    return readdirSync("/proc")
        .filter((pid) => /^\d+$/.test(pid))
        .flatMap((pid) => {
            try {
                const mounted = readFileSync(`/proc/${pid}/mountinfo`, "utf8").includes(`${folder}/`);
                const environment = readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${folder}\0`);
                return mounted || environment
                    ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")]
                    : [];
            } catch {
                return []; // it ended while we looked
            }
        });
}

/** The interface of this machine that led to the hosts, from an address in what the demo wrote. */
function uplinkIn(text: string): string {
    const [, second, third] = /ansible_host: 198\.(\d+)\.(\d+)\.11\b/.exec(text) ?? [];
    assert.ok(second && third, text);
    return `test-${second}-${third}`;
}

describe("npm run demo", { skip: hostsUnavailable() ?? false }, () => {
    let folder: string;
    let shows: Show[];

    beforeEach(() => {
        shows = [];
        folder = mkdtempSync(join(tmpdir(), "tcp-tuning-demo-test-"));
        chmodSync(folder, 0o1777);
    });
    afterEach(async () => {
        shows.forEach(({ child }) => child.kill()); // what a failed test leaves running
        await Promise.all(shows.map(exitCode));
        rmSync(folder, { recursive: true });
    });

    function start(...args: readonly string[]): Show {
        const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, TMPDIR: folder } });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
        child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
        const show = { child, text: () => text };
        shows.push(show);
        return show;
    }

    function assertNothingLeft(text: string): void {
        assert.deepEqual(readdirSync(folder), []);
        assert.deepEqual(processesOf(folder), []);
        assert.ok(!readdirSync("/sys/class/net").includes(uplinkIn(text)), `${uplinkIn(text)} is left`);
    }

    it("tells its whole story with two hosts, lets one in with --keep, and leaves nothing", async () => {
        const show = start("--hosts", "2", "--keep");
        const [, ssh = ""] = await until(show, /^ *(ssh -i .*@\S+) +# web2$/m);
        const [, environment = ""] = await until(show, /^ *\. (\/.*environment\.sh)$/m);
        const asked = "hostname; sudo -n cat /proc/sys/net/ipv4/tcp_fin_timeout";
        assert.equal(await mustRun([...ssh.split(" "), "-o", "BatchMode=yes", asked]), "web2\n20\n");
        const output = await mustRun(["sh", "-c", '. "$1" && pulumi stack output summary', "sh", environment]);
        assert.match(output, /"web2":"7 parameters in force/);
        await until(show, /^ *Enter:/m);
        show.child.stdin?.write("\n");
        const code = await exitCode(show);
        const text = show.text();
        assert.equal(code, 0, text);
        assert.match(text, /\nEverything is as before: [\d,]+ values compared\. \d+ claims checked, all true\./);
        assert.doesNotMatch(text, /✗|\x1b/);
        for (const heading of ["Engine", ...Array.from({ length: 8 }, (_, index) => `${index + 1}. `)]) {
            assert.ok(text.includes(`\n${heading}`), `no heading "${heading}" in:\n${text}`);
        }
        assert.match(text, /TIME_WAIT\s+is\s+\d+,\s+above\s+its\s+limit\s+of\s+500/);
        assert.match(text, /inventory\.yaml:\d+:\s+error\s+KEY-UNKNOWN\s+net\.ipv4\.tcp_fin_timeuot/);
        assertNothingLeft(text);
    });

    it("takes everything away when it is interrupted while the engine runs, without a stack trace", async () => {
        const show = start("--hosts", "2");
        await until(show, /\$ pulumi up\n.*Command fleet-rollout/s);
        show.child.kill("SIGINT");
        const code = await exitCode(show);
        const text = show.text();
        assert.equal(code, 130, text);
        assert.match(text, /\nInterrupted: .*\n\n   ✓ hosts, stack and inventory are removed from this machine\n$/);
        assert.doesNotMatch(text, /^ +at /m);
        assertNothingLeft(text);
    });

    it("takes everything away when nobody reads it any longer", async () => {
        const show = start("--hosts", "1");
        const [text] = await until(show, /^[\s\S]*2\. Preview/);
        show.child.stdout?.destroy();
        assert.equal(await exitCode(show), 141);
        assertNothingLeft(text);
    });
});

describe("npm run demo, where it cannot tell its story", () => {
    it("says what is wrong with an option, with the usage, and exits with 2", async () => {
        const { code, stdout, stderr } = await run([process.execPath, MAIN, "--hosts", "51"]);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /^--hosts takes a whole number from 1 to 50\. Received: "51"\.\n\nUsage: npm run demo/);
    });

    it("prints its usage when asked", async () => {
        const { code, stdout } = await run([process.execPath, MAIN, "--help"]);
        assert.equal(code, 0);
        assert.match(stdout, /^Usage: npm run demo/);
    });

    const skip = hostsUnavailable() === undefined ? false : "needs root on Linux, to become another user";
    it("says without root why not, and what works all the same, and exits with 1", { skip }, async () => {
        const asNobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
        const { code, stdout, stderr } = await run([...asNobody, process.execPath, MAIN]);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, /The demo cannot run here\. Test hosts need root/);
        assert.match(stderr, /npx tcp-tuning check FILE/);
        assert.doesNotMatch(stderr, /^ +at /m);
    });
});
