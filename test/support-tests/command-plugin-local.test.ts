import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { local } from "@pulumi/command";
import { type CustomResourceOptions, type ResourceTransformArgs, secret } from "@pulumi/pulumi";
import { changes, failureOf, type Program, type State, withStack } from "../support/stack";

/** What a `local.Command` does, row by row; with the real plugin installed these tests are about that one. */

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tcp-tuning-local-")));
after(() => rmSync(folder, { recursive: true }));

const log = path.join(folder, "log");
const lines = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);

/** A program with one command, which runs in the tests' folder, and whose output is the stack's. */
function program(args: local.CommandArgs, options?: CustomResourceOptions): Program {
    return async () => {
        const { stdout, stderr } = new local.Command("task", { dir: folder, logging: "none", ...args }, options);
        return { stdout, stderr };
    };
}

function taskIn(state: State) {
    return state.resources?.find((resource) => resource.type === "command:local:Command");
}

describe("a local command", () => {
    beforeEach(() => rmSync(log, { force: true }));

    it("runs `create` once, `update ?? create` on a change of any input, and `delete` at the end", async () => {
        const create = "cat >>log; echo create >>log";
        await withStack({ program: program({ create }) }, async (stack) => {
            assert.deepEqual(changes(await stack.preview()), ["create task"]);
            assert.deepEqual(lines(), []);
            assert.deepEqual(changes(await stack.up()), ["create task"]);
            assert.deepEqual(changes(await stack.up()), []);
            stack.program = program({ create, stdin: "stdin 1\n" });
            assert.deepEqual(changes(await stack.up()), ["update task"]);
            const later = { stdin: "stdin 2\n", update: "cat >/dev/null; echo update >>log", delete: "cat >>log" };
            stack.program = program({ create, ...later });
            assert.deepEqual(changes(await stack.up()), ["update task"]);
            assert.deepEqual(changes(await stack.destroy()), ["delete task"]);
        });
        assert.deepEqual(lines(), ["create", "stdin 1", "create", "update", "stdin 2"]);
    });

    it("runs nothing where it has no command, and keeps the output that it had", async () => {
        await withStack({ program: program({ delete: "echo delete >>log" }) }, async (stack) => {
            assert.equal((await stack.up()).outputs["stdout"]?.value, "");
            assert.deepEqual(lines(), []);
            stack.program = program({ create: "echo made", delete: "echo delete >>log" });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "made");
            stack.program = program({});
            assert.equal((await stack.up()).outputs["stdout"]?.value, "made");
            await stack.destroy();
        });
        assert.deepEqual(lines(), []);
    });

    it("creates anew and then runs the old `delete` when a trigger changes", async () => {
        const version = (number: number) =>
            program({
                create: `echo create ${number} >>log`,
                delete: `echo delete ${number} >>log`,
                triggers: [number],
            });
        await withStack({ program: version(1) }, async (stack) => {
            await stack.up();
            stack.program = version(2);
            const replaced = ["create-replacement task", "replace task", "delete-replaced task"];
            assert.deepEqual(changes(await stack.up()), replaced);
        });
        assert.deepEqual(lines(), ["create 1", "create 2", "delete 1"]);
    });

    it("finds its last output in the environment of `update` and of `delete`, unless that is switched off", async () => {
        const print = 'echo "had $PULUMI_COMMAND_STDOUT and $PULUMI_COMMAND_STDERR"';
        const first = { create: `${print}; echo broken >&2`, delete: `${print} >>log` };
        await withStack({ program: program(first) }, async (stack) => {
            assert.equal((await stack.up()).outputs["stdout"]?.value, "had  and ");
            stack.program = program({ ...first, update: print });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "had had  and  and broken");
            await stack.destroy();
            assert.deepEqual(lines(), ["had had had  and  and broken and"]);
            stack.program = program(first);
            await stack.up();
            stack.program = program({ ...first, update: print, addPreviousOutputInEnv: false });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "had  and ");
        });
    });

    it("has the engine's environment and its own, and runs in the program's folder without a `dir`", async () => {
        const create = 'echo "$GREETING $OBJECT"; pwd -P';
        const args = { create, environment: { OBJECT: "world" } };
        const env = { GREETING: "hello", OBJECT: "nobody" };
        await withStack({ program: program(args), env }, async (stack) => {
            assert.equal((await stack.up()).outputs["stdout"]?.value, `hello world\n${folder}`);
            stack.program = async () => ({ stdout: new local.Command("task", args).stdout });
            assert.equal((await stack.up()).outputs["stdout"]?.value, `hello world\n${realpathSync(".")}`);
        });
    });

    it("is read by its interpreter, which is found in the engine's PATH", async () => {
        const create = "console.log([...require('fs').readFileSync(0, 'utf8')].reverse().join(''))";
        const args = { interpreter: ["node", "-e"], create, stdin: "abc", environment: { PATH: "/nowhere" } };
        await withStack({ program: program(args) }, async (stack) => {
            assert.equal((await stack.up()).outputs["stdout"]?.value, "cba");
            stack.program = program({ ...args, interpreter: ["no-such-interpreter"] });
            const { text } = await failureOf(stack.up());
            assert.match(text, /error: exec: "no-such-interpreter": executable file not found in \$PATH: running "/);
        });
    });

    it("can open its stdin, stdout and stderr by name", async () => {
        const create = "cat /dev/stdin >/dev/stdout; echo broken >>/dev/stderr";
        await withStack({ program: program({ create, stdin: "the stdin" }) }, async (stack) => {
            const { outputs } = await stack.up();
            assert.deepEqual([outputs["stdout"]?.value, outputs["stderr"]?.value], ["the stdin", "broken"]);
        });
    });

    it("need not read its stdin, and takes and writes more than a pipe holds", async () => {
        const stdin = "x".repeat(3_000_000);
        await withStack({ program: program({ create: "true", stdin }) }, async (stack) => {
            await stack.up();
            stack.program = program({ create: "head -c 200000", stdin });
            assert.equal(String((await stack.up()).outputs["stdout"]?.value).length, 200_000);
            stack.program = program({ create: "wc -c", stdin, addPreviousOutputInEnv: false });
            assert.equal((await stack.up()).outputs["stdout"]?.value, "3000000");
        });
    });

    it("logs what it writes line by line, as `logging` says", async () => {
        const shown = async (logging: local.Logging | undefined) => {
            const create = "printf 'to-%s\\n' stdout more; printf 'to-%s' stderr >&2";
            const logged: Program = async () => void new local.Command("task", { create, ...(logging && { logging }) });
            return withStack({ program: logged }, async (stack) => {
                const messages = (await stack.up()).diagnostics.map((event) => event.message.trim());
                return messages.filter((message) => message.startsWith("to-")).sort();
            });
        };
        assert.deepEqual(await shown(undefined), ["to-more", "to-stderr", "to-stdout"]);
        assert.deepEqual(await shown("stdoutAndStderr"), ["to-more", "to-stderr", "to-stdout"]);
        assert.deepEqual(await shown("stdout"), ["to-more", "to-stdout"]);
        assert.deepEqual(await shown("stderr"), ["to-stderr"]);
        assert.deepEqual(await shown("none"), []);
    });

    it("says in its failure the exit status, the command, and all that it wrote, and is not in the state", async () => {
        const create = "echo to stdout; echo to stderr >&2; exit 3";
        await withStack({ program: program({ create, delete: "echo delete >>log" }) }, async (stack) => {
            const { text } = await failureOf(stack.up());
            assert.match(text, /error: exit status 3: running "echo to stdout;[^\n]*":\n\s+to std/);
            assert.match(text, /^\s+to stdout$/m);
            assert.match(text, /^\s+to stderr$/m);
            assert.equal(taskIn(await stack.exportState()), undefined);
            stack.program = program({ create: "kill -TERM $$" });
            assert.match((await failureOf(stack.up())).text, /error: signal: terminated: running "kill -TERM/);
        });
        assert.deepEqual(lines(), []);
    });

    it("keeps its old state after a failed `update`: the reverted program does nothing", async () => {
        await withStack({ program: program({ create: "echo good >>log" }) }, async (stack) => {
            await stack.up();
            stack.program = program({ create: "echo bad >>log; exit 1" });
            await failureOf(stack.up());
            stack.program = program({ create: "echo good >>log" });
            assert.deepEqual(changes(await stack.up()), []);
        });
        assert.deepEqual(lines(), ["good", "bad"]);
    });

    it("fails without running when its folder is missing or its output before is too large to pass on", async () => {
        await withStack({ program: program({ dir: "/no/such", create: "echo ran >>log" }) }, async (stack) => {
            const missing = await failureOf(stack.up());
            assert.match(missing.text, /error: chdir \/no\/such: no such file or directory: running "echo ran >>log":/);
            stack.program = program({ create: "head -c 200000 /dev/zero | tr '\\0' x" });
            await stack.up();
            stack.program = program({ create: "echo ran >>log" });
            const { text } = await failureOf(stack.up());
            assert.match(text, /error: fork\/exec \/bin\/sh: argument list too long: running "echo ran >>log":/);
        });
        assert.deepEqual(lines(), []);
    });

    it("is killed by the first Ctrl-C, what it started is not, and it is not in the state", async () => {
        const create = "sleep 300 >/dev/null 2>&1 & echo $! $$ >>log; wait";
        await withStack({ program: program({ create }) }, async (stack) => {
            const up = stack.up();
            await until(() => lines().length === 1);
            const [child, shell] = (lines()[0] ?? "").split(" ").map(Number) as [number, number];
            try {
                assert.ok(stack.interrupt());
                assert.match((await failureOf(up)).text, /error: signal: killed: running "sleep 300 /);
                assert.deepEqual([isAlive(child), isAlive(shell)], [true, false]);
            } finally {
                process.kill(child);
            }
            assert.equal(taskIn(await stack.exportState()), undefined);
        });
    });

    it("keeps secret what came as a secret, and of its output what is said to be", async () => {
        const args = { create: 'echo "$TOKEN"; cat >/dev/null', environment: { TOKEN: secret("a secret token") } };
        const secrets = program({ ...args, stdin: secret("a secret stdin") }, { additionalSecretOutputs: ["stdout"] });
        await withStack({ program: secrets }, async (stack) => {
            const run = await stack.up();
            assert.deepEqual(run.outputs["stdout"], { value: "a secret token", secret: true });
            const stored = allText(stack.stateFolder);
            assert.match(stored, /command:local:Command/);
            for (const text of ["a secret stdin", "a secret token"]) {
                assert.ok(!stored.includes(text) && !run.text.includes(text), `found: ${text}`);
            }
            stack.program = program({ create: "cat", stdin: secret("a secret stdin") });
            const open = await stack.up();
            assert.deepEqual(open.outputs["stdout"], { value: "a secret stdin", secret: false });
        });
    });

    it("takes no field that it does not know", async () => {
        const args: local.CommandArgs = { create: "true" };
        // The SDK passes on what it knows; more can come from a transform, and from other languages.
        const more = ({ props, opts }: ResourceTransformArgs) => ({ props: { ...props, connection: "none" }, opts });
        await withStack({ program: program(args, { transforms: [more] }) }, async (stack) => {
            const { text } = await failureOf(stack.preview());
            assert.match(text, /has a problem: Unrecognized field 'connection' on 'local\.CommandInputs'/);
        });
    });
});

/** Polls for something that is going to happen; node's own test timeout ends a wait that is in vain. */
async function until(happened: () => boolean): Promise<void> {
    while (!happened()) {
        await sleep(50);
    }
}

function isAlive(pid: number): boolean {
    return existsSync(`/proc/${pid}`);
}

function allText(root: string): string {
    return readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
        .join("\n");
}
