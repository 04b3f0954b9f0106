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
    const { name, onHost, access, tuning, resource, connection, formers, outcome } = host;
    const { become } = access;
    const { onOverride, confirmWithinSeconds, verify } = tuning;
    return pulumi
        .all([resource, connection, formers, outcome])
        .apply(([token, known, names, { refusal, settings }]) => {
            const dropIn = refusal === undefined ? renderDropIn(onHost.name, settings) : `${refusal}\n`;
            const asked = {
                ...onHost,
                dropIn,
                formers: names,
                become,
                onOverride,
                confirmWithinSeconds,
                resource: token,
            };
            const apply = { ...asked, verify: termsOf(verify) };
            return hostRequest({ name, target: targetOf(known), apply }, rollout);
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
