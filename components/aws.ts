/**
 * EC2 instances, launch templates and managed nodes that are tuned without a connection: by their user data, or by Systems
 * Manager.
 *
 * @module pulumi-tcp-tuning/aws
 */

export type { Ensure } from "../src/ssm-document";
export type { BootTuningArgs } from "./boot-tuning";
export {
    type InstanceConnectionArgs,
    type InstanceTuningArgs,
    TunedInstance,
    type TunedInstanceArgs,
} from "./tuned-instance";
export { TunedLaunchTemplate, type TunedLaunchTemplateArgs } from "./tuned-launch-template";
export { TuningAssociation, type TuningAssociationArgs } from "./tuning-association";
