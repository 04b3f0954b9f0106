import type { TcpTuningArgs } from "./tcp-tuning-args";
import type { FleetHostArgs, FleetTuningArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/** All names of the arguments `T`; the compiler wants them complete. */
type Names<T> = Readonly<Record<keyof T, true>>;

const common: Names<FleetTuningArgs> = {
    profile: true,
    parameters: true,
    unlisted: true,
    optional: true,
    accept: true,
    knownHosts: true,
    insecureIgnoreHostKey: true,
    become: true,
    becomePassword: true,
    observe: true,
    confirmWithinSeconds: true,
    onOverride: true,
    restore: true,
    verify: true,
};
const tuning: Names<TcpTuningArgs> = { ...common, connection: true, delivery: true, mergeWith: true, onFailure: true };
const fleet: Names<TcpTuningFleetArgs> = {
    ...common,
    hosts: true,
    inventory: true,
    select: true,
    rollout: true,
    gone: true,
};
const host: Names<FleetHostArgs> = { ...common, connection: true, aliases: true };

/** The names of a component's arguments, as its documentation has them. */
export const argumentNames = {
    tuning: Object.keys(tuning),
    fleet: Object.keys(fleet),
    /** Of one host of a fleet. */
    host: Object.keys(host),
} as const;
