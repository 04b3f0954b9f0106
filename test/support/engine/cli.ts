import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { version as sdkVersion } from "@pulumi/pulumi/version";
import { buildEngine, ENGINE_VERSION } from "./build";
import { cacheFolder, intoPlace, withLock } from "./cache";
import { isPulumiReachable } from "./network";

/** Where the engine came from. */
export type EngineOrigin = "PATH" | "download" | "built from source";

/** A Pulumi command line that can be run. */
export interface Cli {
    /** The folder with `bin/pulumi`; `undefined` is the one on `PATH`. */
    readonly root: string | undefined;
    readonly origin: EngineOrigin;
    readonly command: PulumiCommand;
}

export type Log = (line: string) => void;

/** Error hooks, which `TcpTuning` uses, came with this version. */
const OLDEST: readonly [number, number] = [3, 220];
const DOWNLOAD_LIMIT_MS = 5 * 60_000;

/** Finds an engine or makes one, in this order: `PATH`, the cache, the official download, the Go module. */
export async function provideCli(log: Log): Promise<Cli> {
    return (
        (await fromPath(log)) ??
        (await fromCache()) ??
        withLock(
            "engine",
            () => make(log),
            () => {
                log("another run is getting the Pulumi engine ready: waiting for it");
            },
        )
    );
}

/** The command line under `root` (or on `PATH`), or `undefined` when there is none that runs. */
export async function cliAt(root: string | undefined, origin: EngineOrigin): Promise<Cli | undefined> {
    const home = await mkdtemp(path.join(tmpdir(), "pulumi-home-"));
    const before = process.env["PULUMI_HOME"];
    // `pulumi version` writes a log into its home, and the user's home is none of our business.
    process.env["PULUMI_HOME"] = home;
    try {
        return { root, origin, command: await PulumiCommand.get(root === undefined ? {} : { root }) };
    } catch {
        return undefined;
    } finally {
        restoreEnvironment("PULUMI_HOME", before);
        await rm(home, { recursive: true, force: true });
    }
}

function restoreEnvironment(name: string, value: string | undefined): void {
    if (value === undefined) {
        delete process.env[name];
    } else {
        process.env[name] = value;
    }
}

async function fromPath(log: Log): Promise<Cli | undefined> {
    const cli = await cliAt(undefined, "PATH");
    const version = cli?.command.version;
    if (!version) {
        return undefined;
    }
    if (version.major === OLDEST[0] && version.minor >= OLDEST[1]) {
        return cli;
    }
    log(`pulumi ${version} on PATH is not used: ${OLDEST.join(".")} or a later 3.x is needed`);
    return undefined;
}

const downloadRoot = () => path.join(cacheFolder(), `engine-download-${sdkVersion}`);
const buildRoot = () => path.join(cacheFolder(), `engine-source-${ENGINE_VERSION}`);

async function fromCache(): Promise<Cli | undefined> {
    return (await cliAt(downloadRoot(), "download")) ?? (await cliAt(buildRoot(), "built from source"));
}

async function make(log: Log): Promise<Cli> {
    const made = (await fromCache()) ?? (await download(log)) ?? (await build(log));
    if (made === undefined) {
        throw new Error(`The Pulumi engine in ${buildRoot()} does not run. Remove that folder and start again.`);
    }
    return made;
}

async function download(log: Log): Promise<Cli | undefined> {
    if (!(await isPulumiReachable())) {
        log("get.pulumi.com cannot be reached: the Pulumi engine is not downloaded");
        return undefined;
    }
    log(`downloading Pulumi ${sdkVersion}`);
    try {
        await intoPlace(downloadRoot(), (root) => bounded(PulumiCommand.install({ root }), DOWNLOAD_LIMIT_MS));
    } catch (error) {
        log(`the download of Pulumi ${sdkVersion} failed: ${(error as Error).message}`);
        return undefined;
    }
    return cliAt(downloadRoot(), "download");
}

async function build(log: Log): Promise<Cli | undefined> {
    await intoPlace(buildRoot(), (root) => buildEngine(root, log));
    return cliAt(buildRoot(), "built from source");
}

async function bounded<T>(work: Promise<T>, limitMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        clearTimeout(timer);
    }
}
