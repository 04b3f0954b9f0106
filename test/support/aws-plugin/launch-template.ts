import {
    CreateLaunchTemplateCommand,
    CreateLaunchTemplateVersionCommand,
    CreateTagsCommand,
    DeleteLaunchTemplateCommand,
    DeleteTagsCommand,
    DescribeLaunchTemplatesCommand,
    DescribeLaunchTemplateVersionsCommand,
    type LaunchTemplateTagSpecificationRequest,
    ModifyLaunchTemplateCommand,
    type RequestLaunchTemplateData,
    type ResourceType,
    type ResponseLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import type { Value } from "../command-plugin/secrets";
import { METADATA_OPTIONS } from "./instance";
import { fromAws, fromTagList, resourceKind, type Tags, toAws, toTagList, unlessGone } from "./resource-kind";

interface TagSpecification {
    readonly resourceType: ResourceType;
    readonly tags?: Tags;
}
interface Inputs {
    readonly name: string;
    readonly description?: string;
    readonly iamInstanceProfile?: { readonly name?: string; readonly arn?: string };
    readonly imageId?: string;
    readonly instanceType?: RequestLaunchTemplateData["InstanceType"];
    readonly keyName?: string;
    readonly metadataOptions?: object;
    readonly tagSpecifications?: readonly TagSpecification[];
    readonly tags?: Tags;
    readonly updateDefaultVersion?: boolean;
    readonly userData?: string;
    readonly vpcSecurityGroupIds?: string[];
}

/** A change of anything but these is a new version. */
const OF_THE_TEMPLATE = ["defaultVersion", "tags", "updateDefaultVersion"];
const GONE = ["InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"];

export const launchTemplate = resourceKind<Inputs>({
    named: true,
    inputs: {
        name: { kind: "string", replaces: true },
        namePrefix: { kind: "string", replaces: true },
        description: { kind: "string" },
        iamInstanceProfile: { kind: "object", of: { name: { kind: "string" }, arn: { kind: "string" } } },
        imageId: { kind: "string" },
        instanceType: { kind: "string" },
        keyName: { kind: "string" },
        metadataOptions: { kind: "object", computed: true, of: METADATA_OPTIONS },
        tagSpecifications: { kind: "objects", of: { resourceType: { kind: "string" }, tags: { kind: "map" } } },
        tags: { kind: "map" },
        updateDefaultVersion: { kind: "boolean" },
        userData: { kind: "string" },
        vpcSecurityGroupIds: { kind: "strings" },
    },

    async create({ ec2 }, inputs) {
        const TagSpecifications = inputs.tags && [
            { ResourceType: "launch-template" as const, Tags: toTagList(inputs.tags) },
        ];
        const { LaunchTemplate } = await ec2.send(
            new CreateLaunchTemplateCommand({
                LaunchTemplateName: inputs.name,
                VersionDescription: inputs.description,
                LaunchTemplateData: data(inputs),
                TagSpecifications,
            }),
        );
        return LaunchTemplate?.LaunchTemplateId ?? "";
    },

    async update({ ec2 }, id, wanted, changed, is) {
        const LaunchTemplateId = id;
        if (changed.some((input) => !OF_THE_TEMPLATE.includes(input))) {
            const { LaunchTemplateVersion } = await ec2.send(
                new CreateLaunchTemplateVersionCommand({
                    LaunchTemplateId,
                    VersionDescription: wanted.description,
                    LaunchTemplateData: data(wanted),
                }),
            );
            if (wanted.updateDefaultVersion) {
                const DefaultVersion = String(LaunchTemplateVersion?.VersionNumber);
                await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
            }
        }
        if (changed.includes("tags")) {
            await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: toTagList(is.tags) }));
            await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: toTagList(wanted.tags) }));
        }
    },

    async read({ ec2 }, id) {
        const ids = { LaunchTemplateIds: [id] };
        const found = await unlessGone(ec2.send(new DescribeLaunchTemplatesCommand(ids)), ...GONE);
        const template = found?.LaunchTemplates?.[0];
        if (template === undefined) {
            return undefined;
        }
        const latest = { LaunchTemplateId: id, Versions: ["$Latest"] };
        const version = (await ec2.send(new DescribeLaunchTemplateVersionsCommand(latest))).LaunchTemplateVersions?.[0];
        return {
            ...ofVersion(version?.LaunchTemplateData ?? {}),
            arn: `arn:aws:ec2:${await ec2.config.region()}:${template.CreatedBy?.split(":")[4]}:launch-template/${id}`,
            defaultVersion: template.DefaultVersionNumber,
            description: version?.VersionDescription,
            latestVersion: template.LatestVersionNumber,
            name: template.LaunchTemplateName,
            tags: fromTagList(template.Tags),
        };
    },

    async delete({ ec2 }, id) {
        await unlessGone(ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id })), ...GONE);
    },
});

function data(inputs: Inputs): RequestLaunchTemplateData {
    return {
        IamInstanceProfile: toAws(inputs.iamInstanceProfile),
        ImageId: inputs.imageId,
        InstanceType: inputs.instanceType,
        KeyName: inputs.keyName,
        MetadataOptions: toAws(inputs.metadataOptions),
        SecurityGroupIds: inputs.vpcSecurityGroupIds,
        TagSpecifications: inputs.tagSpecifications?.map(
            ({ resourceType, tags }): LaunchTemplateTagSpecificationRequest => ({
                ResourceType: resourceType,
                Tags: toTagList(tags),
            }),
        ),
        UserData: inputs.userData,
    };
}

function ofVersion(version: ResponseLaunchTemplateData): Record<string, Value | undefined> {
    // moto counts the template's own tags among those of what it launches.
    const specifications = version.TagSpecifications?.filter(({ ResourceType }) => ResourceType !== "launch-template");
    return {
        iamInstanceProfile: fromAws(version.IamInstanceProfile),
        imageId: version.ImageId,
        instanceType: version.InstanceType,
        keyName: version.KeyName,
        metadataOptions: fromAws(version.MetadataOptions),
        tagSpecifications: specifications?.map(({ ResourceType, Tags }) => ({
            resourceType: ResourceType,
            tags: fromTagList(Tags),
        })),
        userData: version.UserData,
        vpcSecurityGroupIds: version.SecurityGroupIds,
    };
}
