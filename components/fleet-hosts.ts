import type * as pulumi from "@pulumi/pulumi";
import { PatternError, selectHosts } from "../src/inventory/host-pattern";
import { finding } from "./argument-findings";
import { inputError } from "./check-args";
import { type ConnectionArgs, isLate } from "./connection";
import type { FleetHostArgs, FleetTuningArgs, TcpTuningFleetArgs } from "./tcp-tuning-fleet-args";

/** How a host of a fleet is reached. */
export interface Access {
    readonly connection: pulumi.Input<ConnectionArgs>;
    readonly become?: boolean;
    readonly becomePassword?: pulumi.Input<string>;
    readonly knownHosts?: string | readonly string[];
    readonly insecureIgnoreHostKey?: boolean;
}

/** A host of a fleet, with all that is said of it. */
export interface FleetHost {
    readonly name: string;
    /** Names that it had before in the fleet. */
    readonly aliases: readonly string[];
    readonly access: Access;
    /** The same object for hosts of which the same is said, so that it is resolved once. */
    readonly tuning: FleetTuningArgs;
}

/**
 * The hosts that `args` names, each with the fleet's arguments and its own.
 *
 * @throws InputPropertiesError for a `select` that selects no host
 */
export function namedHosts(
    title: string,
    { hosts = {}, select, inventory, rollout, gone, ...common }: TcpTuningFleetArgs,
): readonly FleetHost[] {
    const share = sharer();
    const all = Object.entries(hosts).map(([name, own]) => hostOf(name, merged(common, own), share));
    return select === undefined ? all : selected(title, all, select);
}

function selected(title: string, hosts: readonly FleetHost[], pattern: string): readonly FleetHost[] {
    try {
        return selectHosts({ hosts: hosts.map((host) => ({ ...host, groups: [] })), untuned: [] }, pattern);
    } catch (error) {
        throw error instanceof PatternError
            ? inputError(title, [finding("select", error.message)], "no host was touched")
            : error;
    }
}

/** A host of which everything is said in one place. */
export function hostOf(name: string, args: FleetHostArgs, share: Sharer): FleetHost {
    const { connection, aliases = [], become, becomePassword, knownHosts, insecureIgnoreHostKey, ...tuning } = args;
    const access = { connection, become, becomePassword, knownHosts, insecureIgnoreHostKey };
    return { name, aliases, access, tuning: share(tuning) };
}

function merged(common: FleetTuningArgs, own: FleetHostArgs): FleetHostArgs {
    return {
        ...common,
        ...own,
        parameters: both(common.parameters, own.parameters),
        unlisted: both(common.unlisted, own.unlisted),
        accept: both(common.accept, own.accept),
        verify:
            own.verify === false || common.verify === false
                ? (own.verify ?? common.verify)
                : both(common.verify, own.verify),
    };
}

function both<T extends object>(common: T | undefined, own: T | undefined): T | undefined {
    return common === undefined ? own : own === undefined ? common : { ...common, ...own };
}

export type Sharer = (tuning: FleetTuningArgs) => FleetTuningArgs;

/** Gives the same object for tunings of which the same is said; a late value is the same only as itself. */
export function sharer(): Sharer {
    const known = new Map<string, FleetTuningArgs>();
    const late = new Map<unknown, number>();
    const numberOf = (value: unknown) => late.get(value) ?? late.set(value, late.size).size - 1;
    const keyOf = (value: unknown): string => {
        if (isLate(value)) {
            return `late ${numberOf(value)}`;
        }
        if (typeof value !== "object" || value === null) {
            return `${typeof value} ${JSON.stringify(value)}`;
        }
        const entries = Object.entries(value).filter(([, part]) => part !== undefined);
        return JSON.stringify([Array.isArray(value), ...entries.map(([name, part]) => [name, keyOf(part)])]);
    };
    return (tuning) => {
        const key = keyOf(tuning);
        return known.get(key) ?? known.set(key, tuning).get(key) ?? tuning;
    };
}
