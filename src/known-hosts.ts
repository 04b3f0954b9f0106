import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { expandPath } from "./home-path";

/** No host key can be trusted for a host: none is known, or only a revoked one. */
export class HostKeyError extends Error {
    public override readonly name = "HostKeyError";
}

/**
 * Key types, first choice first. `@pulumi/command` is given exactly one key, and Go's SSH client, which it uses,
 * negotiates in this order: on a server with several keys any other choice is refused as a mismatch.
 */
const keyTypes = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa", "ssh-ed25519"];

interface Entry {
    readonly marker?: string;
    readonly hosts: string;
    readonly type: string;
    readonly blob: string;
}

/**
 * The host key that OpenSSH's `known_hosts` text holds for a host, as `type base64`.
 *
 * As OpenSSH does, a port other than 22 is looked up as `[host]:port` only. Keys of certificate authorities are not
 * host keys and are passed over. `undefined` when there is no key.
 *
 * @throws HostKeyError when every key of the host is revoked.
 */
export function findHostKey(text: string, host: string, port = 22): string | undefined {
    const name = lookupName(host, port);
    const entries = parseEntries(text).filter((entry) => hostsMatch(entry.hosts, name));
    const revoked = entries.filter((entry) => entry.marker === "@revoked");
    const known = entries.filter((entry) => entry.marker === undefined);
    const keys = known.filter((key) => revoked.every((entry) => entry.blob !== key.blob));
    const best = keyTypes.map((type) => keys.find((key) => key.type === type)).find((key) => key !== undefined);
    // A key revoked for all hosts (`*`) does not say that this host ever had it.
    if (keys.length === 0 && (known.length > 0 || revoked.some((entry) => entry.hosts !== "*"))) {
        throw new HostKeyError(
            `The host key of ${name} is marked @revoked and there is no other: do not connect ` +
                "before the host has a new key, entered on a line of its own.",
        );
    }
    return best && `${best.type} ${best.blob}`;
}

/** How a host's identity is made sure of. */
export interface HostKeyPolicy {
    readonly knownHosts?: string | readonly string[];
    readonly insecureIgnoreHostKey?: boolean;
}

/** An address, with the key that is known of it already. */
interface Addressed {
    readonly host: string;
    readonly port?: number;
    readonly hostKey?: string;
}

/**
 * The key that a host has to show: its own, or that of the files; undefined where any key is taken.
 *
 * @throws Error when nothing says which key it is
 */
export function hostKeyOf({ host, port, hostKey }: Addressed, policy: HostKeyPolicy): string | undefined {
    if (hostKey !== undefined || policy.insecureIgnoreHostKey) {
        return hostKey;
    }
    const files = policy.knownHosts === undefined ? [] : [policy.knownHosts].flat();
    if (files.length === 0) {
        throw new Error(
            `nothing says which key the host ${host} must have, so anyone could answer in its place; give knownHosts: ` +
                '"~/.ssh/known_hosts" or connection.hostKey, or give up the check by insecureIgnoreHostKey: true',
        );
    }
    return hostKeyFor(files, host, port ?? 22);
}

/**
 * The host key of a host from the first to the last of these files; all of them count, as for `ssh`.
 *
 * @param files Paths; `~` is the home folder.
 * @throws HostKeyError naming the files read and the command that fetches the key.
 */
export function hostKeyFor(files: readonly string[], host: string, port = 22): string {
    const texts = files.map((file) => readKnownHosts(file));
    const key = findHostKey(texts.map(({ text }) => text ?? "").join("\n"), host, port);
    if (key === undefined) {
        const read = texts.map(({ file, problem }) => (problem === undefined ? file : `${file} (${problem})`));
        const file = texts.find(({ problem }) => problem !== FOLDER)?.file;
        throw new HostKeyError(noKeyMessage(read, file, host, port));
    }
    return key;
}

/** @param file Where the key can be written; undefined when only folders are named. */
function noKeyMessage(read: readonly string[], file: string | undefined, host: string, port: number): string {
    const missing = `No host key for ${lookupName(host, port)} in ${read.join(", ") || "any file: none was named"}.`;
    if (file === undefined) {
        return `${missing} Name a file in OpenSSH's format, such as ~/.ssh/known_hosts.`;
    }
    return [
        missing,
        `Fetch it:    ssh-keyscan -p ${port} -t ecdsa,rsa,ed25519 ${host} >> ${file}`,
        `Compare it:  ssh-keygen -l -F '${lookupName(host, port)}' -f ${file}`,
        "             with what the host's own console prints for",
        "             for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done",
        "A key that was fetched but not compared may be an attacker's.",
    ].join("\n");
}

const FOLDER = "is a folder";

function readKnownHosts(file: string): { file: string; text?: string; problem?: string } {
    try {
        return { file, text: readFileSync(expandPath(file), "utf8") };
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const problems: Record<string, string> = { ENOENT: "does not exist", EISDIR: FOLDER };
        return { file, problem: problems[code ?? ""] ?? `cannot be read: ${message}` };
    }
}

/** The name OpenSSH writes for a host on a port. */
function lookupName(host: string, port: number): string {
    return (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
}

/** A fleet looks up each of its hosts in one text, whose thousand lines take a millisecond. */
let latest: { readonly text: string; readonly entries: readonly Entry[] } | undefined;

function parseEntries(text: string): readonly Entry[] {
    if (latest?.text !== text) {
        latest = { text, entries: text.split("\n").flatMap((line) => parseEntry(line.trim()) ?? []) };
    }
    return latest.entries;
}

/** Undefined for blank lines, comments and lines that OpenSSH passes over as well: damaged ones. */
function parseEntry(line: string): Entry | undefined {
    if (line === "" || line.startsWith("#")) {
        return undefined;
    }
    const fields = line.split(/[ \t]+/);
    const marker = fields[0]!.startsWith("@") ? fields.shift() : undefined;
    const [hosts, type, blob] = fields;
    if (hosts === undefined || type === undefined || blob === undefined || typeInside(blob) !== type) {
        return undefined;
    }
    return { marker, hosts, type, blob };
}

/** A key's blob begins with its own type, behind the length in four bytes. */
function typeInside(blob: string): string | undefined {
    const bytes = Buffer.from(blob, "base64");
    return bytes.length > 4 ? bytes.toString("latin1", 4, 4 + bytes.readUInt32BE(0)) : undefined;
}

function hostsMatch(hosts: string, name: string): boolean {
    if (hosts.startsWith("|")) {
        return hashMatches(hosts, name);
    }
    const patterns = hosts.toLowerCase().split(",");
    const denied = patterns.some((pattern) => pattern.startsWith("!") && globMatches(pattern.slice(1), name));
    return !denied && patterns.some((pattern) => globMatches(pattern, name));
}

/** `|1|salt|hash`, where hash is the HMAC-SHA1 of the name. */
function hashMatches(field: string, name: string): boolean {
    const [, version, salt = "", hash] = field.split("|");
    return version === "1" && createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** `*` is any text and `?` any one character; everything else, brackets included, stands for itself. */
function globMatches(pattern: string, name: string): boolean {
    // Nearly all are plain, and a fleet looks up each of its hosts.
    if (!/[*?]/.test(pattern)) {
        return pattern === name;
    }
    const escaped = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${escaped}$`).test(name);
}
