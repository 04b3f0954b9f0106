import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tokenOf } from "../src/agent/request";
import type { HostReport } from "../src/report";
import { type BootTuningArgs, bootTuning, unconnected, withQuietUserData } from "./boot-tuning";
import { tellLateMistakes, tellLatePassword } from "./check-args";
import { asSecret, type ConnectionArgs, pinnedConnection } from "./connection";
import { instanceFindings } from "./instance-findings";
import type { AppliedTuning, TcpTuning } from "./tcp-tuning";
import type { TcpTuningArgs } from "./tcp-tuning-args";
import { TcpVerification } from "./tcp-verification";

/** How to reach an instance, which is known only once it is there. */
export interface InstanceConnectionArgs extends Omit<ConnectionArgs, "host"> {
    /** Its address: `(instance) => instance.privateIp`, or one that is known already. */
    readonly host: pulumi.Input<string> | ((instance: aws.ec2.Instance) => pulumi.Input<string>);
}

/** The tuning of a {@link TunedInstance}. */
export interface InstanceTuningArgs
    extends BootTuningArgs,
        Pick<TcpTuningArgs, "become" | "becomePassword" | "verify" | "insecureIgnoreHostKey"> {
    /**
     * How to reach the instance by SSH, to verify the tuning once its boot has ended. Nothing knows the host key of a new
     * instance: bring one by cloud-config's `ssh_keys` and give it as `hostKey`, or give up the check.
     * @default none: the instance verifies itself, and `up` does not hear of it
     */
    readonly connection?: InstanceConnectionArgs;
    /**
     * Longest wait, in seconds from 10 to 3600, for the instance to answer and for its boot to end.
     * @default 600
     */
    readonly bootSeconds?: number;
}

/** Arguments of {@link TunedInstance}: those of `aws.ec2.Instance`, whose `userData` or `userDataBase64` becomes a part. */
export interface TunedInstanceArgs extends aws.ec2.InstanceArgs {
    /** What it is tuned to, from its first boot on. */
    readonly tuning: InstanceTuningArgs;
}

const BOOT_SECONDS = 600;
/** The plugin's pauses between two dials grow to that. */
const DIAL_SECONDS = 5;

/**
 * An EC2 instance that tunes itself at each boot, before its services start, and verifies it at the end of the first one.
 * With another tuning the AWS provider stops and starts it, or with `userDataReplaceOnChange` replaces it. Taking the
 * tuning away restores nothing on an instance that stays.
 *
 * @throws InputPropertiesError with every finding about the tuning, before anything is registered
 */
export class TunedInstance extends aws.ec2.Instance {
    /** The tuning as a component, with `settings` and `userData`. */
    public readonly tuning: TcpTuning;
    /** The drop-in, for a further {@link TcpVerification} of this instance. */
    public readonly dropIn: pulumi.Output<string>;
    /** What further verifications need; undefined without a connection. */
    public readonly applied?: AppliedTuning;
    /** What the verification over SSH found; undefined without a connection, or with `verify: false`. */
    public readonly report?: pulumi.Output<HostReport>;
    /** The report in one line. */
    public readonly summary?: pulumi.Output<string>;

    /**
     * @param name The resource's name, a part of the NAME on the host; that of its {@link TcpTuning}, too.
     * @param args The instance's own arguments, and its tuning.
     * @param opts Pulumi's own.
     * @throws InputPropertiesError with every finding about the tuning, before anything is registered
     */
    public constructor(name: string, args: TunedInstanceArgs, opts: pulumi.CustomResourceOptions = {}) {
        const { tuning: wanted, userData: plain, userDataBase64: base64, ...instance } = args;
        const own = { plain, base64, base64Argument: "userDataBase64" };
        // Nothing but a warning, and an input for policies, comes of insecureIgnoreHostKey there.
        const values = { ...unconnected(wanted), insecureIgnoreHostKey: wanted?.insecureIgnoreHostKey };
        const tuning = bootTuning([`TunedInstance "${name}"`, name], values, own, opts, instanceFindings(args));
        super(name, { ...instance, userDataBase64: tuning.userDataBase64 }, withQuietUserData(opts));
        this.tuning = tuning;
        this.dropIn = tuning.dropIn;
        const { connection, verify = {} } = wanted;
        if (connection !== undefined) {
            this.applied = this.reachedBy(connection, wanted);
            if (verify !== false) {
                const checked = new TcpVerification(
                    `${name}-verify`,
                    { ...verify, tuning: this },
                    { parent: this, deletedWith: this },
                );
                this.report = checked.report;
                this.summary = checked.summary;
            }
        }
    }

    private reachedBy({ host, ...connection }: InstanceConnectionArgs, wanted: InstanceTuningArgs): AppliedTuning {
        const { become, onOverride, bootSeconds = BOOT_SECONDS } = wanted;
        const address = typeof host === "function" ? host(this) : host;
        const patient = { dialErrorLimit: Math.ceil(bootSeconds / DIAL_SECONDS), ...connection, host: address };
        tellLateMistakes(patient, this, "tuning.connection");
        tellLatePassword(wanted.becomePassword, this, "tuning.becomePassword");
        return {
            name: this.tuning.nameOnHost,
            become,
            becomePassword: asSecret(wanted.becomePassword),
            onOverride,
            bootSeconds,
            connection: pinnedConnection(patient, wanted),
            receipt: pulumi
                .all([this.id, this.tuning.userData])
                .apply(([id, userData]) => `${id} ${tokenOf(userData)}`),
        };
    }
}
