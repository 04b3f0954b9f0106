import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { launchPacked } from "../src/agent/launcher";
import { type Diagnostic, describeDiagnostic } from "../src/diagnostic";
import { driftMessage } from "../src/drift-words";
import { driftToken, hostFindings, lookAtEach, observe, RefusedError } from "../src/observe";
import type { Observation } from "../src/report";
import type { Bastions, SshTarget } from "../src/ssh";
import type { Outcome } from "./check-args";

/** The update command of an apply that nobody observes: it stays in the state as it is. */
export const UPDATE = launchPacked("apply");

/** What an observation needs: how to reach the host, what is asked of it, and what was asked of the program. */
export interface Asked {
    /** The host among several, for what is told of it. @default the only one */
    readonly name?: string;
    readonly connection: pulumi.Output<SshTarget>;
    readonly request: pulumi.Output<string>;
    readonly outcome: pulumi.Output<Outcome>;
}

/** A host that is not as it was left, and how it is. */
export interface Drifted {
    readonly name?: string;
    readonly seen: Observation;
}

/**
 * Observes hosts before the command that tunes them is registered. Only a drift that was seen changes the command's `update`,
 * and so makes the engine run it; in every other case the text of the state stays.
 *
 * @param updateFor The command that mends these hosts.
 */
export function driftTransform(
    component: pulumi.Resource,
    hosts: readonly Asked[],
    updateFor: (drifted: readonly Drifted[], token: string) => string,
): pulumi.ResourceTransform {
    // The engine calls from outside the program's context, where an inline program's log would not reach it.
    const tell = AsyncResource.bind((seen: Observation, findings: readonly Diagnostic[], scope: string) =>
        tellOf(component, seen, findings, scope),
    );
    const warn = AsyncResource.bind((error: Error, scope: string) => {
        const level = error instanceof RefusedError && pulumi.runtime.isDryRun() ? "error" : "warn";
        return pulumi.log[level](
            `${scope}the host could not be observed, so a drift is not seen: ${error.message}`,
            component,
        );
    });
    return async ({ props: given, opts }) => {
        const drifted = await driftedAmong(hosts, tell, warn);
        const props = await serialised(given);
        return drifted.length === 0
            ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["update"] }) }
            : { props: { ...props, update: updateFor(drifted, driftToken(...drifted.map(({ seen }) => seen))) }, opts };
    };
}

type Tell = (seen: Observation, findings: readonly Diagnostic[], scope: string) => Promise<void>;
type Warn = (error: Error, scope: string) => Promise<void>;

async function driftedAmong(hosts: readonly Asked[], tell: Tell, warn: Warn): Promise<readonly Drifted[]> {
    const all = await lookAtEach(hosts, (host, bastions) => seenOn(host, tell, warn, bastions));
    return hosts.flatMap(({ name }, index) => {
        const seen = all[index];
        return seen === undefined || seen.drift.length === 0 ? [] : [{ name, seen }];
    });
}

/** Never rejects: a resource that is not registered would be deleted by an inline program. */
async function seenOn(asked: Asked, tell: Tell, warn: Warn, bastions: Bastions): Promise<Observation | undefined> {
    const { name, connection, request, outcome } = asked;
    const scope = name === undefined ? "" : `${name}: `;
    try {
        const [reached, sent, meant] = await Promise.all([ifKnown(connection), ifKnown(request), ifKnown(outcome)]);
        if (reached === undefined || sent === undefined || meant === undefined) {
            return undefined;
        }
        const seen = await observe(reached, sent, bastions);
        await tell(seen, meant.refusal === undefined ? hostFindings(meant.tuning, meant.target, seen) : [], scope);
        return seen;
    } catch (error) {
        await warn(error as Error, scope);
        return undefined;
    }
}

/**
 * What a preview shows of a host. What an apply would refuse is an error there, and stops the `up` that it belongs to;
 * without one, the apply itself refuses, and only a host that nothing is asked of leaves it to be told here.
 */
async function tellOf(
    component: pulumi.Resource,
    seen: Observation,
    findings: readonly Diagnostic[],
    scope: string,
): Promise<void> {
    const { drift, refusals, cautions } = seen;
    const [isPreview, isInStep] = [pulumi.runtime.isDryRun(), drift.length === 0];
    if (isPreview && !isInStep) {
        await pulumi.log.info(driftMessage(seen, scope), component);
    }
    for (const text of isPreview || isInStep ? refusals : []) {
        await (isPreview ? pulumi.log.error : pulumi.log.warn)(`${scope}${text}`, component);
    }
    for (const text of isPreview ? cautions : []) {
        await pulumi.log.warn(`${scope}${text}`, component);
    }
    for (const finding of findings.filter(({ accepted }) => accepted === undefined)) {
        const level =
            finding.severity === "error" && isPreview ? "error" : finding.severity === "note" ? "debug" : "warn";
        await pulumi.log[level](`${scope}${describeDiagnostic(finding)}`, component);
    }
}

/**
 * Properties with their secrets as the engine reads them. In an inline program the SDK serialises what a transform returns
 * outside the program's context, where it takes the engine for one without secrets, and would lay them open.
 */
async function serialised(props: pulumi.Inputs): Promise<pulumi.Inputs> {
    const entries = Object.entries(props).map(async ([key, value]) => [key, await serialisedValue(value)] as const);
    return Object.fromEntries(await Promise.all(entries));
}

async function serialisedValue(value: unknown): Promise<unknown> {
    if (!pulumi.Output.isInstance(value)) {
        return value;
    }
    const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;
    const plain = (await ifKnown(value)) ?? unknownValue;
    return (await pulumi.isSecret(value)) ? { [specialSigKey]: specialSecretSig, value: plain } : plain;
}

/** The value; undefined in a preview where only another resource's creation will tell it, since `apply` never runs then. */
async function ifKnown<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    // Not among the SDK's public types, but what its own `apply` goes by.
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    return (await isKnown) ? new Promise((resolve) => output.apply(resolve)) : undefined;
}
