import { spawn } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import * as path from "node:path";

/** What `npm test` runs after the build: the engine is provided once, then node's own runner does the rest. */

const OLDEST_NODE = 22;
/** For a whole file, too: the engine takes some seconds for every step. */
const TEST_LIMIT_MS = 20 * 60_000;
const TESTS = path.join(__dirname, "..");

async function run(filters: readonly string[]): Promise<number> {
    checkNode();
    const files = testFiles(filters);
    // Imported late, because an older node cannot even load what the engine needs.
    const { ENGINE_VARIABLE, provideEngine } = await import("./engine/index.js");
    const engine = await provideEngine();
    // What a killed test leaves behind is in here, and goes with it.
    const scratch = mkdtempSync(path.join(tmpdir(), "tcp-tuning-test-"));
    chmodSync(scratch, 0o1777);
    process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
    return nodeTest(files, { [ENGINE_VARIABLE]: JSON.stringify(engine.handle), TMPDIR: scratch });
}

function checkNode(): void {
    const major = Number(process.versions.node.split(".")[0]);
    if (major < OLDEST_NODE) {
        throw new Error(
            `The tests need Node ${OLDEST_NODE} or newer; this is ${process.versions.node}. ` +
                `Run them with "npm test", which uses the one in node_modules, after "npm ci".`,
        );
    }
}

/** Every test file whose path below test/ contains one of the filters; all of them without a filter. */
function testFiles(filters: readonly string[]): string[] {
    const all = globSync("**/*.test.js", { cwd: TESTS }).sort();
    const wanted = filters.length === 0 ? all : all.filter((file) => filters.some((filter) => file.includes(filter)));
    if (wanted.length === 0) {
        throw new Error(`No test file under ${TESTS} has ${filters.join(" or ") || ".test.js"} in its path.`);
    }
    return wanted.map((file) => path.join(TESTS, file));
}

function nodeTest(files: readonly string[], environment: Record<string, string>): Promise<number> {
    const args = [
        "--test",
        "--test-reporter=spec",
        `--test-timeout=${TEST_LIMIT_MS}`,
        `--test-concurrency=${Math.max(2, availableParallelism())}`,
        ...files,
    ];
    const node = spawn(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...environment } });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.on(signal, () => node.kill(signal));
    }
    return new Promise((resolve, reject) => {
        node.on("error", reject);
        node.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
    });
}

run(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    },
);
