import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf, tokenOf } from "../src/agent/request";
import { type Ensure, ssmDocument } from "../src/ssm-document";
import { associationFindings } from "./association-findings";
import { type BootTuningArgs, NO_EFFECT, unconnected } from "./boot-tuning";
import { checkArgs } from "./check-args";
import { formerNames } from "./former-names";
import { orReason } from "./rendered";
import { TcpTuning } from "./tcp-tuning";
import type { TcpTuningArgs } from "./tcp-tuning-args";

/** Arguments of {@link TuningAssociation}: those of `aws.ssm.Association`, apart from its document. */
export interface TuningAssociationArgs
    extends Omit<
        aws.ssm.AssociationArgs,
        "name" | "documentVersion" | "parameters" | "automationTargetParameterName" | "targets"
    > {
    /** What the hosts are tuned to; `verify` as in {@link TcpTuning}. */
    readonly tuning: Omit<BootTuningArgs, "onFailure"> & Pick<TcpTuningArgs, "verify">;
    /**
     * `absent` gives the hosts back what they had: deleting an association restores nothing, so let one `up` pass with it
     * before the resource goes.
     * @default "tuned"
     */
    readonly ensure?: Ensure;
    /** The managed nodes: `[{ key: "tag:Role", values: ["web"] }]`, or `resource-groups:Name`; those that come later, too. */
    readonly targets: NonNullable<aws.ssm.AssociationArgs["targets"]>;
    /**
     * When it runs again, for new hosts and against drift: a rate of at least 30 minutes, or a cron expression.
     * @default "rate(1 day)"
     */
    readonly scheduleExpression?: pulumi.Input<string>;
    /**
     * How many hosts at once: a number or a percentage.
     * @default "10%"
     */
    readonly maxConcurrency?: pulumi.Input<string>;
    /**
     * How many hosts may fail before no further one is begun: a number or a percentage.
     * @default "10%"
     */
    readonly maxErrors?: pulumi.Input<string>;
    /**
     * Longest wait, in seconds, until it has succeeded; `up` fails when it does not. The AWS provider waits for a new
     * association only, so each change makes a new one. 0 waits for nothing.
     * @default 600
     */
    readonly waitForSuccessTimeoutSeconds?: number;
}

const WAIT_SECONDS = 600;

/**
 * One tuning for any number of hosts, by AWS Systems Manager's State Manager: an SSM document with the agent, and an
 * association that runs it on the targets now, on those that come later, and by a schedule. Nothing connects to them.
 *
 * @throws InputPropertiesError with every finding about the arguments, before anything is registered
 */
export class TuningAssociation extends pulumi.ComponentResource {
    /** The tuning as a component, with `dropIn` and `settings`. */
    public readonly tuning: TcpTuning;
    /** The SSM document that holds the agent and the drop-in; replaced by each change. */
    public readonly document: aws.ssm.Document;
    /** What runs the document on the targets; replaced by each change, so that the provider waits for it. */
    public readonly association: aws.ssm.Association;

    /**
     * @param name The resource's name, a part of the NAME on its hosts.
     * @param args The association's own arguments, and the tuning.
     * @param opts Pulumi's own.
     * @throws InputPropertiesError with every finding about the arguments, before anything is registered
     */
    public constructor(name: string, args: TuningAssociationArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { tuning: wanted, ensure = "tuned", waitForSuccessTimeoutSeconds: wait = WAIT_SECONDS, ...given } = args;
        const values = unconnected(wanted);
        checkArgs(`TuningAssociation "${name}"`, values, associationFindings(args), NO_EFFECT);
        super("pulumi-tcp-tuning:index:TuningAssociation", name, { ensure }, opts);

        this.tuning = new TcpTuning(name, values, { parent: this });
        const { rendered, nameOnHost } = this.tuning;
        const owner = ownerOf(pulumi.getProject(), pulumi.getStack(), name);
        const { onOverride, verify } = values;
        const content = pulumi
            .all([rendered, formerNames(name, opts.aliases)])
            .apply(([wholly, formers]) =>
                orReason(
                    wholly,
                    (dropIn) => ssmDocument({ name: nameOnHost, owner, dropIn, formers, onOverride, verify, ensure }),
                    this,
                ),
            );
        const { region, tags } = given;
        this.document = new aws.ssm.Document(
            `${name}-document`,
            { documentType: "Command", documentFormat: "JSON", content, region, tags },
            // SSM refuses as a new version what another version holds already, so a way back needs another document.
            { parent: this, hideDiffs: ["content"], replacementTrigger: content.apply(tokenOf) },
        );
        const inputs = withDefaults(given, {
            associationName: nameOnHost,
            scheduleExpression: "rate(1 day)",
            maxConcurrency: "10%",
            maxErrors: "10%",
        });
        this.association = new aws.ssm.Association(
            `${name}-association`,
            {
                ...inputs,
                name: this.document.name,
                waitForSuccessTimeoutSeconds: wait === 0 ? undefined : wait,
            },
            {
                parent: this,
                // A new one may not run beside the old one, whose document has other values.
                deleteBeforeReplace: true,
                ...(wait === 0
                    ? {}
                    : { replacementTrigger: pulumi.output(inputs).apply((all) => tokenOf(JSON.stringify(all))) }),
            },
        );
        this.registerOutputs();
    }
}

function withDefaults<T extends object, D extends object>(given: T, defaults: D): T & D {
    const said = Object.entries(given).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(said) } as T & D;
}
