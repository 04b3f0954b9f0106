import { guardSeconds, type OnOverride } from "../agent/request";
import { allowedWords, type Restore, verifyLimits } from "../allowed";
import type { Location } from "../diagnostic";
import { quote } from "../diagnostic";
import type { ParameterValue } from "../setting";
import { suggest } from "../suggest";
import type { ValueReader } from "./values";
import type { Entries, Node } from "./yaml";

/** What `tcp_tuning` says of one host, all levels together. The rules have not yet judged its keys and values. */
export interface HostTuning {
    readonly profile?: string;
    readonly parameters: Readonly<Record<string, ParameterValue>>;
    readonly unlisted: Readonly<Record<string, ParameterValue>>;
    readonly optional: readonly string[];
    /** Reasons by rule id. */
    readonly accept: Readonly<Record<string, string>>;
    /** @default verified with the default limits */
    readonly verify?: false | HostVerification;
    readonly onOverride?: OnOverride;
    readonly confirmWithinSeconds?: number;
    readonly observe?: boolean;
    readonly restore?: Restore;
}

export interface HostVerification {
    readonly maxTimeWait?: number;
    readonly settleSeconds?: number;
}

/** The fields of `tcp_tuning`, with how a lower level changes what an upper one says, and an example. */
const fields = {
    profile: { merge: "replace", example: "profile: high-traffic" },
    parameters: { merge: "by key", example: "parameters: {net.ipv4.tcp_fin_timeout: 30}" },
    unlisted: { merge: "by key", example: "unlisted: {net.ipv4.icmp_ratelimit: 1000}" },
    optional: { merge: "append", example: "optional: [net.ipv4.tcp_migrate_req]" },
    accept: { merge: "by key", example: "accept: {TW-CAP-LOW: agreed with the SRE team}" },
    verify: { merge: "by key", example: "verify: {maxTimeWait: 4000, settleSeconds: 90}, or verify: false" },
    onOverride: { merge: "replace", example: "onOverride: warn" },
    confirmWithinSeconds: { merge: "replace", example: "confirmWithinSeconds: 60" },
    observe: { merge: "replace", example: "observe: true" },
    restore: { merge: "replace", example: "restore: leave" },
    hostKey: { merge: "replace", example: "hostKey: ssh-ed25519 AAAA…" },
    knownHosts: { merge: "replace", example: "knownHosts: ~/.ssh/known_hosts" },
    insecureIgnoreHostKey: { merge: "replace", example: "insecureIgnoreHostKey: true" },
} as const satisfies Record<string, { merge: "replace" | "by key" | "append"; example: string }>;

export type Field = keyof typeof fields;
export type Fields = ReadonlyMap<Field, Node>;

/**
 * Merges the `tcp_tuning` of all levels, the weakest first. `false` leaves the host out, with all that was said above;
 * an empty value in a lower level takes away what an upper one says. Undefined when the host is not tuned.
 */
export function mergeTuning(levels: readonly Node[], read: ValueReader): Fields | undefined {
    return levels.reduce<Map<Field, Node> | undefined>((above, node) => {
        if (node.kind === "scalar" && node.value === false) {
            return undefined;
        }
        const example = "tcp_tuning: {profile: high-traffic}, or tcp_tuning: false to leave hosts out";
        const entries = read.mapping(node, "tcp_tuning", example);
        return mergeLevel(above ?? new Map(), entries ?? new Map(), read);
    }, undefined);
}

function mergeLevel(above: Fields, entries: Entries, read: ValueReader): Map<Field, Node> {
    const merged = new Map(above);
    for (const [name, node] of entries) {
        if (!isField(name)) {
            refuseField(name, node.location, read);
        } else if (isNull(node)) {
            merged.delete(name);
        } else {
            merged.set(name, mergeField(name, merged.get(name), node));
        }
    }
    return merged;
}

function mergeField(name: Field, above: Node | undefined, node: Node): Node {
    const { merge } = fields[name];
    if (merge === "by key" && node.kind === "mapping") {
        const inherited = above?.kind === "mapping" ? above.entries : [];
        const entries = [...new Map([...inherited, ...node.entries])].filter(([, value]) => !isNull(value));
        return { ...node, entries: new Map(entries) };
    }
    if (merge === "append" && node.kind === "sequence" && above?.kind === "sequence") {
        return { ...node, items: [...above.items, ...node.items] };
    }
    return node;
}

function isField(name: string): name is Field {
    return Object.hasOwn(fields, name);
}

function isNull(node: Node): boolean {
    return node.kind === "scalar" && node.value === null;
}

function refuseField(name: string, location: Location, { problems }: ValueReader): void {
    const known = Object.keys(fields);
    const [meant] = suggest(name.replaceAll("_", ""), known);
    const advice = name.includes(".")
        ? 'Put parameters under "parameters:"'
        : meant !== undefined
          ? `Did you mean ${quote(meant)}?`
          : `Known are ${known.join(", ")}`;
    problems.add(location, `tcp_tuning has no key ${quote(name)}`, advice);
}

/** The tuning that the merged fields describe. */
export function readTuning(merged: Fields, read: ValueReader): HostTuning {
    return {
        profile: readText(merged, "profile", read),
        parameters: readParameters(merged, "parameters", read),
        unlisted: readParameters(merged, "unlisted", read),
        optional: readList(merged, "optional", read),
        accept: readRecord(merged, "accept", read, (node, id) =>
            read.text(node, `The reason to accept ${id}`, `${id}: why it is acceptable`),
        ),
        verify: readVerification(merged, read),
        onOverride: readWord(merged, "onOverride", read),
        confirmWithinSeconds: readSeconds(merged, "confirmWithinSeconds", read),
        observe: readFlag(merged, "observe", read),
        restore: readWord(merged, "restore", read),
    };
}

export function readText(merged: Fields, field: Field, read: ValueReader): string | undefined {
    const node = merged.get(field);
    return node && read.text(node, `tcp_tuning.${field}`, fields[field].example);
}

function readWord<F extends keyof typeof allowedWords>(
    merged: Fields,
    field: F,
    read: ValueReader,
): (typeof allowedWords)[F][number] | undefined {
    const node = merged.get(field);
    return node && read.word<(typeof allowedWords)[F][number]>(node, field, allowedWords[field]);
}

export function readFlag(merged: Fields, field: Field, read: ValueReader): boolean | undefined {
    const node = merged.get(field);
    return node && read.flag(node, `tcp_tuning.${field}`);
}

function readSeconds(merged: Fields, field: Field, read: ValueReader): number | undefined {
    const node = merged.get(field);
    return node && read.integer(node, `tcp_tuning.${field}`, ...guardSeconds);
}

function readParameters(merged: Fields, field: Field, read: ValueReader): Record<string, ParameterValue> {
    return readRecord(merged, field, read, (node, key) => read.parameter(node, key));
}

function readList(merged: Fields, field: Field, read: ValueReader): string[] {
    const node = merged.get(field);
    const { example } = fields[field];
    const items = node && read.list(node, `tcp_tuning.${field}`, example);
    const texts = (items ?? []).flatMap((item) => read.text(item, `An entry of tcp_tuning.${field}`, example) ?? []);
    return [...new Set(texts)];
}

function readRecord<T>(
    merged: Fields,
    field: Field,
    read: ValueReader,
    value: (node: Node, key: string) => T | undefined,
): Record<string, T> {
    const node = merged.get(field);
    const entries = node && read.mapping(node, `tcp_tuning.${field}`, fields[field].example);
    return Object.fromEntries(
        [...(entries ?? [])].flatMap(([key, item]) => {
            const result = value(item, key);
            return result === undefined ? [] : [[key, result]];
        }),
    );
}

function readVerification(merged: Fields, read: ValueReader): HostTuning["verify"] {
    const node = merged.get("verify");
    if (node === undefined || (node.kind === "scalar" && node.value === true)) {
        return undefined;
    }
    if (node.kind === "scalar" && node.value === false) {
        return false;
    }
    return readRecord(merged, "verify", read, (item, key) => {
        if (isLimit(key)) {
            return read.integer(item, `verify.${key}`, ...verifyLimits[key]);
        }
        const meant = suggest(key.replaceAll("_", ""), Object.keys(verifyLimits))[0] ?? "maxTimeWait or settleSeconds";
        read.problems.add(item.location, `tcp_tuning.verify has no key ${quote(key)}`, `Did you mean ${meant}?`);
        return undefined;
    });
}

function isLimit(key: string): key is keyof typeof verifyLimits {
    return Object.hasOwn(verifyLimits, key);
}

/** Where each key, each accepted rule and each field was written last. */
export function locationsOf(merged: Fields): Map<string, Location> {
    const fieldPlaces = [...merged].map(([name, node]) => [name as string, node.location] as const);
    const keyPlaces = [...merged].flatMap(([name, node]) =>
        node.kind === "mapping" && name !== "verify"
            ? [...node.entries].map(([key, value]) => [key, value.location] as const)
            : [],
    );
    return new Map([...fieldPlaces, ...keyPlaces]);
}
