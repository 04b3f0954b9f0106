import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import type { SFTPWrapper, Stats } from "ssh2";
import { type Connection, connect } from "./connection";
import type { EngineLog } from "./engine-log";

/** What a `remote.CopyToRemote` copies: a text, or a file or folder by its path. */
export interface Source {
    readonly hash?: string;
    readonly path?: string;
    readonly text?: string;
}

export interface CopyInputs {
    readonly connection: Connection;
    readonly remotePath: string;
    readonly source: Source;
}

/** Copies the source to the host and closes the connection. */
export async function copyToRemote({ connection, remotePath, source }: CopyInputs, log: EngineLog): Promise<void> {
    const client = await connect(connection, log);
    try {
        const sftp = await promisify(client.sftp.bind(client) as SftpOpener)();
        if (source.path !== undefined) {
            await copyPath(sftp, source.path, remotePath);
        } else {
            await copyText(sftp, source.text ?? "", remotePath);
        }
    } finally {
        client.end();
    }
}

type SftpOpener = (done: (error: Error | undefined, sftp: SFTPWrapper) => void) => void;

async function copyText(sftp: SFTPWrapper, text: string, remotePath: string): Promise<void> {
    if ((await remoteStat(sftp, remotePath))?.isDirectory()) {
        throw new Error(`remote path ${remotePath} is a directory; a text needs the path of a file`);
    }
    await write(sftp, remotePath, Buffer.from(text));
}

/** A folder goes into an existing one, or, named with a `/` at its end, what is in it. */
async function copyPath(sftp: SFTPWrapper, source: string, remotePath: string): Promise<void> {
    const base = path.posix.join(remotePath, path.basename(source));
    const target = await remoteStat(sftp, remotePath);
    if ((await stat(source)).isDirectory()) {
        await makeFolder(sftp, remotePath);
        await copyFolder(sftp, source, source.endsWith("/") ? remotePath : base);
    } else {
        await write(sftp, target?.isDirectory() ? base : remotePath, await readFile(source));
    }
}

async function copyFolder(sftp: SFTPWrapper, source: string, remotePath: string): Promise<void> {
    await makeFolder(sftp, remotePath);
    for (const entry of await readdir(source, { withFileTypes: true })) {
        const from = path.join(source, entry.name);
        const to = path.posix.join(remotePath, entry.name);
        if (entry.isDirectory()) {
            await copyFolder(sftp, from, to);
        } else {
            await write(sftp, to, await readFile(from));
        }
    }
}

async function makeFolder(sftp: SFTPWrapper, remotePath: string): Promise<void> {
    const found = await remoteStat(sftp, remotePath);
    if (found === undefined) {
        await attempt(`failed to create remote directory ${remotePath}`, (done) => sftp.mkdir(remotePath, done));
    } else if (!found.isDirectory()) {
        throw new Error(`remote path ${remotePath} exists but is not a directory`);
    }
}

function write(sftp: SFTPWrapper, remotePath: string, content: Buffer): Promise<void> {
    return attempt(`failed to create remote file ${remotePath}`, (done) => sftp.writeFile(remotePath, content, done));
}

function attempt(what: string, work: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
        work((error) => (error ? reject(new Error(`${what}: ${error.message}`, { cause: error })) : resolve()));
    });
}

const NO_SUCH_FILE = 2;

function remoteStat(sftp: SFTPWrapper, remotePath: string): Promise<Stats | undefined> {
    return new Promise((resolve, reject) => {
        sftp.stat(remotePath, (error: (Error & { code?: unknown }) | undefined, stats) => {
            if (error === undefined || error.code === NO_SUCH_FILE) {
                resolve(error === undefined ? stats : undefined);
            } else {
                reject(new Error(`failed to stat remote path ${remotePath}: ${error.message}`, { cause: error }));
            }
        });
    });
}
