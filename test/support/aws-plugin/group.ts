import { setTimeout as sleep } from "node:timers/promises";
import {
    AttachLoadBalancerTargetGroupsCommand,
    type AutoScalingClient,
    type AutoScalingGroup,
    CancelInstanceRefreshCommand,
    CreateAutoScalingGroupCommand,
    CreateOrUpdateTagsCommand,
    DeleteAutoScalingGroupCommand,
    DeleteTagsCommand,
    DescribeAutoScalingGroupsCommand,
    DetachLoadBalancerTargetGroupsCommand,
    type RefreshPreferences,
    type RefreshStrategy,
    StartInstanceRefreshCommand,
    UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import type { Properties } from "./property";
import { resourceKind, toAws, unlessGone } from "./resource-kind";

interface Tag {
    readonly key: string;
    readonly value: string;
    readonly propagateAtLaunch: boolean;
}
interface Inputs {
    readonly name: string;
    readonly availabilityZones?: string[];
    readonly desiredCapacity?: number;
    readonly forceDelete?: boolean;
    readonly healthCheckGracePeriod?: number;
    readonly healthCheckType?: string;
    readonly instanceRefresh?: {
        readonly strategy: RefreshStrategy;
        readonly preferences?: object;
        readonly triggers?: string[];
    };
    readonly launchTemplate: { readonly id?: string; readonly name?: string; readonly version?: string };
    readonly maxSize: number;
    readonly minSize: number;
    readonly tags?: readonly Tag[];
    readonly targetGroupArns?: string[];
    readonly vpcZoneIdentifiers?: string[];
    readonly waitForCapacityTimeout: string;
}

const PREFERENCES: Properties = {
    autoRollback: { kind: "boolean" },
    checkpointDelay: { kind: "string" },
    instanceWarmup: { kind: "string" },
    maxHealthyPercentage: { kind: "number" },
    minHealthyPercentage: { kind: "number" },
    scaleInProtectedInstances: { kind: "string" },
    skipMatching: { kind: "boolean" },
    standbyInstances: { kind: "string" },
};
const ALWAYS_REFRESHES = ["launchTemplate"];
/** Only for the provider, or with calls of their own. */
const NOT_UPDATED = ["forceDelete", "instanceRefresh", "tags", "targetGroupArns", "waitForCapacityTimeout"];
const POLL_MS = 200;

export const group = resourceKind<Inputs>({
    named: true,
    inputs: {
        name: { kind: "string", replaces: true },
        namePrefix: { kind: "string", replaces: true },
        availabilityZones: { kind: "strings", computed: true },
        desiredCapacity: { kind: "number", computed: true },
        forceDelete: { kind: "boolean", byDefault: false },
        healthCheckGracePeriod: { kind: "number", byDefault: 300 },
        healthCheckType: { kind: "string", computed: true },
        instanceRefresh: {
            kind: "object",
            of: {
                strategy: { kind: "string", required: true },
                preferences: { kind: "object", of: PREFERENCES },
                triggers: { kind: "strings" },
            },
        },
        launchTemplate: {
            kind: "object",
            required: true,
            of: {
                id: { kind: "string", computed: true },
                name: { kind: "string", computed: true },
                version: { kind: "string", computed: true },
            },
        },
        maxSize: { kind: "number", required: true },
        minSize: { kind: "number", required: true },
        tags: {
            kind: "objects",
            of: {
                key: { kind: "string", required: true },
                value: { kind: "string", required: true },
                propagateAtLaunch: { kind: "boolean", required: true },
            },
        },
        targetGroupArns: { kind: "strings", computed: true },
        vpcZoneIdentifiers: { kind: "strings", computed: true },
        waitForCapacityTimeout: { kind: "string", byDefault: "10m" },
    },

    async create({ autoScaling }, inputs) {
        await autoScaling.send(
            new CreateAutoScalingGroupCommand({
                ...settings(inputs),
                DesiredCapacity: inputs.desiredCapacity || undefined,
                Tags: inputs.tags?.map((tag) => toTag(inputs.name, tag)),
                TargetGroupARNs: inputs.targetGroupArns,
            }),
        );
        return inputs.name;
    },

    async settle({ autoScaling }, id, inputs) {
        await waitForCapacity(autoScaling, id, inputs);
    },

    async update({ autoScaling }, id, wanted, changed, is) {
        if (changed.some((input) => !NOT_UPDATED.includes(input))) {
            await autoScaling.send(
                new UpdateAutoScalingGroupCommand({
                    ...settings(wanted),
                    ...(changed.includes("desiredCapacity") && { DesiredCapacity: wanted.desiredCapacity }),
                }),
            );
        }
        await changeTags(autoScaling, id, changed, wanted.tags, is.tags);
        await changeTargets(autoScaling, id, changed, wanted.targetGroupArns, is.targetGroupArns);
        if (changed.includes("minSize") || changed.includes("desiredCapacity")) {
            await waitForCapacity(autoScaling, id, wanted);
        }
        const { instanceRefresh } = wanted;
        if (
            instanceRefresh &&
            [...ALWAYS_REFRESHES, ...(instanceRefresh.triggers ?? []).map(toInput)].some((input) =>
                changed.includes(input),
            )
        ) {
            await refresh(autoScaling, id, instanceRefresh);
        }
    },

    async read({ autoScaling }, id, state) {
        const described = await describe(autoScaling, id);
        const { LaunchTemplateId, LaunchTemplateName, Version } = described?.LaunchTemplate ?? {};
        return (
            described && {
                arn: described.AutoScalingGroupARN,
                availabilityZones: described.AvailabilityZones,
                desiredCapacity: described.DesiredCapacity,
                healthCheckGracePeriod: described.HealthCheckGracePeriod ?? state.healthCheckGracePeriod,
                healthCheckType: described.HealthCheckType,
                launchTemplate: { id: LaunchTemplateId, name: LaunchTemplateName, version: Version },
                maxSize: described.MaxSize,
                minSize: described.MinSize,
                name: id,
                tags: described.Tags?.map(({ Key, Value, PropagateAtLaunch }) => ({
                    key: Key,
                    value: Value,
                    propagateAtLaunch: PropagateAtLaunch,
                })),
                targetGroupArns: described.TargetGroupARNs,
                vpcZoneIdentifiers: described.VPCZoneIdentifier ? described.VPCZoneIdentifier.split(",") : [],
            }
        );
    },

    /** As the real provider: empty first, unless it is forced. */
    async delete({ autoScaling }, id, { forceDelete }) {
        if ((await describe(autoScaling, id)) === undefined) {
            return;
        }
        if (!forceDelete) {
            const nothing = { AutoScalingGroupName: id, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
            await autoScaling.send(new UpdateAutoScalingGroupCommand(nothing));
            await until(async () => (await describe(autoScaling, id))?.Instances?.length === 0, id, 60_000);
        }
        const last = { AutoScalingGroupName: id, ForceDelete: forceDelete ?? false };
        await unlessGone(autoScaling.send(new DeleteAutoScalingGroupCommand(last)));
    },
});

/** `triggers` has Terraform's names, and `tag` for tags. */
const TRIGGERS: Readonly<Record<string, string>> = {
    tag: "tags",
    target_group_arns: "targetGroupArns",
    vpc_zone_identifier: "vpcZoneIdentifiers",
};
function toInput(trigger: string): string {
    return TRIGGERS[trigger] ?? trigger.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function settings(inputs: Inputs) {
    const { id, name, version } = inputs.launchTemplate;
    return {
        AutoScalingGroupName: inputs.name,
        AvailabilityZones: inputs.availabilityZones,
        HealthCheckGracePeriod: inputs.healthCheckGracePeriod,
        HealthCheckType: inputs.healthCheckType,
        LaunchTemplate:
            id === undefined
                ? { LaunchTemplateName: name, Version: version }
                : { LaunchTemplateId: id, Version: version },
        MaxSize: inputs.maxSize,
        MinSize: inputs.minSize,
        VPCZoneIdentifier: inputs.vpcZoneIdentifiers?.join(","),
    };
}

async function describe(client: AutoScalingClient, name: string): Promise<AutoScalingGroup | undefined> {
    const groups = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
    return (await client.send(groups)).AutoScalingGroups?.[0];
}

function toTag(group: string, { key, value, propagateAtLaunch }: Tag) {
    const resource = { ResourceId: group, ResourceType: "auto-scaling-group" };
    return { ...resource, Key: key, Value: value, PropagateAtLaunch: propagateAtLaunch };
}

async function changeTags(
    client: AutoScalingClient,
    id: string,
    changed: readonly string[],
    wanted: readonly Tag[] = [],
    is: readonly Tag[] = [],
): Promise<void> {
    if (!changed.includes("tags")) {
        return;
    }
    const dropped = is.filter(({ key }) => !wanted.some((tag) => tag.key === key));
    if (dropped.length > 0) {
        await client.send(new DeleteTagsCommand({ Tags: dropped.map((tag) => toTag(id, tag)) }));
    }
    if (wanted.length > 0) {
        await client.send(new CreateOrUpdateTagsCommand({ Tags: wanted.map((tag) => toTag(id, tag)) }));
    }
}

async function changeTargets(
    client: AutoScalingClient,
    AutoScalingGroupName: string,
    changed: readonly string[],
    wanted: string[] = [],
    is: string[] = [],
): Promise<void> {
    if (!changed.includes("targetGroupArns")) {
        return;
    }
    const [dropped, added] = [is.filter((arn) => !wanted.includes(arn)), wanted.filter((arn) => !is.includes(arn))];
    if (dropped.length > 0) {
        await client.send(
            new DetachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName, TargetGroupARNs: dropped }),
        );
    }
    if (added.length > 0) {
        await client.send(new AttachLoadBalancerTargetGroupsCommand({ AutoScalingGroupName, TargetGroupARNs: added }));
    }
}

/** As the real provider: one that is under way is cancelled, and the end of the new one is not waited for. */
async function refresh(
    client: AutoScalingClient,
    id: string,
    { strategy, preferences }: NonNullable<Inputs["instanceRefresh"]>,
): Promise<void> {
    const AutoScalingGroupName = id;
    await unlessGone(
        client.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName })),
        "ActiveInstanceRefreshNotFound",
        "ActiveInstanceRefreshNotFoundFault",
    );
    const Preferences = toAws(numbered(preferences)) as RefreshPreferences | undefined;
    await client.send(new StartInstanceRefreshCommand({ AutoScalingGroupName, Strategy: strategy, Preferences }));
}

/** Numbers that the program gives as text, since they may be left out. */
function numbered(preferences: object | undefined): object | undefined {
    return (
        preferences &&
        Object.fromEntries(
            Object.entries(preferences).map(([key, value]) => [
                key,
                key === "instanceWarmup" || key === "checkpointDelay" ? Number(value) : (value as unknown),
            ]),
        )
    );
}

async function waitForCapacity(client: AutoScalingClient, id: string, inputs: Inputs): Promise<void> {
    const limitMs = milliseconds(inputs.waitForCapacityTimeout);
    const wanted = inputs.desiredCapacity || inputs.minSize;
    const isReached = async () => {
        const instances = (await describe(client, id))?.Instances ?? [];
        return instances.filter(({ LifecycleState }) => LifecycleState === "InService").length >= wanted;
    };
    if (limitMs > 0) {
        await until(isReached, id, limitMs);
    }
}

async function until(isReached: () => Promise<boolean>, id: string, limitMs: number): Promise<void> {
    for (const end = Date.now() + limitMs; !(await isReached()); await sleep(POLL_MS)) {
        if (Date.now() > end) {
            throw new Error(
                `Auto Scaling Group (${id}) does not have the capacity it should have after ${limitMs / 1000} s`,
            );
        }
    }
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A Go duration of one unit, such as `10m`; `0` waits for nothing. */
function milliseconds(duration: string): number {
    const [, number, unit] = /^(\d+)([smh]?)$/.exec(duration) ?? [];
    if (number === undefined) {
        throw new Error(`waitForCapacityTimeout "${duration}" is not understood: write it as "90s", "10m" or "0"`);
    }
    return Number(number) * (UNITS[unit ?? ""] ?? 1000);
}
