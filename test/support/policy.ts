import assert from "node:assert/strict";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import * as proxy from "@pulumi/policy/proxy";
import { completeRollout } from "../../src/rollout/rollout";

/** What the policy host goes by, not among its public types: the stand-ins for values that are not known yet, and their proxy. */
export const { unknownCheckingProxy, unknownObjectValue, unknownStringValue, UnknownValueError } = proxy as unknown as {
    readonly unknownCheckingProxy: (props: object) => Record<string, unknown>;
    readonly unknownObjectValue: string;
    readonly unknownStringValue: string;
    readonly UnknownValueError: new () => Error;
};

/** What a policy reports of one resource, its inputs handed over as by the policy host. */
export function violationsOf(
    policy: ResourceValidationPolicy,
    type: string,
    props: object,
    config: object = {},
): string[] {
    const { found, error } = judge(policy, type, props, config);
    if (error !== undefined) {
        throw error;
    }
    return found;
}

/** What a policy reports of one resource before it gives up on a value that is not known yet. */
export function violationsBeforeUnknown(...args: Parameters<typeof violationsOf>): string[] {
    const { found, error } = judge(...args);
    assert.ok(error instanceof UnknownValueError, String(error));
    return found;
}

function judge(
    policy: ResourceValidationPolicy,
    type: string,
    props: object,
    config: object = {},
): { readonly found: string[]; readonly error?: unknown } {
    const found: string[] = [];
    const args = {
        type,
        props: unknownCheckingProxy(props),
        name: "web",
        urn: `urn:pulumi:prod::shop::${type}::web`,
        getConfig: () => config,
    } as unknown as ResourceValidationArgs;
    try {
        for (const validate of [policy.validateResource ?? []].flat()) {
            validate(args, (message) => void found.push(message));
        }
        return { found };
    } catch (error) {
        return { found, error };
    }
}

export const TUNING = "pulumi-tcp-tuning:index:TcpTuning";

/** The public inputs of a tuning that no policy minds. */
export const goodTuning = {
    profile: "base",
    delivery: "ssh",
    verify: { maxTimeWait: 4000 },
    settings: { "net.ipv4.tcp_syncookies": "1", "net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_fin_timeout": "30" },
};

export const FLEET = "pulumi-tcp-tuning:index:TcpTuningFleet";

/** The public inputs of a fleet, one tuning for the hosts of each entry. */
export function fleetWith(
    tunings: readonly (readonly [hosts: readonly string[], tuning: object])[],
    rollout = {},
): object {
    return {
        tunings: tunings.map(([hosts, tuning], group) => ({
            ...tuning,
            hosts: Object.fromEntries(hosts.map((host, index) => [host, `192.0.2.${100 * group + index}`])),
        })),
        rollout: completeRollout(rollout),
    };
}

/** The same with one key more. */
export function tuningWith(settings: Record<string, string>, more: object = {}): object {
    return { ...goodTuning, ...more, settings: { ...goodTuning.settings, ...settings } };
}
