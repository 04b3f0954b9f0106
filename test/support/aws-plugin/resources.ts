import { association } from "./association";
import { document } from "./document";
import { group } from "./group";
import { instance } from "./instance";
import { launchTemplate } from "./launch-template";
import type { ResourceKind } from "./resource-kind";

/** The version of the plugin that this stands in for, and that `@pulumi/aws` asks for. */
export const VERSION = "7.48.0";

/** Every type of resource that is known here. */
export const RESOURCES: Readonly<Record<string, ResourceKind>> = {
    "aws:autoscaling/group:Group": group,
    "aws:ec2/instance:Instance": instance,
    "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
    "aws:ssm/association:Association": association,
    "aws:ssm/document:Document": document,
};

export function kindOf(urn: string): ResourceKind {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const kind = RESOURCES[type];
    if (kind === undefined) {
        throw new Error(
            `The stand-in for the AWS plugin knows ${Object.keys(RESOURCES).join(", ")}, not ${type}. ` +
                `With the real plugin (pulumi plugin install resource aws ${VERSION}) it can be used.`,
        );
    }
    return kind;
}
