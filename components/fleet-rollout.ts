import { createHash } from "node:crypto";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { restoreRequest } from "../src/agent/request";
import { renderDropIn } from "../src/drop-in";
import { packedAgent, packedInstalledAgent } from "../src/generated/agent";
import { packedRunner } from "../src/generated/runner";
import { hostRequest } from "../src/rollout/host-request";
import { parsePlan } from "../src/rollout/plan";
import { type HostRequest, packRequest, partsOf, type RolloutRequest } from "../src/rollout/request";
import type { Rollout } from "../src/rollout/rollout";
import type { Member, RosterRequest } from "../src/rollout/roster";
import type { SshTarget } from "../src/ssh";
import type { Outcome } from "./check-args";
import type { FleetHost } from "./fleet-hosts";
import type { VerifyArgs } from "./tcp-tuning-args";
import { DEFAULT_SETTLE_SECONDS } from "./tcp-verification";

/** A host of a fleet, with all that its request is made of. */
export interface OrderedHost extends FleetHost {
    readonly onHost: { readonly name: string; readonly owner: string };
    /** The NAMEs on the host that it had before. */
    readonly formers: readonly string[];
    /** The token of what restores it. */
    readonly resource: Promise<string>;
    /** With the host's key: a secret. */
    readonly connection: pulumi.Output<Connection>;
    readonly becomePassword: pulumi.Output<string> | undefined;
    readonly outcome: pulumi.Output<Outcome>;
}

type Connection = pulumi.Unwrap<command.types.input.remote.ConnectionArgs>;

/** What a host is asked; with a value that came late and is wrong, the agent would refuse it. */
export function hostRequestOf(host: OrderedHost, rollout: Rollout): pulumi.Output<HostRequest> {
    const { name, onHost, access, tuning, connection, outcome } = host;
    const { become } = access;
    const { onOverride, confirmWithinSeconds, verify } = tuning;
    const late = pulumi.all([host.resource, host.becomePassword]);
    return pulumi.all([late, connection, outcome]).apply(([[resource, becomePassword], known, found]) => {
        const { refusal, settings } = found;
        const dropIn = refusal === undefined ? renderDropIn(onHost.name, settings) : `${refusal}\n`;
        const apply = {
            ...onHost,
            formers: host.formers,
            resource,
            dropIn,
            become,
            becomePassword,
            onOverride,
            confirmWithinSeconds,
        };
        return hostRequest({ name, target: targetOf(known), apply: { ...apply, verify: termsOf(verify) } }, rollout);
    });
}

/** What is asked of all hosts, before its plan is stored, and what is wrong with values that came late. */
export interface Asked extends Omit<RolloutRequest, "plan"> {
    readonly refusals: readonly string[];
}

/** What is asked of all hosts; a secret, since connections are in it. */
export function rolloutOf(
    hosts: readonly OrderedHost[],
    requests: readonly pulumi.Output<HostRequest>[],
    rollout: Rollout,
): pulumi.Output<Asked> {
    const late = pulumi.all(hosts.map(({ outcome }) => outcome.apply(({ refusal }) => refusal ?? "")));
    const all = pulumi.all([...requests]).apply((known) => late.apply((refused) => ({ known, refused })));
    return pulumi.secret(all).apply(({ known, refused }) => ({
        rollout,
        agent: packedAgent,
        hosts: known,
        refusals: [...new Set(refused)].filter((refusal) => refusal !== ""),
    }));
}

/** How a host is restored once it has left. */
export function memberOf({
    name,
    aliases,
    onHost,
    formers,
    access,
    tuning,
    ...late
}: OrderedHost): pulumi.Output<Member> {
    const { become } = access;
    return pulumi
        .all([pulumi.all([late.resource, late.becomePassword]), late.connection])
        .apply(([[resource, becomePassword], connection]) => {
            const request = restoreRequest({ ...onHost, formers, become, becomePassword, resource });
            return {
                name,
                ...(aliases.length > 0 && { aliases }),
                target: targetOf(connection),
                ...(tuning.restore !== "leave" && { header: partsOf(request).header }),
            };
        });
}

/** The stdin of the command that knows the hosts: the runner, and what it is asked. */
export function rosterStdin(
    asked: pulumi.Output<Asked>,
    members: readonly pulumi.Output<Member>[],
    sealedBy: pulumi.Output<string>,
    gone: readonly string[] = [],
): pulumi.Output<string> {
    const known = pulumi.all([asked, sealedBy]);
    const all = pulumi.all([...members]).apply((unwrapped) => known.apply((rest) => ({ members: unwrapped, rest })));
    return pulumi.secret(all).apply(({ members: unwrapped, rest: [request, key] }) => {
        const { parallel, connectSeconds } = request.rollout;
        const roster: RosterRequest = {
            digest: createHash("sha256").update(packedRunner).update(JSON.stringify(request)).digest("hex"),
            // Under a program's own mocks nothing is printed.
            key: (key ?? "").trim(),
            agent: packedInstalledAgent,
            parallel,
            connectSeconds,
            members: unwrapped as readonly Member[],
            gone,
            refusals: request.refusals,
        };
        return `${packedRunner}\n${packRequest(roster)}`;
    });
}

/** The stdin of the command that rolls out: the runner, and what it is asked. */
export function rolloutStdin(asked: pulumi.Output<Asked>, planned: pulumi.Output<string>): pulumi.Output<string> {
    return pulumi.all([asked, planned]).apply(([known, text]) => {
        // Under a program's own mocks nothing is printed.
        const { token = "", previous } = parsePlan(text) ?? {};
        const { rollout, agent, hosts } = known as Asked;
        const request: RolloutRequest = { rollout, agent, hosts, plan: { token, previous } };
        return `${packedRunner}\n${packRequest(request)}`;
    });
}

/** Without what only the command plugin knows. */
function targetOf(connection: Connection): SshTarget {
    const { dialErrorLimit, perDialTimeout, agentSocketPath, proxy, ...target } = connection;
    return { ...target, proxy: proxy && targetOf(proxy) } as SshTarget;
}

function termsOf(verify: VerifyArgs | false | undefined): VerifyArgs | undefined {
    if (verify === false) {
        return undefined;
    }
    const { maxTimeWait, settleSeconds = DEFAULT_SETTLE_SECONDS } = verify ?? {};
    return maxTimeWait === undefined ? { states: verify?.states } : { ...verify, settleSeconds };
}
