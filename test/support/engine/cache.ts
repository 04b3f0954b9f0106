import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where engines are kept between runs, outside the working tree: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheFolder(): string {
    const base = process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache");
    return path.join(base, "pulumi-tcp-tuning");
}

/**
 * Runs `work` while this process alone holds the lock folder `name` in the cache. A lock whose process is gone
 * is taken over, so that a run that was killed blocks nobody.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, onWait: () => void): Promise<T> {
    const lock = path.join(cacheFolder(), `${name}.lock`);
    await mkdir(cacheFolder(), { recursive: true });
    for (let waited = false; !(await tryLock(lock)); waited = true) {
        if (!waited) {
            onWait();
        }
        await sleep(1000);
    }
    try {
        return await work();
    } finally {
        await rm(lock, { force: true });
    }
}

/** Fills a folder beside `root` and renames it into place only when it is whole. */
export async function intoPlace(root: string, fill: (folder: string) => Promise<unknown>): Promise<void> {
    await mkdir(path.dirname(root), { recursive: true });
    const folder = await mkdtemp(`${root}.part-`);
    try {
        await fill(folder);
        await rm(root, { recursive: true, force: true });
        await rename(folder, root);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

async function tryLock(lock: string): Promise<boolean> {
    try {
        await writeFile(lock, String(process.pid), { flag: "wx" });
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
            throw error;
        }
    }
    if (!isRunning(Number(await readFile(lock, "utf8").catch(() => "")))) {
        await rm(lock, { force: true });
    }
    return false;
}

/** An empty lock (0) belongs to a process that is just writing its id. */
function isRunning(pid: number): boolean {
    if (!Number.isInteger(pid) || pid <= 0) {
        return pid === 0;
    }
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}
