import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** The version that is built where no released engine can be had. */
export const ENGINE_VERSION = "3.259.0";

const MODULE = "github.com/pulumi/pulumi/pkg/v3";
const VERSION_SYMBOL = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const PROGRESS_MS = 30_000;

/** Without a main module of its own that requires it, the module cannot be built: it has replace directives. */
const GO_MOD = `module engine\n\ngo 1.25\n\nrequire ${MODULE} v${ENGINE_VERSION}\n`;

/** Builds the Pulumi command line from its Go module to `root/bin/pulumi`. */
export async function buildEngine(root: string, log: (line: string) => void): Promise<void> {
    const source = await mkdtemp(path.join(tmpdir(), "pulumi-engine-"));
    const started = Date.now();
    log(`building the Pulumi engine ${ENGINE_VERSION} from source, about six minutes the first time…`);
    const progress = setInterval(() => {
        log(`still building the Pulumi engine, ${Math.round((Date.now() - started) / 1000)} s…`);
    }, PROGRESS_MS);
    try {
        await writeFile(path.join(source, "go.mod"), GO_MOD);
        await mkdir(path.join(root, "bin"), { recursive: true });
        await goBuild(source, path.join(root, "bin", "pulumi"));
        log(`built the Pulumi engine in ${Math.round((Date.now() - started) / 1000)} s`);
    } finally {
        clearInterval(progress);
        await rm(source, { recursive: true, force: true });
    }
}

function goBuild(source: string, output: string): Promise<void> {
    const flags = `-s -w -X ${VERSION_SYMBOL}=v${ENGINE_VERSION}`;
    const args = ["build", "-mod=mod", "-buildvcs=false", "-ldflags", flags, "-o", output, `${MODULE}/cmd/pulumi`];
    return new Promise((resolve, reject) => {
        // What an interrupted build leaves goes with the folder.
        const env = { ...process.env, GOTMPDIR: source };
        const go = spawn("go", args, { cwd: source, env, stdio: ["ignore", "ignore", "pipe"] });
        let stderr = "";
        go.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-4000)));
        go.on("error", (error) => reject(goMissing(error)));
        go.on("close", (code) => (code === 0 ? resolve() : reject(buildFailed(code, stderr))));
    });
}

function goMissing(cause: Error): Error {
    return new Error(
        `No Pulumi engine: there is no pulumi on PATH, the download cannot be reached, and Go, which could build ` +
            `one, does not run (${cause.message}). Install one of them: Pulumi (https://www.pulumi.com/docs/install/) ` +
            `or Go 1.21 or newer (https://go.dev/doc/install).`,
        { cause },
    );
}

function buildFailed(code: number | null, stderr: string): Error {
    return new Error(
        `No Pulumi engine: "go build" of ${MODULE} v${ENGINE_VERSION} failed with exit code ${code}. ` +
            `It needs Go 1.21 or newer and a Go module proxy that can be reached. Its last words:\n${stderr.trim()}`,
    );
}
