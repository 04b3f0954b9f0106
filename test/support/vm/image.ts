import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cacheFolder, withLock } from "../engine/cache";
import { mustRun, systemEnvironment } from "../hosts/run";
import { vmUnavailable } from "./unavailable";

/** A Debian 12 with cloud-init that has never been booted. */
export interface Image {
    /** Never written to: machines boot from an overlay. */
    readonly disk: string;
    readonly kernel: string;
    /** The SSH server's public keys: `ssh-ed25519 AAAA…`. */
    readonly hostKeys: readonly string[];
}

const SCRIPT = resolve(__dirname, "../../../../test/support/vm/build-image.sh");

/** python3, for programs that listen, comes with cloud-init. */
const PACKAGES = [
    "linux-image-cloud-amd64",
    "systemd-sysv",
    "dbus",
    "udev",
    "cloud-init",
    "openssh-server",
    "iproute2",
    "procps",
    "ifupdown",
    "isc-dhcp-client",
    "netbase",
    "sudo",
];

const PROGRESS_MS = 30_000;

/** Whether {@link provideImage} has nothing to build. */
export function isImageCached(): boolean {
    return existsSync(imageFolder());
}

/** The image from the cache, built if it is missing there: some minutes. `log` gets the progress. */
export async function provideImage(log: (line: string) => void): Promise<Image> {
    const unavailable = vmUnavailable();
    if (unavailable !== undefined) {
        throw new Error(unavailable);
    }
    const folder = imageFolder();
    if (!isImageCached()) {
        const onWait = () => log("waiting for another process that builds the image of the virtual machine…");
        await withLock("vm-image", async () => isImageCached() || (await build(folder, log)), onWait);
    }
    const hostKeys = (await readFile(join(folder, "host-keys"), "utf8")).trim().split("\n");
    return { disk: join(folder, "disk.qcow2"), kernel: join(folder, "vmlinuz"), hostKeys };
}

let folderName: string | undefined;

/** Another one as soon as the script or a version of a package is another. */
function imageFolder(): string {
    const hash = () => createHash("sha256").update(readFileSync(SCRIPT)).update(versions()).digest("hex").slice(0, 16);
    return join(cacheFolder(), (folderName ??= `vm-image-${hash()}`));
}

/** The packages' versions as the machine's own sources have them; nothing where it has no apt. */
function versions(): string {
    const { stdout } = spawnSync("apt-cache", ["policy", ...PACKAGES], { env: systemEnvironment(), encoding: "utf8" });
    return (stdout ?? "")
        .split("\n")
        .filter((line) => /^\S|^ *Candidate:/.test(line))
        .join("\n");
}

async function build(folder: string, log: (line: string) => void): Promise<void> {
    const work = await mkdtemp(join(tmpdir(), "vm-image-"));
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    log("building the image of the virtual machine, two to six minutes the first time…");
    const progress = setInterval(() => log(`still building the image, ${seconds()} s…`), PROGRESS_MS);
    try {
        const built = join(work, "built");
        await mkdir(built);
        await mustRun(["sh", SCRIPT, built, PACKAGES.join(","), ...(await sources(work))]);
        await moveInto(built, folder);
        log(`built the image in ${seconds()} s: ${folder}`);
    } catch (error) {
        throw buildFailed(error as Error);
    } finally {
        clearInterval(progress);
        await rm(work, { recursive: true, force: true });
    }
}

/** The file with the machine's own sources of Debian 12, which may be a mirror; none if it has none. */
async function sources(work: string): Promise<string[]> {
    const format = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)";
    const all = await mustRun([
        "apt-get",
        "indextargets",
        "--format",
        format,
        "Created-By: Packages",
        "Origin: Debian",
    ]);
    const bookworm = all.split("\n").filter((line) => / bookworm(-\S+)? /.test(line));
    if (bookworm.length === 0) {
        return [];
    }
    const file = join(work, "bookworm.list");
    await writeFile(file, `${bookworm.join("\n")}\n`);
    return [file];
}

/** In one step, so that a killed build leaves no half image: the cache may be on another file system. */
async function moveInto(built: string, folder: string): Promise<void> {
    const staged = `${folder}.new`;
    await rm(staged, { recursive: true, force: true });
    await mustRun(["cp", "-r", built, staged]);
    await rename(staged, folder);
}

function buildFailed(cause: Error): Error {
    const lastWords = cause.message.trim().split("\n").slice(-15).join("\n");
    return new Error(
        "No image of the virtual machine: mmdebstrap could not install Debian 12 (bookworm), which needs its package " +
            "servers or a mirror in the machine's own apt sources. If those are there, run apt-get update. " +
            `Its last words:\n${lastWords}`,
        { cause },
    );
}
