import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheFolder, intoPlace, withLock } from "../engine/cache";

/** The version that server.py, which reaches into moto, was written for. */
const MOTO_VERSION = "5.2.5";
/** Not `moto[server]`: its further packages, for services that nobody asks here, take four times the space. */
const PACKAGES = [`moto[ec2,ssm]==${MOTO_VERSION}`, "flask", "flask-cors"];
const INSTALL_LIMIT_MS = 5 * 60_000;

const run = promisify(execFile);
const root = () => path.join(cacheFolder(), `moto-${MOTO_VERSION}`);
const python = (folder: string) => path.join(folder, "bin", "python");

/** Why moto cannot be had here, in plain words, with what to do; undefined when it can, or is there already. */
export function motoUnavailable(): string | undefined {
    if (existsSync(python(root()))) {
        return undefined;
    }
    const trial = spawnSync("python3", ["-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 10))"]);
    return trial.status === 0
        ? undefined
        : "moto needs Python 3.10 or newer with venv, not found here. On Debian: apt-get install python3 python3-venv";
}

/** The Python that has moto: in the cache, or installed there, once, in half a minute. */
export async function provideMoto(log: (line: string) => void): Promise<string> {
    if (!existsSync(python(root()))) {
        await withLock(
            "moto",
            () => install(log),
            () => log("another run is installing moto: waiting for it"),
        );
    }
    return python(root());
}

async function install(log: (line: string) => void): Promise<void> {
    if (existsSync(python(root()))) {
        return;
    }
    log(`installing moto ${MOTO_VERSION}, about half a minute the first time…`);
    await intoPlace(root(), async (folder) => {
        await run("python3", ["-m", "venv", folder]);
        await pip(folder);
    });
}

async function pip(folder: string): Promise<void> {
    const args = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", ...PACKAGES];
    try {
        await run(python(folder), args, { timeout: INSTALL_LIMIT_MS });
    } catch (error) {
        throw new Error(
            `moto ${MOTO_VERSION} cannot be installed: "python ${args.join(" ")}" failed. ` +
                `Is Python's package index reachable? Its last words:\n${(error as Error).message.slice(-2000)}`,
        );
    }
}
