import type * as pulumi from "@pulumi/pulumi";
import type { RolloutArgs } from "../src/rollout/rollout";
import type { ConnectionArgs } from "./connection";
import type { TcpTuningArgs } from "./tcp-tuning-args";

export type { RolloutArgs };

/** What can be said of all hosts of a fleet, and of each one: {@link TcpTuningArgs} without its way to the host. */
export type FleetTuningArgs = Omit<TcpTuningArgs, "connection" | "delivery" | "mergeWith" | "onFailure">;

/**
 * A host of a fleet: how it is reached, and what is otherwise there than in the whole fleet. `parameters`, `unlisted`, `accept`
 * and `verify` are merged with the fleet's, name by name; everything else stands in its place.
 */
export interface FleetHostArgs extends FleetTuningArgs {
    /** How to reach the host by SSH. */
    readonly connection: pulumi.Input<ConnectionArgs>;
    /**
     * Names that the host had in this fleet before: it keeps its ledger. Without them a renamed host is refused, since its keys
     * belong to the former name.
     * @default none
     */
    readonly aliases?: readonly string[];
}

/** Arguments of `TcpTuningFleet`: what all hosts have in common, and the hosts. */
export interface TcpTuningFleetArgs extends FleetTuningArgs {
    /**
     * The hosts by name; the name is a part of NAME on the host, and should stay the host's.
     * @default those of `inventory`
     */
    readonly hosts?: Readonly<Record<string, FleetHostArgs>>;
    /**
     * A YAML inventory in Ansible's format, from which hosts and their tunings are taken; a relative path starts at Pulumi.yaml.
     * @default none
     */
    readonly inventory?: string;
    /**
     * Which hosts, by an Ansible pattern such as `web:&prod:!web3`; with `hosts`, by their names. A host that it no longer selects
     * is restored.
     * @default all
     */
    readonly select?: string;
    /**
     * Names or addresses of former hosts that are gone for good: they are not restored, and nobody waits for them. A host that
     * still runs keeps its tuning, then.
     * @default none
     */
    readonly gone?: readonly string[];
    /**
     * In which waves the hosts are taken, and when it stops.
     * @default one canary, then a quarter of the hosts at a time, and no wave after a failure
     */
    readonly rollout?: RolloutArgs;
}
