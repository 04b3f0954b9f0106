import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
    type BootTuningArgs,
    bootNames,
    bootTuning,
    tuningFindings,
    unconnected,
    withQuietUserData,
} from "./boot-tuning";
import type { TcpTuning } from "./tcp-tuning";

/** Arguments of {@link TunedLaunchTemplate}: those of `aws.ec2.LaunchTemplate`, whose `userData` (base64) becomes a part. */
export interface TunedLaunchTemplateArgs extends aws.ec2.LaunchTemplateArgs {
    /** What its instances are tuned to, from their first boot on. */
    readonly tuning: BootTuningArgs;
}

/**
 * A launch template whose instances tune themselves at each boot, before their services start, and verify it at the end of
 * the first one. Another tuning makes another version of it; an Auto Scaling group that names `latestVersion` and has an
 * `instanceRefresh` then replaces its instances. Taking the tuning away restores no instance that runs.
 *
 * @throws InputPropertiesError with every finding about the tuning, before anything is registered
 */
export class TunedLaunchTemplate extends aws.ec2.LaunchTemplate {
    /** The tuning as a component, with `dropIn` and `settings`. */
    public readonly tuning: TcpTuning;

    /**
     * @param name The resource's name, a part of the NAME on its hosts; that of its {@link TcpTuning}, too.
     * @param args The launch template's own arguments, and the tuning.
     * @param opts Pulumi's own.
     * @throws InputPropertiesError with every finding about the tuning, before anything is registered
     */
    public constructor(name: string, args: TunedLaunchTemplateArgs, opts: pulumi.CustomResourceOptions = {}) {
        const { tuning: wanted, userData: base64, ...template } = args;
        const own = { base64, base64Argument: "userData" };
        const tuning = bootTuning(
            [`TunedLaunchTemplate "${name}"`, name],
            unconnected(wanted),
            own,
            opts,
            tuningFindings(wanted, bootNames),
        );
        super(name, { ...template, userData: tuning.userDataBase64 }, withQuietUserData(opts));
        this.tuning = tuning;
    }
}
