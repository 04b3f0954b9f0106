import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { launchAfterBoot, launchInstalled } from "../src/agent/launcher";
import { verifyRequest } from "../src/agent/request";
import { packedAgent } from "../src/generated/agent";
import { type HostReport, parseReport, summarise } from "../src/report";
import { verifyFindings } from "./argument-findings";
import { inputError } from "./check-args";
import type { TcpTuning } from "./tcp-tuning";
import type { VerifyArgs } from "./tcp-tuning-args";

/** Arguments of {@link TcpVerification}. */
export interface TcpVerificationArgs extends VerifyArgs {
    /** The tuning to verify: one delivered by SSH, or an instance with a connection. */
    readonly tuning: Pick<TcpTuning, "dropIn" | "applied">;
    /**
     * Any value: another one makes the verification run again, for example the id of a deployment.
     * @default it runs again when the tuning or these arguments change
     */
    readonly rerunOn?: pulumi.Input<string>;
}

/** Seconds that a host has to come within its limit, where nothing else is said. */
export const DEFAULT_SETTLE_SECONDS = 90;
const userDataFinding = {
    propertyPath: "tuning",
    reason:
        "error tuning: received one without a connection, which verifies itself at first boot; " +
        "give one with a connection.",
};

/**
 * Reads every value of a tuning back from its host, and the drop-in; counts the TCP states; waits until TIME_WAIT is
 * within its limit. Changes nothing on the host. It fails `pulumi up` when something is not as it should be, and leaves
 * the tuning applied. {@link TcpTuning} makes one by itself; make another to verify after, say, a deployment.
 *
 * @throws InputPropertiesError with every finding about the arguments, before anything is registered
 */
export class TcpVerification extends command.remote.Command {
    /** What was found on the host. */
    public readonly report: pulumi.Output<HostReport>;
    /** The report in one line. */
    public readonly summary: pulumi.Output<string>;

    /**
     * @param name The resource's name, a part of its URN.
     * @param args Which tuning, and the limits.
     * @param opts Pulumi's own.
     * @throws InputPropertiesError with every finding about the arguments, before anything is registered
     */
    public constructor(name: string, args: TcpVerificationArgs, opts?: pulumi.CustomResourceOptions) {
        const { tuning, rerunOn, ...limits } = args;
        const { maxTimeWait, states, settleSeconds = DEFAULT_SETTLE_SECONDS } = limits;
        const { applied } = tuning;
        const findings = [...verifyFindings(limits, ""), ...(applied === undefined ? [userDataFinding] : [])];
        if (applied === undefined || findings.length > 0) {
            throw inputError(`TcpVerification "${name}"`, findings, "nothing was verified");
        }
        const { bootSeconds } = applied;
        // User data leaves a smaller agent on the host.
        const [launch, by, agent] =
            bootSeconds === undefined
                ? ([launchInstalled("verify", applied.name, settleSeconds)] as const)
                : ([launchAfterBoot(bootSeconds, settleSeconds), "user-data", packedAgent] as const);
        const stdin = pulumi
            .all([tuning.dropIn, applied.receipt, rerunOn, applied.becomePassword])
            .apply(([dropIn, receipt, again, becomePassword]) =>
                verifyRequest(
                    {
                        name: applied.name,
                        dropIn,
                        receipt,
                        maxTimeWait,
                        settleSeconds,
                        states,
                        rerunOn: again,
                        onOverride: applied.onOverride,
                        become: applied.become,
                        becomePassword,
                        by,
                    },
                    agent,
                ),
            );
        super(
            name,
            {
                connection: applied.connection,
                create: launch,
                stdin,
                logging: "none",
                addPreviousOutputInEnv: false,
            },
            pulumi.mergeOptions({ hideDiffs: ["stdin", "stdout"] }, opts),
        );
        // Under a program's own mocks there may be no output to read.
        const printed: pulumi.Output<string | undefined> = this.stdout;
        const report = printed.apply((text) => (text === undefined ? undefined : parseReport(text)));
        this.report = report as pulumi.Output<HostReport>;
        this.summary = report.apply((found) => (found === undefined ? "" : summarise(found)));
    }
}
