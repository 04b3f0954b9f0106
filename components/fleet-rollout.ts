import { createHash } from "node:crypto";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { restoreRequest } from "../src/agent/request";
import { renderDropIn } from "../src/drop-in";
import { packedAgent, packedInstalledAgent } from "../src/generated/agent";
import { packedRunner } from "../src/generated/runner";
import { isGone } from "../src/rollout/gone";
import { hostRequest } from "../src/rollout/host-request";
import { parsePlan } from "../src/rollout/plan";
import { type HostRequest, packRequest, partsOf, type RolloutRequest } from "../src/rollout/request";
import type { Rollout } from "../src/rollout/rollout";
import { type Member, parseRoster, type RosterRequest } from "../src/rollout/roster";
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
export interface Asked extends Omit<RolloutRequest, "plan" | "roster"> {
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

/** How a host is restored once it has left; one that is gone is not. */
export function memberOf(host: OrderedHost, gone: readonly string[] = []): pulumi.Output<Member> {
    const { name, aliases, onHost, formers, access, tuning, resource, becomePassword } = host;
    return pulumi
        .all([pulumi.all([resource, becomePassword]), host.connection])
        .apply(([[token, password], connection]) => {
            const { become } = access;
            const request = restoreRequest({ ...onHost, formers, become, becomePassword: password, resource: token });
            const stays = tuning.restore === "leave" || isGone(name, connection.host, gone);
            return {
                name,
                ...(aliases.length > 0 && { aliases }),
                target: targetOf(connection),
                ...(!stays && { header: partsOf(request).header }),
            };
        });
}

/** What the command that knows the hosts is asked, but for what is said by the state. */
type Members = Omit<RosterRequest, "key" | "resource">;

/** All hosts as members; a secret, since connections are in it. */
export function rosterOf(
    asked: pulumi.Output<Asked>,
    members: readonly pulumi.Output<Member>[],
    gone: readonly string[] = [],
): pulumi.Output<Members> {
    const all = pulumi.all([...members]).apply((known) => asked.apply((request) => ({ known, request })));
    return pulumi.secret(all).apply(({ known, request: { rollout, refusals } }) => ({
        agent: packedInstalledAgent,
        parallel: rollout.parallel,
        connectSeconds: rollout.connectSeconds,
        members: known as readonly Member[],
        gone,
        refusals,
    }));
}

/** Another text for each other roll-out, and nothing of it. */
export function planStdin(asked: pulumi.Output<Asked>, members: pulumi.Output<Members>): pulumi.Output<string> {
    return pulumi
        .all([asked, members])
        .apply((all) => createHash("sha256").update(packedRunner).update(JSON.stringify(all)).digest("hex"));
}

/** The stdin of the command that knows the hosts: the runner, and what it is asked. */
export function rosterStdin(
    members: pulumi.Output<Members>,
    sealedBy: pulumi.Output<string>,
    resource: string,
): pulumi.Output<string> {
    return pulumi.all([members, sealedBy]).apply(([known, key]) => {
        // Under a program's own mocks nothing is printed.
        const request: RosterRequest = { ...(known as Members), key: (key ?? "").trim(), resource };
        return `${packedRunner}\n${packRequest(request)}`;
    });
}

/** The stdin of the command that rolls out: the runner, and what it is asked. */
export function rolloutStdin(
    asked: pulumi.Output<Asked>,
    planned: pulumi.Output<string>,
    known: pulumi.Output<string>,
): pulumi.Output<string> {
    return pulumi.all([asked, planned, known]).apply(([request, plan, roster]) => {
        const { rollout, agent, hosts } = request as Asked;
        // Under a program's own mocks nothing is printed.
        const whole: RolloutRequest = {
            rollout,
            agent,
            hosts,
            plan: parsePlan(plan) ?? { token: "" },
            roster: parseRoster(roster)?.id ?? "",
        };
        return `${packedRunner}\n${packRequest(whole)}`;
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
