export { type BootTuningArgs } from "./boot-tuning";
export { TunedInstance, type InstanceConnectionArgs, type InstanceTuningArgs, type TunedInstanceArgs } from "./tuned-instance";
export { TunedLaunchTemplate, type TunedLaunchTemplateArgs } from "./tuned-launch-template";
export { TuningAssociation, type TuningAssociationArgs } from "./tuning-association";
export { type Ensure } from "../src/ssm-document";
