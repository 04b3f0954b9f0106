import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { launchPacked } from "../src/agent/launcher";
import { describeDrift, driftToken, observe } from "../src/observe";
import type { Observation } from "../src/report";
import type { SshTarget } from "../src/ssh";

/** The update command of an apply that nobody observes: it stays in the state as it is. */
export const UPDATE = launchPacked("apply");

/**
 * Observes the host before its apply command is registered. Only a drift that was seen changes the command's `update`,
 * and so makes the engine run it; in every other case the text of the state stays.
 */
export function driftTransform(
    component: pulumi.Resource, connection: pulumi.Output<SshTarget>, request: pulumi.Output<string>,
): pulumi.ResourceTransform {
    // The engine calls from outside the program's context, where an inline program's log would not reach it.
    const tell = AsyncResource.bind((seen: Observation) => pulumi.runtime.isDryRun()
        ? pulumi.log.info(`the host is not as this program wants it:\n${describeDrift(seen)}`, component) : undefined);
    const warn = AsyncResource.bind((reason: string) =>
        pulumi.log.warn(`the host could not be observed, so a drift is not seen: ${reason}`, component));
    return async ({ props: given, opts }) => {
        const seen = await seenOn(connection, request, warn);
        const props = await serialised(given);
        if (seen === undefined || seen.drift.length === 0) {
            return { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["update"] }) };
        }
        await tell(seen);
        return { props: { ...props, update: `${UPDATE} # drift ${driftToken(seen)}` }, opts };
    };
}

/** Never rejects: a resource that is not registered would be deleted by an inline program. */
async function seenOn(
    connection: pulumi.Output<SshTarget>, request: pulumi.Output<string>, warn: (reason: string) => Promise<void>,
): Promise<Observation | undefined> {
    try {
        const known = await ifKnown(pulumi.all([connection, request]));
        return known && await observe(...known);
    } catch (error) {
        await warn((error as Error).message);
        return undefined;
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
    const plain = await ifKnown(value) ?? unknownValue;
    return await pulumi.isSecret(value) ? { [specialSigKey]: specialSecretSig, value: plain } : plain;
}

/** The value; undefined in a preview where only another resource's creation will tell it, since `apply` never runs then. */
async function ifKnown<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    // Not among the SDK's public types, but what its own `apply` goes by.
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    return await isKnown ? new Promise((resolve) => output.apply(resolve)) : undefined;
}
