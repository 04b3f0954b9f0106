import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_KNOWN_HOSTS } from "../src/inventory/tuned";
import { DEFAULT_INVENTORY } from "../src/pulumi-project";
import type { RolloutArgs } from "../src/rollout/rollout";
import { fromRoot } from "./inventory-hosts";
import { readmeOf } from "./readme";
import { TcpTuningFleet } from "./tcp-tuning-fleet";

/** What a program of {@link tuneInventory} exports. */
export interface InventoryOutputs {
    /** Host to its report in one line, or to `applied, not verified`. */
    readonly summary: Readonly<Record<string, pulumi.Output<string> | string>>;
    /** The page of {@link readmeOf} about all hosts. */
    readonly readme: pulumi.Output<string>;
}

/**
 * A whole program: tunes every host of a YAML inventory in Ansible's format. In a CommonJS project, TypeScript's usual one, it is
 * `import { tuneInventory } from "pulumi-tcp-tuning"; export = tuneInventory;`, in ES modules
 * `export { tuneInventory as default } from "pulumi-tcp-tuning";`. What it returns are the stack's outputs.
 *
 * The stack's configuration, where a relative path starts at Pulumi.yaml, and `~` is the home folder:
 *
 * - `pulumi-tcp-tuning:inventory`: the file; `inventory.yaml` unless it is given
 * - `pulumi-tcp-tuning:hosts`: the hosts of this stack, by an Ansible pattern such as `web:&prod:!web3`; all unless it is given.
 *   A host that it no longer selects is restored, like one that is taken out of the inventory
 * - `pulumi-tcp-tuning:gone`: names or addresses of former hosts that are gone for good, as a list: they are not restored
 * - `pulumi-tcp-tuning:knownHosts`: the known_hosts file of hosts whose inventory names none; `~/.ssh/known_hosts` unless it is given
 * - `pulumi-tcp-tuning:becomePassword`: what sudo asks for on hosts that become root by it, where the inventory says no password;
 *   a secret
 * - `pulumi-tcp-tuning:rollout`: the waves in which the hosts are taken, as {@link RolloutArgs}: `{"canaries": 2, "batch": "10%"}`
 * - `pulumi-tcp-tuning:observe`: look at the hosts in every preview, where the inventory says nothing of it; `false` unless it is given
 *
 * @throws RunError with everything that is wrong with the inventory, each finding with file and line, or for a pattern that
 *   selects no host; no host was touched
 * @throws InputPropertiesError for a host that cannot be connected to as the inventory says, such as one without a known key
 */
export async function tuneInventory(): Promise<InventoryOutputs> {
    const config = new pulumi.Config("pulumi-tcp-tuning");
    const { hosts } = new TcpTuningFleet("fleet", {
        inventory: config.get("inventory") ?? DEFAULT_INVENTORY,
        select: config.get("hosts"),
        gone: config.getObject<string[]>("gone"),
        knownHosts: fromRoot(config.get("knownHosts") ?? DEFAULT_KNOWN_HOSTS),
        becomePassword: config.getSecret("becomePassword"),
        rollout: config.getObject<RolloutArgs>("rollout"),
    });
    const summaries = Object.entries(hosts).map(
        ([name, { summary }]) => [name, summary ?? "applied, not verified"] as const,
    );
    return { summary: Object.fromEntries(summaries), readme: readmeOf(hosts) };
}
