import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TcpTuning, type TcpTuningArgs, TcpTuningFleet, type TcpTuningFleetArgs } from "../../components";
import { ownRejections } from "../support/engine/program-rejections";
import { hostsUnavailable, startHosts, type TestHosts } from "../support/hosts";
import { installedPack, policyHostEnvironment } from "../support/policy-host";
import { type PulumiCommand, pulumiCommand } from "../support/pulumi-command";
import { TestStack } from "../support/stack";
import { connectionTo, tuningOf } from "../support/tuning";

const KEY = "net.ipv4.tcp_fin_timeout";
const MARKER = "<!-- tcp-tuning:test/dev -->";

interface Ended {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** @param signal Sent to the program itself when the first word comes on stderr. */
function ended(
    [program, ...args]: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
    signal: NodeJS.Signals | null = null,
): Promise<Ended> {
    const child = spawn(program!, args, { cwd, env });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (part) => (said.stdout += part));
    child.stderr.on("data", (part) => (said.stderr += part));
    child.stderr.once("data", () => signal !== null && child.kill(signal));
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...said })));
}

/** A forge as far as comments go: it keeps them, and who wrote what. */
class Forge {
    readonly comments: { id: number; body: string }[] = [];
    readonly requests: string[] = [];
    refuses = false;
    private server!: Server;

    async start(): Promise<void> {
        this.server = createServer((request, answer) => {
            void bodyOf(request).then((text) => {
                const { status, body } = this.answer(request, text);
                answer.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
            });
        });
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    forget(): void {
        this.comments.splice(0);
        this.requests.splice(0);
        this.refuses = false;
    }

    stop(): void {
        this.server.close();
    }

    private answer({ method, url = "", headers }: IncomingMessage, text: string): { status: number; body: unknown } {
        this.requests.push(
            `${method} ${url} ${headers.authorization ?? headers["private-token"] ?? headers["job-token"]}`,
        );
        if (this.refuses && method !== "GET") {
            return { status: 403, body: { message: "Resource not accessible by integration" } };
        }
        const { pathname, searchParams } = new URL(url, this.url);
        if (method === "GET") {
            const page = Number(searchParams.get("page"));
            return { status: 200, body: this.comments.slice((page - 1) * 100, page * 100) };
        }
        const { body } = JSON.parse(text) as { body: string };
        const known = this.comments.find(({ id }) => pathname.endsWith(`/${id}`));
        if (known === undefined) {
            this.comments.push({ id: this.comments.length + 1000, body });
        } else {
            known.body = body;
        }
        return { status: known === undefined ? 201 : 200, body: known ?? this.comments.at(-1) };
    }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    for await (const part of request) {
        parts.push(part as Buffer);
    }
    return Buffer.concat(parts).toString();
}

describe("the steps that forges share", { skip: hostsUnavailable() ?? false }, () => {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-ci-"));
    const forge = new Forge();
    let hosts: TestHosts;
    let script: string;
    let stack: TestStack;
    let pulumi: PulumiCommand;

    before(async () => {
        hosts = await startHosts({ count: 2, prefix: "web" });
        script = join(installedPack(folder), "..", "ci/preview.sh");
        await forge.start();
    });
    after(async () => {
        forge.stop();
        await hosts?.stop();
        rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
        stack = await TestStack.create({ env: policyHostEnvironment(folder) });
        pulumi = await pulumiCommand(stack);
    });
    afterEach(async () => {
        declare();
        await stack.destroy();
        pulumi.stop();
        await stack.remove();
        forge.forget();
    });

    /** The stack's tunings, of which the first host is observed. */
    function declare(web1: Partial<TcpTuningArgs> | null = {}, web2: Partial<TcpTuningArgs> | null = {}): void {
        const [first, second] = hosts.hosts;
        stack.program = async () => {
            if (web1 !== null) {
                new TcpTuning("web1", tuningOf(first!, hosts, { observe: true, ...web1 }));
            }
            if (web2 !== null) {
                new TcpTuning("web2", tuningOf(second!, hosts, web2));
            }
        };
    }

    /** A fleet of the stack's hosts that are named, all observed. */
    function declareFleet(names: readonly string[], args: Partial<TcpTuningFleetArgs> = {}): void {
        const named = hosts.hosts.filter(({ name }) => names.includes(name));
        stack.program = async () => {
            new TcpTuningFleet("fleet", {
                parameters: { [KEY]: 30 },
                knownHosts: hosts.knownHostsFile,
                observe: true,
                ...args,
                hosts: Object.fromEntries(named.map((host) => [host.name, { connection: connectionTo(host, hosts) }])),
            });
        };
    }

    /** Runs the script as a job of GitHub does that is for pull request 7. */
    function run(variables: Record<string, string> = {}): Promise<Ended> {
        const env = {
            ...process.env,
            ...pulumi.env,
            TCP_TUNING_STACK: "dev",
            TCP_TUNING_COMMENT: "github",
            GITHUB_TOKEN: "token-1",
            GITHUB_REPOSITORY: "acme/infra",
            GITHUB_API_URL: forge.url,
            GITHUB_REF: "refs/pull/7/merge",
            ...variables,
        };
        return ownRejections(() => ended(["sh", script], pulumi.cwd, env));
    }

    const commented = () => forge.comments.at(-1)?.body ?? "";

    it("comments the value that each host has, will have, and why, and updates its comment in the next run", async () => {
        declare();
        await stack.up();
        await hosts.hosts[0]!.writeSysctl(KEY, 44);
        declare({}, { parameters: { [KEY]: 20 } });
        forge.comments.push({ id: 1, body: "looks good to me" }, { id: 2, body: "<!-- tcp-tuning:test/prod -->\nx" });
        const first = await run();
        assert.equal(first.status, 0, first.stderr);
        assert.match(first.stderr, /a new comment was made/);
        const text = commented();
        assert.equal(text.split("\n")[0], MARKER);
        assert.match(text, /\*\*3 values would change on 2 hosts\.\*\*/);
        assert.match(
            text,
            /^\| `web1` \| `net\.ipv4\.tcp_fin_timeout` \| `44` seen \| `30` \| drift<br>\*Life of an orph/m,
        );
        assert.match(
            text,
            /^\| `web2` \| `net\.ipv4\.tcp_fin_timeout` \| `30` last up \| `20` \| changed by the program<br>/m,
        );
        assert.match(
            text,
            /^\| `web2` \| `net\.ipv4\.tcp_keepalive_time` \| `600` last up \| `7200` \| dropped: the orig/m,
        );
        assert.ok(first.stdout.includes(text), "the job's log has it, too");
        assert.ok(forge.requests.includes("POST /repos/acme/infra/issues/7/comments Bearer token-1"));

        declare({}, {});
        const second = await run();
        assert.match(second.stderr, /comment 1002 was updated/);
        assert.equal(forge.comments.length, 3);
        assert.match(commented(), /\*\*1 value would change on 1 host\.\*\*/);
        assert.equal(forge.comments[1]!.body, "<!-- tcp-tuning:test/prod -->\nx");
    });

    it("tells of a new host, and of one that leaves the program with what it gets back", async () => {
        declare({}, null);
        await stack.up();
        declare(null, { observe: true, accept: {} });
        const { status, stderr } = await run();
        assert.equal(status, 0, stderr);
        assert.match(
            commented(),
            /^\| `web1` .* \| `30` last up \| `60` \| the host leaves the program: restored<br>/m,
        );
        assert.match(commented(), /^\| `web2` .* \| `60` seen \| `30` \| new host<br>/m);
    });

    it("tells of each host of a fleet: its drift, that it is new, that it leaves, and which one a policy is about", async () => {
        declareFleet(["web1"]);
        await stack.up();
        await hosts.hosts[0]!.writeSysctl(KEY, 44);
        declareFleet(["web1", "web2"], { verify: false });
        assert.notEqual((await run()).status, 0);
        assert.match(commented(), /\*\*2 values would change on 2 hosts\.\*\*/);
        assert.match(commented(), /^\| `web1` \| .* \| `44` seen \| `30` \| drift<br>/m);
        assert.match(commented(), /^\| `web2` \| .* \| `60` seen \| `30` \| new host<br>/m);
        assert.match(
            commented(),
            /^- mandatory `tcp-tuning-verified` on `fleet`: .* web1, web2: verify: received false/m,
        );

        declareFleet(["web2"]);
        assert.equal((await run()).status, 0);
        assert.match(
            commented(),
            /^\| `web1` \| .* \| `30` last up \| .* \| the host leaves the program: restored<br>/m,
        );
        assert.match(commented(), /^\| `web2` \| .* \| new host<br>/m);
    });

    it("fails the job when a policy is violated, after the comment", async () => {
        declare({ verify: false }, null);
        const { status, stderr } = await run();
        assert.notEqual(status, 0);
        assert.match(stderr, /a new comment was made/);
        assert.match(commented(), /\*\*The preview failed, so none of this can be applied\.\*\*/);
        assert.match(commented(), /^- mandatory `tcp-tuning-verified` on `web1`: .*verify: received false/m);
        assert.match(commented(), /^\| `web1` .*new host/m);
        const advised = join(folder, "advised.json");
        writeFileSync(advised, '{ "tcp-tuning-verified": "advisory" }');
        assert.equal((await run({ TCP_TUNING_POLICY_CONFIG: advised })).status, 0);
        assert.match(commented(), /^- advisory `tcp-tuning-verified`/m);
        assert.equal((await run({ TCP_TUNING_POLICY_PACK: "none" })).status, 0);
        assert.doesNotMatch(commented(), /tcp-tuning-verified/);
    });

    it("fails the job for what a host would refuse, and for a mistake in the program, after the comment", async () => {
        declare({ unlisted: { "net.ipv4.no_such_key": 1 } }, null);
        assert.notEqual((await run()).status, 0);
        assert.match(commented(), /^web1: KEY-MISSING: net\.ipv4\.no_such_key not on this host/m);
        declare({ parameters: { "net.ipv4.tcp_fin_timeuot": 20 } as object }, null);
        assert.notEqual((await run()).status, 0);
        assert.equal(commented().match(/error KEY-UNKNOWN/g)?.length, 1, commented());
    });

    it("fails the job, with a comment, when the preview ends before it says anything", async () => {
        const { status } = await run({ TCP_TUNING_STACK: "nowhere" });
        assert.notEqual(status, 0);
        assert.match(commented(), /^<!-- tcp-tuning:test\/nowhere -->\n[\s\S]*The job's log tells why\./);
    });

    it("keeps the job's result when it may not comment, and says what it lacks", async () => {
        declare();
        forge.refuses = true;
        const { status, stdout, stderr } = await run();
        assert.equal(status, 0);
        assert.match(stderr, /not posted: POST \S+ was answered with 403\. Give the job .*pull-requests: write/);
        assert.match(stdout, /new host/);
        assert.ok(!`${stdout}${stderr}`.includes("token-1"));
    });

    it("shows and keeps no secret, though the engine's events hold the private key", async () => {
        declare();
        await stack.up();
        await hosts.hosts[0]!.writeSysctl(KEY, 44);
        const left = mkdtempSync(join(folder, "left-"));
        const { stdout, stderr } = await run({ TCP_TUNING_REPORTS: join(left, "reports"), TMPDIR: left });
        const secret = hosts.privateKey.split("\n")[2]!;
        assert.ok(secret.length > 20);
        assert.ok(!`${stdout}${stderr}${commented()}`.includes(secret));
        const { status, stdout: holding } = spawnSync("grep", ["-rlF", secret, left, pulumi.cwd], { encoding: "utf8" });
        assert.deepEqual([status, holding], [1, ""], "no file holds it");
        const scratch = readdirSync(left).filter((name) => name.startsWith("tmp."));
        assert.deepEqual(scratch, [], "what mktemp made is gone");
    });

    it("fails the nightly job when a host is not as the stack wants it, and passes when all are", async () => {
        declare({ observe: undefined }, { observe: undefined });
        await stack.up();
        const nightly = { TCP_TUNING_DRIFT: "true", TCP_TUNING_COMMENT: "" };
        const inStep = await run(nightly);
        assert.equal(inStep.status, 0, inStep.stderr + inStep.stdout);
        assert.match(inStep.stdout, /Nothing would change on any host\./);
        await hosts.hosts[1]!.writeSysctl(KEY, 44);
        const drifted = await run(nightly);
        assert.notEqual(drifted.status, 0);
        assert.match(drifted.stdout, /^\| `web2` .* \| `44` seen \| `30` \| drift<br>/m);
        assert.deepEqual(forge.requests, []);
    });

    it("writes notes to a merge request of GitLab, with a token of its own or the job's", async () => {
        declare();
        const gitlab = {
            TCP_TUNING_COMMENT: "gitlab",
            CI_API_V4_URL: forge.url,
            CI_PROJECT_ID: "42",
            CI_MERGE_REQUEST_IID: "9",
        };
        assert.equal((await run({ ...gitlab, GITLAB_TOKEN: "token-2" })).status, 0);
        const job = await run({ ...gitlab, CI_JOB_TOKEN: "token-3" });
        assert.match(job.stderr, /comment 1000 was updated/);
        assert.deepEqual(forge.requests, [
            "GET /projects/42/merge_requests/9/notes?per_page=100&page=1 token-2",
            "POST /projects/42/merge_requests/9/notes token-2",
            "GET /projects/42/merge_requests/9/notes?per_page=100&page=1 token-3",
            "PUT /projects/42/merge_requests/9/notes/1000 token-3",
        ]);
    });
});

describe("the steps that forges share, without a stack", () => {
    const folder = mkdtempSync(join(tmpdir(), "tcp-tuning-ci-"));
    const script = join(process.cwd(), "ci/preview.sh");
    after(() => rmSync(folder, { recursive: true, force: true }));

    const bin = join(folder, "bin");

    /** @param signal Sent to the script alone, once its engine has said something. */
    function run(
        variables: Record<string, string>,
        interpreter: readonly string[] = ["sh"],
        signal: NodeJS.Signals | null = null,
        cwd = folder,
    ): Promise<Ended> {
        const env = {
            ...process.env,
            PATH: `${bin}:${join(process.execPath, "..")}:${process.env["PATH"]}`,
            ...variables,
        };
        return ended([...interpreter, script], cwd, env, signal);
    }

    function pulumiIs(lines: string): void {
        mkdirSync(bin, { recursive: true });
        writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    }

    for (const interpreter of [["dash"], ["bash"], ["busybox", "sh"]]) {
        it(`annotates files and writes their reports, in ${interpreter.join(" ")}`, async () => {
            writeFileSync(join(folder, "a.conf"), "net.ipv4.tcp_tw_recycle = 1\n");
            writeFileSync(join(folder, "b.conf"), "net.ipv4.tcp_keepalive_time = 600\n");
            const reports = join(folder, "reports of it");
            const job = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: folder, TCP_TUNING_REPORTS: reports };
            const wrong = await run({ ...job, TCP_TUNING_CHECK: "*.conf" }, interpreter);
            assert.equal(wrong.status, 1, wrong.stderr);
            assert.match(wrong.stdout, /^::error file=a\.conf,line=1,title=KEY-REMOVED::/);
            for (const report of ["check.sarif", "check.xml", "check.codequality.json"]) {
                assert.match(readFileSync(join(reports, report), "utf8"), /KEY-REMOVED/);
            }
            assert.equal((await run({ TCP_TUNING_CHECK: "b.conf" }, interpreter)).status, 0);
            assert.equal((await run({ TCP_TUNING_CHECK: "c.conf" }, interpreter)).status, 2);
        });

        it(`separates files by line breaks alone where there are any, in ${interpreter.join(" ")}`, async () => {
            writeFileSync(join(folder, "of two words.conf"), "net.ipv4.tcp_tw_recycle = 1\n");
            writeFileSync(join(folder, "b.conf"), "net.ipv4.tcp_keepalive_time = 600\n");
            const { status, stdout } = await run({ TCP_TUNING_CHECK: "b.conf\nof two*.conf\n" }, interpreter);
            assert.equal(status, 1);
            assert.match(stdout, /^of two words\.conf:1: error KEY-REMOVED/m);
            assert.match(stdout, /^2 assignments in 2 files: 1 error,/m);
        });

        it(`ends the engine, and comments on nothing, when it is ended itself, in ${interpreter.join(" ")}`, async () => {
            pulumiIs("trap 'echo ended >&2; exit 9' TERM\necho started >&2\nwhile :; do sleep 0.1; done");
            const job = { TCP_TUNING_STACK: "test/dev", TCP_TUNING_COMMENT: "github", GITHUB_TOKEN: "" };
            const { status, stdout, stderr } = await run(job, interpreter, "SIGTERM");
            assert.deepEqual([status, stdout, stderr], [143, "", "started\nended\n"]);
        });
    }

    it("judges a file whose name is an option like any other", async () => {
        const own = mkdtempSync(join(folder, "options-"));
        writeFileSync(join(own, "--help"), "net.ipv4.tcp_tw_recycle = 1\n");
        const reports = mkdtempSync(join(folder, "reports-"));
        const { status, stdout } = await run({ TCP_TUNING_CHECK: "*", TCP_TUNING_REPORTS: reports }, ["sh"], null, own);
        assert.equal(status, 1);
        assert.match(stdout, /^--help:1: error KEY-REMOVED/m);
        assert.match(readFileSync(join(reports, "check.sarif"), "utf8"), /KEY-REMOVED/);
    });

    it("reports on the files that it can read, names the report to GitHub, and leaves none that is empty", async () => {
        writeFileSync(join(folder, "a.conf"), "net.ipv4.tcp_tw_recycle = 1\n");
        const [reports, output] = [mkdtempSync(join(folder, "reports-")), join(folder, "output")];
        const job = { TCP_TUNING_REPORTS: reports, GITHUB_OUTPUT: output };
        const some = await run({ ...job, TCP_TUNING_CHECK: "missing.conf a.conf" });
        assert.equal(some.status, 2);
        assert.match(some.stderr, /"missing\.conf" does not exist/);
        assert.match(readFileSync(join(reports, "check.xml"), "utf8"), /KEY-REMOVED/);
        assert.equal(readFileSync(output, "utf8"), `sarif=${reports}/check.sarif\n`);
        rmSync(output);
        assert.equal((await run({ ...job, TCP_TUNING_CHECK: "missing.conf" })).status, 2);
        assert.deepEqual(readdirSync(reports), []);
        assert.ok(!existsSync(output));
    });

    it("refuses settings that it could only misunderstand, by name and value, before it does anything", async () => {
        pulumiIs("echo started >&2");
        const cases: [Record<string, string>, RegExp][] = [
            [{}, /^preview\.sh: nothing to do: set TCP_TUNING_STACK .* TCP_TUNING_CHECK/],
            [{ TCP_TUNING_CHECK: "  " }, /nothing to do/],
            [
                { TCP_TUNING_STACK: "dev", TCP_TUNING_OBSERVE: "TRUE" },
                /TCP_TUNING_OBSERVE takes true or false.*: TRUE$/m,
            ],
            [{ TCP_TUNING_STACK: "dev", TCP_TUNING_DRIFT: "1" }, /TCP_TUNING_DRIFT takes true or false.*: 1$/m],
            [{ TCP_TUNING_STACK: "dev", TCP_TUNING_COMMENT: "gitea" }, /TCP_TUNING_COMMENT takes github or gitlab/],
            [{ TCP_TUNING_CHECK: "b.conf", TCP_TUNING_DRIFT: "true" }, /TCP_TUNING_DRIFT .* set TCP_TUNING_STACK/],
        ];
        for (const [variables, words] of cases) {
            const { status, stdout, stderr } = await run(variables);
            assert.deepEqual([status, stdout], [2, ""], stderr);
            assert.match(stderr, words);
            assert.doesNotMatch(stderr, /started/);
        }
    });

    it("says of a key that opens nothing which variable it is in, and shows none of it", async () => {
        pulumiIs("echo started >&2");
        const file = join(folder, "locked");
        spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "passphrase", "-f", file]);
        const locked = readFileSync(file, "utf8");
        for (const key of [locked, "hunter2", `${locked.slice(0, 120)}\n`]) {
            const { status, stdout, stderr } = await run({ TCP_TUNING_STACK: "dev", TCP_TUNING_SSH_KEY: key });
            assert.deepEqual([status, stdout], [2, ""], stderr);
            assert.match(stderr, /TCP_TUNING_SSH_KEY must be a private key without a passphrase/);
            assert.doesNotMatch(stderr, /started/);
            assert.ok(!stderr.includes("hunter2") && !stderr.includes(locked.split("\n")[1]!), stderr);
        }
    });

    const skip = hostsUnavailable() ?? false;
    it("opens the hosts with a key that nothing but an agent of the run holds", { skip }, async () => {
        const hosts = await startHosts({ count: 1 });
        try {
            // What `pulumi` is given here logs in as the command plugin would, and tells what it has in its environment.
            const ssh = `ssh -o BatchMode=yes -o IdentitiesOnly=no -o UserKnownHostsFile='${hosts.knownHostsFile}'`;
            pulumiIs(`${ssh} root@${hosts.hosts[0]!.address} hostname >&2; env >&2`);
            const { stderr } = await run({
                TCP_TUNING_STACK: "dev",
                TCP_TUNING_SSH_KEY: hosts.privateKey.trimEnd(),
            });
            assert.match(stderr, /^host1$/m);
            assert.doesNotMatch(stderr, /TCP_TUNING_SSH_KEY|BEGIN OPENSSH/);
            const [, socket] = /^SSH_AUTH_SOCK=(.*)$/m.exec(stderr) ?? [];
            assert.ok(socket !== undefined);
            for (let tries = 0; existsSync(socket) && tries < 100; tries++) {
                await sleep(50);
            }
            assert.ok(!existsSync(socket), "the agent is gone");
        } finally {
            await hosts.stop();
        }
    });
});
