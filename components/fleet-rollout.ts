import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { renderDropIn } from "../src/drop-in";
import { packedAgent } from "../src/generated/agent";
import { packedRunner } from "../src/generated/runner";
import { hostRequest } from "../src/rollout/host-request";
import { type HostRequest, packRequest } from "../src/rollout/request";
import type { Rollout } from "../src/rollout/rollout";
import type { SshTarget } from "../src/ssh";
import type { Outcome } from "./check-args";
import type { FleetHost } from "./fleet-hosts";
import type { VerifyArgs } from "./tcp-tuning-args";

/** A host of a fleet, with all that its request is made of. */
export interface OrderedHost extends FleetHost {
    readonly onHost: { readonly name: string; readonly owner: string };
    /** The token of the resource that restores it. */
    readonly resource: Promise<string>;
    /** With the host's key: a secret. */
    readonly connection: pulumi.Output<Connection>;
    readonly becomePassword: pulumi.Output<string> | undefined;
    readonly formers: pulumi.Output<string[]>;
    readonly outcome: pulumi.Output<Outcome>;
}

type Connection = pulumi.Unwrap<command.types.input.remote.ConnectionArgs>;

/** What a host is asked; with a value that came late and is wrong, the agent would refuse it. */
export function hostRequestOf(host: OrderedHost, rollout: Rollout): pulumi.Output<HostRequest> {
    const { name, onHost, access, tuning, connection, outcome } = host;
    const { become } = access;
    const { onOverride, confirmWithinSeconds, verify } = tuning;
    const late = pulumi.all([host.resource, host.becomePassword, host.formers]);
    return pulumi.all([late, connection, outcome]).apply(([[resource, becomePassword, formers], known, found]) => {
        const { refusal, settings } = found;
        const dropIn = refusal === undefined ? renderDropIn(onHost.name, settings) : `${refusal}\n`;
        const identity = { ...onHost, formers, resource };
        const apply = { ...identity, dropIn, become, becomePassword, onOverride, confirmWithinSeconds };
        return hostRequest({ name, target: targetOf(known), apply: { ...apply, verify: termsOf(verify) } }, rollout);
    });
}

/** The stdin of the command that rolls out: the runner, and what it is asked. A secret, since connections are in it. */
export function rolloutStdin(
    hosts: readonly OrderedHost[],
    requests: readonly pulumi.Output<HostRequest>[],
    rollout: Rollout,
): pulumi.Output<string> {
    const late = pulumi.all(hosts.map(({ outcome }) => outcome.apply(({ refusal }) => refusal ?? "")));
    const all = pulumi.all([...requests]).apply((known) => late.apply((refused) => ({ known, refused })));
    return pulumi.secret(all).apply(({ known, refused }) => {
        const refusals = [...new Set(refused)].filter((refusal) => refusal !== "");
        return `${packedRunner}\n${packRequest({ rollout, agent: packedAgent, hosts: known, refusals })}`;
    });
}

/** Without what only the command plugin knows. */
function targetOf(connection: Connection): SshTarget {
    const { dialErrorLimit, perDialTimeout, agentSocketPath, proxy, ...target } = connection;
    return { ...target, proxy: proxy && targetOf(proxy) } as SshTarget;
}

/** Seconds that a host has to come within its limit. */
const DEFAULT_SETTLE_SECONDS = 90;

function termsOf(verify: VerifyArgs | false | undefined): VerifyArgs | undefined {
    if (verify === false) {
        return undefined;
    }
    const { maxTimeWait, settleSeconds = DEFAULT_SETTLE_SECONDS } = verify ?? {};
    return maxTimeWait === undefined ? { states: verify?.states } : { ...verify, settleSeconds };
}
