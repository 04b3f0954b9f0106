import { buffers } from "./buffers";
import { conntrack } from "./conntrack";
import { devices } from "./devices";
import { files } from "./files";
import { handshake } from "./handshake";
import { keepalive } from "./keepalive";
import { linuxKeys } from "./linux-keys";
import type { Family, Parameter } from "./parameter";
import { ports } from "./ports";
import { timeWait } from "./time-wait";
import { transmission } from "./transmission";

export {
    type Family,
    type Interaction,
    type Kind,
    type Parameter,
    type Scope,
    type Unit,
    type Usual,
    usualRange,
} from "./parameter";

/** The catalogue as it is read: family by family. */
export const families = [
    timeWait,
    keepalive,
    handshake,
    ports,
    buffers,
    transmission,
    devices,
    conntrack,
    files,
] as const;

type KeyOf<F> = F extends Family<infer Key> ? Key : never;

/** A key of the catalogue, removed ones included. */
export type ParameterKey = KeyOf<(typeof families)[number]>;

/** Every parameter known in full: the single source of rules, types, hover texts and documentation. */
export const catalogue: Readonly<Record<ParameterKey, Parameter>> = Object.assign(
    {},
    ...families.map(({ parameters }) => parameters),
);

/** What is known about a key, if it is in the catalogue. */
export function parameterOf(key: string): Parameter | undefined {
    return Object.hasOwn(catalogue, key) ? catalogue[key as ParameterKey] : undefined;
}

/** Every key that exists, in byte order: the catalogue's (removed ones left out) and those of a Linux 6.18 host. */
export const knownKeys: readonly string[] = [
    ...new Set([...Object.keys(catalogue).filter((key) => !parameterOf(key)?.removed), ...linuxKeys]),
].sort();
