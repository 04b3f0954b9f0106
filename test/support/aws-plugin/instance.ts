import {
    AssociateIamInstanceProfileCommand,
    CreateTagsCommand,
    DeleteTagsCommand,
    type Instance as Described,
    DescribeIamInstanceProfileAssociationsCommand,
    DescribeInstanceAttributeCommand,
    DescribeInstancesCommand,
    DisassociateIamInstanceProfileCommand,
    type EC2Client,
    ModifyInstanceAttributeCommand,
    type ModifyInstanceAttributeRequest,
    ModifyInstanceMetadataOptionsCommand,
    RunInstancesCommand,
    type RunInstancesRequest,
    StartInstancesCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
    waitUntilInstanceRunning,
    waitUntilInstanceStopped,
    waitUntilInstanceTerminated,
} from "@aws-sdk/client-ec2";
import { isUnknown, type Value } from "../command-plugin/secrets";
import type { Properties } from "./property";
import { fromAws, fromTagList, resourceKind, type Tags, toAws, toTagList, unlessGone } from "./resource-kind";
import { decodedUserData, encodedUserData, isBase64 } from "./user-data";

interface Inputs {
    readonly ami?: string;
    readonly availabilityZone?: string;
    readonly iamInstanceProfile?: string;
    readonly instanceType?: RunInstancesRequest["InstanceType"];
    readonly keyName?: string;
    readonly launchTemplate?: { readonly id?: string; readonly name?: string; readonly version?: string };
    readonly metadataOptions?: object;
    readonly subnetId?: string;
    readonly tags?: Tags;
    readonly userData?: string;
    readonly userDataBase64?: string;
    readonly userDataReplaceOnChange?: boolean;
    readonly vpcSecurityGroupIds?: string[];
}

export const METADATA_OPTIONS: Properties = {
    httpEndpoint: { kind: "string", computed: true },
    httpProtocolIpv6: { kind: "string", computed: true },
    httpPutResponseHopLimit: { kind: "number", computed: true },
    httpTokens: { kind: "string", computed: true },
    instanceMetadataTags: { kind: "string", computed: true },
};

const GONE = ["InvalidInstanceID.NotFound"];
/** For moto, where every change of state is at once. */
const waiting = (client: EC2Client) => ({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 });

export const instance = resourceKind<Inputs>({
    inputs: {
        ami: { kind: "string", replaces: true, computed: true },
        availabilityZone: { kind: "string", replaces: true, computed: true },
        iamInstanceProfile: { kind: "string", computed: true },
        instanceType: { kind: "string", computed: true },
        keyName: { kind: "string", replaces: true, computed: true },
        launchTemplate: {
            kind: "object",
            replaces: true,
            of: {
                id: { kind: "string", computed: true },
                name: { kind: "string", computed: true },
                version: { kind: "string" },
            },
        },
        metadataOptions: { kind: "object", computed: true, of: METADATA_OPTIONS },
        subnetId: { kind: "string", replaces: true, computed: true },
        tags: { kind: "map" },
        userData: { kind: "string", computed: true },
        userDataBase64: { kind: "string", computed: true },
        userDataReplaceOnChange: { kind: "boolean", byDefault: false },
        vpcSecurityGroupIds: { kind: "strings", computed: true },
    },

    check: (inputs) => [
        ...(inputs.userData !== undefined && inputs.userDataBase64 !== undefined
            ? [{ property: "userData", reason: "userData conflicts with userDataBase64: give one of them" }]
            : []),
        ...(isUnknown(inputs.userDataBase64) || isBase64(inputs.userDataBase64 ?? "")
            ? []
            : [{ property: "userDataBase64", reason: "userDataBase64: argument must be base64-encoded" }]),
        ...(inputs.launchTemplate === undefined && (inputs.ami === undefined || inputs.instanceType === undefined)
            ? [{ property: "ami", reason: "ami and instanceType must be given, or else launchTemplate" }]
            : []),
    ],

    replaces: (changed, wanted) =>
        wanted.userDataReplaceOnChange ? changed.filter((input) => input.startsWith("userData")) : [],

    async create({ ec2 }, inputs) {
        const { Instances } = await ec2.send(new RunInstancesCommand(request(inputs)));
        return Instances?.[0]?.InstanceId ?? "";
    },

    async settle({ ec2 }, id) {
        await waitUntilInstanceRunning(waiting(ec2), { InstanceIds: [id] });
    },

    async update({ ec2 }, id, wanted, changed, is) {
        await changeTags(ec2, id, changed, wanted.tags, is.tags);
        if (changed.includes("iamInstanceProfile")) {
            await changeProfile(ec2, id, wanted.iamInstanceProfile);
        }
        if (changed.includes("vpcSecurityGroupIds")) {
            const Groups = wanted.vpcSecurityGroupIds;
            await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups }));
        }
        if (changed.includes("metadataOptions")) {
            const options = toAws({ ...is.metadataOptions, ...wanted.metadataOptions });
            await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, ...options }));
        }
        await whileStopped(ec2, id, changesWhileStopped(wanted, changed));
    },

    async read({ ec2 }, id, state) {
        const found = await unlessGone(ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })), ...GONE);
        const [reservation] = found?.Reservations ?? [];
        const [described] = reservation?.Instances ?? [];
        if (described === undefined || described.State?.Name === "terminated") {
            return undefined;
        }
        const arn = `arn:aws:ec2:${await ec2.config.region()}:${reservation?.OwnerId}:instance/${id}`;
        return { arn, ...outputs(described), ...(await userDataOf(ec2, id, state)) };
    },

    async delete({ ec2 }, id) {
        const ids = { InstanceIds: [id] };
        if (await unlessGone(ec2.send(new TerminateInstancesCommand(ids)), ...GONE)) {
            await waitUntilInstanceTerminated(waiting(ec2), ids);
        }
    },
});

function request(inputs: Inputs): RunInstancesRequest {
    const { launchTemplate } = inputs;
    return {
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: inputs.iamInstanceProfile === undefined ? undefined : { Name: inputs.iamInstanceProfile },
        ImageId: inputs.ami,
        InstanceType: inputs.instanceType,
        KeyName: inputs.keyName,
        LaunchTemplate: launchTemplate && {
            LaunchTemplateId: launchTemplate.id,
            LaunchTemplateName: launchTemplate.name,
            Version: launchTemplate.version,
        },
        MetadataOptions: toAws(inputs.metadataOptions),
        Placement: inputs.availabilityZone === undefined ? undefined : { AvailabilityZone: inputs.availabilityZone },
        SecurityGroupIds: inputs.vpcSecurityGroupIds,
        SubnetId: inputs.subnetId,
        TagSpecifications: inputs.tags && [{ ResourceType: "instance", Tags: toTagList(inputs.tags) }],
        UserData: encodedUserData(inputs),
    };
}

function outputs(described: Described): Record<string, Value | undefined> {
    const { State: _, ...metadataOptions } = described.MetadataOptions ?? {};
    return {
        ami: described.ImageId,
        availabilityZone: described.Placement?.AvailabilityZone,
        iamInstanceProfile: described.IamInstanceProfile?.Arn?.split("/").at(-1),
        instanceState: described.State?.Name,
        instanceType: described.InstanceType,
        keyName: described.KeyName,
        metadataOptions: fromAws(metadataOptions),
        primaryNetworkInterfaceId: described.NetworkInterfaces?.[0]?.NetworkInterfaceId,
        privateDns: described.PrivateDnsName,
        privateIp: described.PrivateIpAddress,
        publicDns: described.PublicDnsName,
        publicIp: described.PublicIpAddress,
        subnetId: described.SubnetId,
        tags: fromTagList(described.Tags),
        vpcSecurityGroupIds: described.SecurityGroups?.map(({ GroupId = "" }) => GroupId),
    };
}

/** In the form in which the program gives it; else as the real provider stores it, as text. */
async function userDataOf(ec2: EC2Client, id: string, state: Inputs): Promise<Record<string, Value | undefined>> {
    const attribute = new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: "userData" });
    const encoded = (await ec2.send(attribute)).UserData?.Value;
    return state.userDataBase64 === undefined
        ? { userData: encoded && decodedUserData(encoded).toString("utf8") }
        : { userDataBase64: encoded };
}

async function changeTags(
    ec2: EC2Client,
    id: string,
    changed: readonly string[],
    wanted?: Tags,
    is?: Tags,
): Promise<void> {
    if (changed.includes("tags")) {
        await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: toTagList(is) }));
        await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: toTagList(wanted) }));
    }
}

async function changeProfile(ec2: EC2Client, id: string, name: string | undefined): Promise<void> {
    const filter = { Filters: [{ Name: "instance-id", Values: [id] }] };
    const { IamInstanceProfileAssociations = [] } = await ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand(filter),
    );
    for (const { AssociationId } of IamInstanceProfileAssociations) {
        await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId }));
    }
    if (name !== undefined) {
        const profile = { InstanceId: id, IamInstanceProfile: { Name: name } };
        await ec2.send(new AssociateIamInstanceProfileCommand(profile));
    }
}

function changesWhileStopped(wanted: Inputs, changed: readonly string[]): Partial<ModifyInstanceAttributeRequest>[] {
    const encoded = encodedUserData(wanted);
    return [
        ...(changed.includes("instanceType") ? [{ InstanceType: { Value: wanted.instanceType } }] : []),
        ...(changed.some((input) => input === "userData" || input === "userDataBase64")
            ? [{ UserData: { Value: decodedUserData(encoded ?? "") } }]
            : []),
    ];
}

/** As the real provider: EC2 takes neither a new type nor new user data while the instance runs. */
async function whileStopped(
    ec2: EC2Client,
    id: string,
    changes: Partial<ModifyInstanceAttributeRequest>[],
): Promise<void> {
    if (changes.length === 0) {
        return;
    }
    const ids = { InstanceIds: [id] };
    await ec2.send(new StopInstancesCommand(ids));
    await waitUntilInstanceStopped(waiting(ec2), ids);
    try {
        for (const change of changes) {
            await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...change }));
        }
    } finally {
        await ec2.send(new StartInstancesCommand(ids));
        await waitUntilInstanceRunning(waiting(ec2), ids);
    }
}
