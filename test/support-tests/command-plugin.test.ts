import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { remote } from "@pulumi/command";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { changes, failureOf, type Program, type State, type TestStack, withStack } from "../support/stack";
import { type SshServer, startSshServer } from "./sshd";

/** What `@pulumi/command` does, row by row; with the real plugin installed these tests are about that one. */

let server: SshServer;
let accepting: SshServer;
before(async () => {
    server = await startSshServer();
    accepting = await startSshServer("AcceptEnv GREETING PULUMI_COMMAND_*");
});
after(() => {
    server.stop();
    accepting.stop();
});

const file = (name: string) => path.join(server.folder, name);
const lines = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8").trim().split("\n") : []);

/** A program with one command, whose output is the stack's. */
function program(args: Omit<remote.CommandArgs, "connection">, options?: CustomResourceOptions, on = server): Program {
    return async () => {
        const command = new remote.Command("task", { connection: on.connection, ...args }, options);
        return { stdout: command.stdout, stderr: command.stderr };
    };
}

const quiet = { logging: "none", addPreviousOutputInEnv: false } as const;

function taskIn(state: State) {
    return state.resources?.find((resource) => resource.type === "command:remote:Command");
}

describe("a remote command", () => {
    beforeEach(() => rmSync(file("log"), { force: true }));

    it("runs `create` once, `update ?? create` on a change of any input, and `delete` at the end", async () => {
        const create = "cat >>~/log; echo create >>~/log";
        await withStack({ program: program({ ...quiet, create }) }, async (stack) => {
            assert.deepEqual(changes(await stack.up()), ["create task"]);
            assert.deepEqual(changes(await stack.up()), []);
            stack.program = program({ ...quiet, create, stdin: "stdin 1\n" });
            assert.deepEqual(changes(await stack.up()), ["update task"]);
            const later = { stdin: "stdin 2\n", update: "cat >/dev/null; echo update >>~/log", delete: "cat >>~/log" };
            stack.program = program({ ...quiet, create, ...later });
            assert.deepEqual(
                (await stack.up()).steps.map((step) => step.diff),
                [["delete", "stdin", "update"]],
            );
            assert.deepEqual(changes(await stack.destroy()), ["delete task"]);
        });
        assert.deepEqual(lines("log"), ["create", "stdin 1", "create", "update", "stdin 2"]);
    });

    it("creates anew and then runs the old `delete` when a trigger changes, and on `up --replace`", async () => {
        const version = (number: number) => {
            const [create, remove] = [`echo create ${number} >>~/log`, `echo delete ${number} >>~/log`];
            return program({ ...quiet, create, delete: remove, triggers: [number] });
        };
        await withStack({ program: version(1) }, async (stack) => {
            await stack.up();
            stack.program = version(2);
            const replaced = ["create-replacement task", "replace task", "delete-replaced task"];
            assert.deepEqual(changes(await stack.up()), replaced);
            await stack.up({ replace: [taskIn(await stack.exportState())?.urn ?? ""] });
        });
        assert.deepEqual(lines("log"), ["create 1", "create 2", "delete 1", "create 2", "delete 2"]);
    });

    it("is not in the state after a failed `create`: no `delete` will run", async () => {
        const failing = program({ ...quiet, create: "echo create >>~/log; exit 3", delete: "echo delete >>~/log" });
        await withStack({ program: failing }, async (stack) => {
            await failureOf(stack.up());
            assert.equal(taskIn(await stack.exportState()), undefined);
            await stack.destroy();
        });
        assert.deepEqual(lines("log"), ["create"]);
    });

    it("keeps its old state after a failed `update`: the reverted program does nothing", async () => {
        await withStack({ program: program({ ...quiet, create: "echo good >>~/log" }) }, async (stack) => {
            await stack.up();
            stack.program = program({ ...quiet, create: "echo bad >>~/log; exit 1" });
            await failureOf(stack.up());
            stack.program = program({ ...quiet, create: "echo good >>~/log" });
            assert.deepEqual(changes(await stack.up()), []);
        });
        assert.deepEqual(lines("log"), ["good", "bad"]);
    });

    it("does not run when a stock server refuses its environment", async () => {
        const environment = { GREETING: "hello" };
        await withStack({ program: program({ ...quiet, create: "echo ran >>~/log", environment }) }, async (stack) => {
            const failure = await failureOf(stack.up());
            assert.match(failure.text, /could not set environment variable "GREETING": ssh: setenv failed/);
            assert.deepEqual(lines("log"), []);
            stack.program = program({ ...quiet, create: "echo $GREETING", environment }, {}, accepting);
            assert.equal((await stack.up()).outputs["stdout"]?.value, "hello");
        });
    });

    it("is given its last output, where the server accepts it; elsewhere that is a warning", async () => {
        const args = { logging: "none", create: "echo first; echo broken >&2" } as const;
        const second = { ...args, update: 'echo "had $PULUMI_COMMAND_STDOUT and $PULUMI_COMMAND_STDERR"' };
        await withStack({ program: program(args, {}, accepting) }, async (stack) => {
            await stack.up();
            stack.program = program(second, {}, accepting);
            assert.equal((await stack.up()).outputs["stdout"]?.value, "had first and broken");
        });
        await withStack({ program: program(args) }, async (stack) => {
            await stack.up();
            stack.program = program(second);
            const refused = await stack.up();
            assert.equal(refused.outputs["stdout"]?.value, "had  and ");
            assert.match(refused.text, /warning: Unable to set 'PULUMI_COMMAND_STDERR'/);
            stack.program = program({ ...args, addPreviousOutputInEnv: false });
            assert.doesNotMatch((await stack.up()).text, /Unable to set/);
        });
    });

    it("logs what it writes, as `logging` says", async () => {
        const shown = async (logging: remote.Logging | undefined) => {
            const create = "printf 'to-%s\\n' stdout; printf 'to-%s\\n' stderr >&2";
            const args = { create, addPreviousOutputInEnv: false, ...(logging && { logging }) };
            return withStack({ program: program(args) }, async (stack) => {
                const said = (await stack.up()).diagnostics.map((event) => event.message).join("");
                return ["to-stdout", "to-stderr"].filter((text) => said.includes(text));
            });
        };
        assert.deepEqual(await shown(undefined), ["to-stdout", "to-stderr"]);
        assert.deepEqual(await shown("stdoutAndStderr"), ["to-stdout", "to-stderr"]);
        assert.deepEqual(await shown("stdout"), ["to-stdout"]);
        assert.deepEqual(await shown("stderr"), ["to-stderr"]);
        assert.deepEqual(await shown("none"), []);
    });

    it("never ends when one logged line has 200 KB, and ends without logging", async () => {
        const create = "head -c 200000 /dev/zero | tr '\\0' x; echo; echo done >>~/log";
        await withStack({ program: program({ create, addPreviousOutputInEnv: false }) }, async (stack) => {
            const hanging = stack.up();
            const ended = hanging.then(
                () => "ended",
                () => "ended",
            );
            await until(() => lines("log").length === 1);
            assert.equal(await Promise.race([ended, sleep(2000, "still running")]), "still running");
            await giveUp(stack);
            await failureOf(hanging);
            stack.program = program({ ...quiet, create });
            await stack.automation.cancel();
            assert.equal(String((await stack.up()).outputs["stdout"]?.value).length, 200_000);
        });
    });

    it("fails with EOF when it does not read a stdin that the connection cannot hold", async () => {
        const stdin = "x".repeat(3_000_000);
        await withStack({ program: program({ ...quiet, create: "true", stdin }) }, async (stack) => {
            assert.match((await failureOf(stack.up())).text, /error: EOF: running "true":/);
            stack.program = program({ ...quiet, create: "wc -c", stdin });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "3000000");
        });
    });

    it("says in its failure the exit status, the command three times, and all that it wrote", async () => {
        const create = "echo to stdout; echo to stderr >&2; exit 3";
        await withStack({ program: program({ ...quiet, create }) }, async (stack) => {
            const { text } = await failureOf(stack.up());
            assert.equal(text.split(create).length - 1, 3);
            assert.match(text, /error: Process exited with status 3: running "echo to stdout;[^\n]*":\n\s+to std/);
            assert.match(text, /^\s+to stdout$/m);
            assert.match(text, /^\s+to stderr$/m);
            stack.program = program({ ...quiet, create: "kill -TERM $$" });
            const killed = await failureOf(stack.up());
            assert.match(killed.text, /Process exited with status 143 from signal TERM: running/);
        });
    });

    it("loses what it wrote when a failing command has 15,000 characters", async () => {
        const create = `: ${"x".repeat(15_000)}; echo the reason >&2; exit 3`;
        await withStack({ program: program({ ...quiet, create }) }, async (stack) => {
            const { text } = await failureOf(stack.up());
            assert.match(text, /Process exited with status 3/);
            assert.doesNotMatch(text, /^\s*the reason$/m);
        });
    });

    it("keeps stdin in the state twice, and its output without the last newline", async () => {
        const args = { ...quiet, create: "cat; echo; echo", stdin: "the stdin" };
        await withStack({ program: program(args) }, async (stack) => {
            await stack.up();
            const task = taskIn(await stack.exportState());
            assert.equal(task?.inputs?.["stdin"], "the stdin");
            assert.equal(task?.outputs?.["stdin"], "the stdin");
            assert.equal(task?.outputs?.["stdout"], "the stdin\n");
        });
    });

    it("opens a connection for every operation and keeps it", async () => {
        const two: Program = async () => {
            const { connection } = server;
            const first = new remote.Command("first", { ...quiet, connection, create: "true" });
            const create = `tail -n +${marker} ${server.logFile}`;
            const second = new remote.Command("second", { ...quiet, connection, create }, { dependsOn: first });
            return { log: second.stdout };
        };
        const marker = readFileSync(server.logFile, "utf8").split("\n").length;
        await withStack({ program: two }, async (stack) => {
            const log = String((await stack.up()).outputs["log"]?.value).split("\n");
            const ports = log.flatMap((line) => /^Accepted publickey .* port (\d+) /.exec(line)?.[1] ?? []);
            assert.equal(ports.length, 2);
            const ended = log.filter((line) => /disconnect|closed/i.test(line));
            assert.deepEqual(
                ended.filter((line) => ports.some((port) => line.includes(`port ${port}`))),
                [],
            );
        });
    });

    it("connects to nothing in a preview", async () => {
        await withStack({ program: program({ ...quiet, create: "true" }) }, async (stack) => {
            const logins = server.logins();
            assert.deepEqual(changes(await stack.preview()), ["create task"]);
            assert.equal(server.logins(), logins);
            await stack.up();
            stack.program = program({ ...quiet, create: "true", update: "true" });
            assert.deepEqual(changes(await stack.preview()), ["update task"]);
            assert.equal(server.logins(), logins + 1);
        });
    });

    it("connects to nothing where it has no command, and keeps the output that it had", async () => {
        await withStack({ program: program(quiet) }, async (stack) => {
            const logins = server.logins();
            assert.equal((await stack.up()).outputs["stdout"]?.value, "");
            assert.equal(server.logins(), logins);
            stack.program = program({ ...quiet, create: "echo made" });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "made");
            stack.program = program(quiet);
            assert.equal((await stack.up()).outputs["stdout"]?.value, "made");
            await stack.destroy();
            assert.equal(server.logins(), logins + 1);
        });
    });

    it("is found unchanged by every refresh", async () => {
        await withStack({ program: program({ ...quiet, create: "echo made >>~/log" }) }, async (stack) => {
            await stack.up();
            rmSync(file("log"));
            const logins = server.logins();
            assert.deepEqual(changes(await stack.refresh()), ["refresh task"]);
            const others = changes(await stack.up({ refresh: true })).filter((change) => change !== "refresh task");
            assert.deepEqual(others, []);
            assert.equal(server.logins(), logins);
        });
    });

    it("is not stopped by customTimeouts", async () => {
        const slow = program({ ...quiet, create: "sleep 3; echo done" }, { customTimeouts: { create: "1s" } });
        await withStack({ program: slow }, async (stack) => {
            assert.equal((await stack.up()).outputs["stdout"]?.value, "done");
        });
    });

    it("runs on after Ctrl-C twice, and is not in the state", async () => {
        const slow = program({ ...quiet, create: "echo started >>~/log; sleep 4; echo ended >>~/log" });
        await withStack({ program: slow }, async (stack) => {
            const up = stack.up();
            await until(() => lines("log").length === 1);
            await giveUp(stack);
            await failureOf(up);
            assert.equal(taskIn(await stack.exportState()), undefined);
            await until(() => lines("log").includes("ended"));
        });
    });

    it("keeps its connection secret, and what came as a secret", async () => {
        const { secret } = await import("@pulumi/pulumi");
        const args = { ...quiet, create: "cat", stdin: secret("a secret stdin") };
        await withStack({ program: program(args, { additionalSecretOutputs: ["stdout"] }) }, async (stack) => {
            const run = await stack.up();
            assert.equal(run.outputs["stdout"]?.secret, true);
            const stored = allFiles(stack.stateFolder)
                .map((name) => readFileSync(name, "utf8"))
                .join("\n");
            const key = server.connection.privateKey.split("\n")[3] ?? "";
            assert.ok(key.length > 30);
            assert.match(stored, /command:remote:Command/);
            for (const text of [key, "a secret stdin", "PRIVATE KEY"]) {
                assert.ok(!stored.includes(text) && !run.text.includes(text), `found: ${text}`);
            }
        });
    });

    it("prints a connection with an unknown field, the key with it", async () => {
        const connection = { ...server.connection, keyFile: "~/.ssh/id" };
        const spread: Program = async () => void new remote.Command("task", { connection, create: "true" });
        await withStack({ program: spread }, async (stack) => {
            const { text } = await failureOf(stack.preview());
            assert.match(text, /property connection value .* has a problem: .*Unrecognized field 'keyFile'/s);
            assert.ok(text.includes(server.connection.privateKey.split("\n")[3] ?? "nothing"));
        });
    });
});

/** Polls for something that is going to happen; node's own test timeout ends a wait that is in vain. */
async function until(happened: () => boolean): Promise<void> {
    while (!happened()) {
        await sleep(50);
    }
}

/** Ctrl-C, and once more when the engine has understood the first. */
async function giveUp(stack: TestStack): Promise<void> {
    stack.interrupt();
    await sleep(1000);
    stack.interrupt();
}

function allFiles(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
}
