import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mustRun } from "./run";
import type { Flavour } from "./unavailable";
import { FIRST_UID, type HostUser } from "./users";

/** What a host's disk is made from. */
export interface DiskOptions {
    readonly name: string;
    readonly address: string;
    readonly users: readonly HostUser[];
    readonly flavour: Flavour;
    /** The one line of `authorized_keys`. */
    readonly authorizedKey: string;
}

/** A host's public keys, as a `known_hosts` line or a `hostKey` has them: `ssh-ed25519 AAAA…`. */
export interface HostKeys {
    readonly ed25519: string;
    readonly ecdsa: string;
}

/** Parts of the machine's own /etc without which its programs do not run. Nothing else of it is on a host. */
const COPIED = ["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"];

/** Folders of a disk, beside the file systems `etc` and `var`, and their modes. */
const FOLDERS: Readonly<Record<string, number>> = {
    "etc/modules-load.d": 0o755,
    "etc/pam.d": 0o755,
    "etc/ssh": 0o755,
    "etc/sudoers.d": 0o750,
    "etc/sysctl.d": 0o755,
    home: 0o755,
    root: 0o700,
    "usr/lib/sysctl.d": 0o755,
    "usr/local/lib/sysctl.d": 0o755,
    "var/lib": 0o755,
    "var/log": 0o755,
    "var/tmp": 0o1777,
};

/** Fills a host's disk, mounted at `disk`, as a freshly installed Debian server has it. Returns its host keys. */
export async function fillDisk(disk: string, options: DiskOptions): Promise<HostKeys> {
    for (const [folder, mode] of Object.entries(FOLDERS)) {
        mkdirSync(join(disk, folder), { recursive: true });
        chmodSync(join(disk, folder), mode);
    }
    for (const [file, [text, mode]] of Object.entries(files(options, await hashesOf(options.users)))) {
        writeFileSync(join(disk, file), text);
        chmodSync(join(disk, file), mode);
    }
    for (const part of COPIED.filter((name) => existsSync(join("/etc", name)))) {
        cpSync(join("/etc", part), join(disk, "etc", part), { recursive: true, verbatimSymlinks: true });
    }
    symlinkSync("../sysctl.conf", join(disk, "etc/sysctl.d/99-sysctl.conf"));
    symlinkSync("../usr/lib/os-release", join(disk, "etc/os-release"));
    makeHomes(disk, options);
    if (options.flavour === "busybox") {
        await installBusybox(disk);
    }
    return makeHostKeys(disk);
}

/** Those that programs here rely on. */
const SYSTEM_USERS = ["root", "sshd", "nobody"];

/** The hashes of the passwords, by user. */
async function hashesOf(users: readonly HostUser[]): Promise<Readonly<Record<string, string>>> {
    const hashes = users.map(async ({ name, password }) => {
        const hash = password && (await mustRun(["openssl", "passwd", "-6", "-stdin"], { input: password }));
        return [name, hash?.trim() || "*"];
    });
    return Object.fromEntries(await Promise.all(hashes));
}

/** The files of a host's /etc: text and mode. */
function files(
    { name, address, users, flavour }: DiskOptions,
    hashes: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly [string, number]>> {
    const shell = shellOf(flavour);
    const numbered = users.map((user, index) => ({ ...user, id: FIRST_UID + index }));
    const sudoers = users
        .filter(({ sudo }) => sudo)
        .map((user) => `${user.name} ALL=(ALL:ALL) ${user.password === undefined ? "NOPASSWD: " : ""}ALL`);
    return {
        "etc/passwd": [
            lines([
                `root:x:0:0:root:/root:${shell}`,
                "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin",
                "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
                ...numbered.map((user) => `${user.name}:x:${user.id}:${user.id}::/home/${user.name}:${shell}`),
            ]),
            0o644,
        ],
        "etc/group": [
            lines([
                "root:x:0:",
                "tty:x:5:",
                "shadow:x:42:",
                "nogroup:x:65534:",
                ...numbered.map((user) => `${user.name}:x:${user.id}:`),
            ]),
            0o644,
        ],
        "etc/shadow": [
            lines(
                [...SYSTEM_USERS, ...users.map((user) => user.name)].map(
                    (user) => `${user}:${hashes[user] ?? "*"}:19000:0:99999:7:::`,
                ),
            ),
            0o640,
        ],
        "etc/nsswitch.conf": [lines(["passwd: files", "group: files", "shadow: files", "hosts: files dns"]), 0o644],
        "etc/hostname": [lines([name]), 0o644],
        "etc/hosts": [lines(["127.0.0.1 localhost", "::1 localhost", `${address} ${name}`]), 0o644],
        "etc/machine-id": [lines([randomUUID().replaceAll("-", "")]), 0o444],
        "etc/sysctl.conf": [lines(["# Parameters set at boot. See sysctl.conf(5)."]), 0o644],
        "etc/sudoers": [lines(["Defaults env_reset", "root ALL=(ALL:ALL) ALL", "@includedir /etc/sudoers.d"]), 0o440],
        "etc/sudoers.d/users": [lines(sudoers), 0o440],
        "etc/pam.d/sudo": [
            lines(["auth required pam_unix.so", "account required pam_permit.so", "session required pam_permit.so"]),
            0o644,
        ],
        "etc/ssh/sshd_config": [
            lines([
                "HostKey /etc/ssh/ssh_host_ecdsa_key",
                "HostKey /etc/ssh/ssh_host_ed25519_key",
                "KbdInteractiveAuthentication no",
                "PasswordAuthentication no",
                "AcceptEnv LANG LC_*",
                "Subsystem sftp /usr/lib/openssh/sftp-server",
                "PidFile /run/sshd.pid",
            ]),
            0o644,
        ],
    };
}

function lines(list: readonly string[]): string {
    return list.map((line) => `${line}\n`).join("");
}

function shellOf(flavour: Flavour): string {
    return flavour === "busybox" ? "/bin/sh" : "/bin/bash";
}

/** Homes without start-up files: a login costs no more than its shell. */
function makeHomes(disk: string, { users, authorizedKey }: DiskOptions): void {
    const homes = users.map((user, index) => ({ home: join("home", user.name), id: FIRST_UID + index }));
    for (const { home, id } of [{ home: "root", id: 0 }, ...homes]) {
        const keys = join(disk, home, ".ssh", "authorized_keys");
        mkdirSync(dirname(keys), { recursive: true });
        writeFileSync(keys, `${authorizedKey}\n`);
        for (const [path, mode] of [
            [join(disk, home), 0o700],
            [dirname(keys), 0o700],
            [keys, 0o600],
        ] as const) {
            chmodSync(path, mode);
            chownSync(path, id, id);
        }
    }
}

async function makeHostKeys(disk: string): Promise<HostKeys> {
    const [ed25519, ecdsa] = await Promise.all([
        makeKey("ed25519", join(disk, "etc/ssh/ssh_host_ed25519_key")),
        makeKey("ecdsa", join(disk, "etc/ssh/ssh_host_ecdsa_key")),
    ]);
    return { ed25519, ecdsa };
}

/** Makes a key pair (`file` and `file.pub`, OpenSSH format, no passphrase). Returns the public key without comment. */
export async function makeKey(type: "ed25519" | "ecdsa", file: string): Promise<string> {
    await mustRun(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", file]);
    return readFileSync(`${file}.pub`, "utf8").trim();
}

/** The only programs of a busybox host: busybox under all its names, the SSH server, and sudo. */
async function installBusybox(disk: string): Promise<void> {
    const script = `
        mkdir -p "$1/usr/bin" "$1/usr/sbin" "$1/usr/local/bin" "$1/usr/local/sbin" "$1/usr/games"
        cp "$(command -v busybox)" "$1/usr/bin/busybox"
        "$1/usr/bin/busybox" --list | while read -r applet; do
            [ "$applet" = busybox ] || ln -s busybox "$1/usr/bin/$applet"
        done
        cp "$(command -v sshd)" "$1/usr/sbin/sshd"
        cp --preserve=mode "$(command -v sudo)" "$1/usr/bin/sudo"`;
    await mustRun(["sh", "-euc", script, "install-busybox", join(disk, "busybox")]);
}
