import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { hashedHostKey } from "../host-key";
import type { SshTarget } from "../ssh";
import type { Rollout } from "./rollout";

/*
 * A fleet has one command that knows all its hosts and how each is restored: it does so when a host has left, and when the
 * fleet is deleted. An update is told of the former hosts by what the command printed before, alone, so that is where they
 * stand. It is passed on in the environment of a process, so they stand there sealed, by a key that stays the same.
 */

/** A host of a fleet, as it is restored. */
export interface Member {
    /** As the user knows it. */
    readonly name: string;
    /** Names that it had before. @default none */
    readonly aliases?: readonly string[];
    readonly target: SshTarget;
    /** The request to the host's agent: its first line. @default it stays tuned when it leaves */
    readonly header?: string;
}

/** What the command is asked; it travels in stdin, so it is a secret, and stays in the state. */
export interface RosterRequest extends Pick<Rollout, "parallel" | "connectSeconds"> {
    /** The command's own name in the program. */
    readonly resource: string;
    /** What the former hosts are sealed with, in base64. */
    readonly key: string;
    /** Stands for the agent, which is on the hosts. */
    readonly agent: string;
    readonly members: readonly Member[];
    /** Names or addresses of hosts that are not restored, since they are gone: members have no header, then. */
    readonly gone: readonly string[];
    /** Values that came late and are wrong: nothing is done to any host. */
    readonly refusals: readonly string[];
}

/** What the command prints, for its next run and for the roll-out. */
export interface Roster {
    /** Another one after the command was replaced, which restores all hosts. */
    readonly id: string;
    /** Sealed. */
    readonly members: string;
}

export function newRosterId(): string {
    return randomBytes(6).toString("hex");
}

/** Reads what the command has printed; undefined for any other text. */
export function parseRoster(text: string): Roster | undefined {
    try {
        const { schema, verb, id, members } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        const isOne = schema === 1 && verb === "hosts" && typeof id === "string" && typeof members === "string";
        return isOne ? { id, members } : undefined;
    } catch {
        return undefined;
    }
}

/** As {@link parseRoster} reads it. */
export function rosterText(roster: Roster): string {
    return JSON.stringify({ schema: 1, verb: "hosts", ...roster });
}

/** Those who were members, and are not any more: neither under their name nor under one that came after it. */
export function leavers(former: readonly Member[], { members }: Pick<RosterRequest, "members">): Member[] {
    const stays = ({ name, target }: Member) =>
        members.some((each) => each.target.host === target.host && namesOf(each).includes(name));
    return former.filter((each) => !stays(each));
}

function namesOf({ name, aliases = [] }: Member): readonly string[] {
    return [name, ...aliases];
}

const CIPHER = "aes-256-gcm";
const [NONCE_BYTES, TAG_BYTES] = [12, 16] as const;

/** All members, as a text that says nothing without the key. */
export function seal(members: readonly Member[], key: string): string {
    const kept = members.map(forLater);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, Buffer.from(key, "base64"), nonce);
    const sealed = Buffer.concat([cipher.update(brotliCompressSync(JSON.stringify(kept))), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** What {@link seal} has sealed. @throws Error where the key is another one, or the text was cut off */
export function unseal(text: string, key: string): Member[] {
    const bytes = Buffer.from(text, "base64");
    const [tagAt, sealedAt] = [NONCE_BYTES, NONCE_BYTES + TAG_BYTES];
    const decipher = createDecipheriv(CIPHER, Buffer.from(key, "base64"), bytes.subarray(0, tagAt));
    decipher.setAuthTag(bytes.subarray(tagAt, sealedAt));
    const packed = Buffer.concat([decipher.update(bytes.subarray(sealedAt)), decipher.final()]);
    return JSON.parse(brotliDecompressSync(packed).toString()) as Member[];
}

function forLater({ name, target, header }: Member): Member {
    return header === undefined
        ? { name, target: { host: target.host } }
        : { name, target: withHashes(target), header };
}

/** The hash of a host's key does as well, and is shorter: there is not room for many thousand hosts. */
function withHashes({ hostKey, proxy, ...target }: SshTarget): SshTarget {
    return {
        ...target,
        ...(hostKey !== undefined && { hostKey: hashedHostKey(hostKey) }),
        ...(proxy !== undefined && { proxy: withHashes(proxy) }),
    };
}
