import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import * as proxy from "@pulumi/policy/proxy";

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
    const found: string[] = [];
    const args = {
        type,
        props: unknownCheckingProxy(props),
        name: "web",
        urn: `urn:pulumi:prod::shop::${type}::web`,
        getConfig: () => config,
    } as unknown as ResourceValidationArgs;
    for (const validate of [policy.validateResource ?? []].flat()) {
        validate(args, (message) => void found.push(message));
    }
    return found;
}

export const TUNING = "pulumi-tcp-tuning:index:TcpTuning";

/** The public inputs of a tuning that no policy minds. */
export const goodTuning = {
    profile: "base",
    delivery: "ssh",
    verify: { maxTimeWait: 4000 },
    settings: { "net.ipv4.tcp_syncookies": "1", "net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_fin_timeout": "30" },
};

/** The same with one key more. */
export function tuningWith(settings: Record<string, string>, more: object = {}): object {
    return { ...goodTuning, ...more, settings: { ...goodTuning.settings, ...settings } };
}
