import { setTimeout as sleep } from "node:timers/promises";
import {
    type AssociationComplianceSeverity,
    type AssociationSyncCompliance,
    CreateAssociationCommand,
    DeleteAssociationCommand,
    DescribeAssociationCommand,
    type SSMClient,
    UpdateAssociationCommand,
} from "@aws-sdk/client-ssm";
import { fromAws, resourceKind, toAws, unlessGone } from "./resource-kind";

interface Inputs {
    readonly name: string;
    readonly applyOnlyAtCronInterval?: boolean;
    readonly associationName?: string;
    readonly complianceSeverity?: AssociationComplianceSeverity;
    readonly documentVersion?: string;
    readonly maxConcurrency?: string;
    readonly maxErrors?: string;
    readonly outputLocation?: {
        readonly s3BucketName: string;
        readonly s3KeyPrefix?: string;
        readonly s3Region?: string;
    };
    readonly parameters?: Readonly<Record<string, string>>;
    readonly scheduleExpression?: string;
    readonly syncCompliance?: AssociationSyncCompliance;
    readonly targets?: readonly { readonly key: string; readonly values: string[] }[];
    readonly waitForSuccessTimeoutSeconds?: number;
}

const GONE = ["AssociationDoesNotExist"];
const POLL_MS = 100;

export const association = resourceKind<Inputs>({
    inputs: {
        name: { kind: "string", required: true, replaces: true },
        applyOnlyAtCronInterval: { kind: "boolean" },
        associationName: { kind: "string" },
        complianceSeverity: { kind: "string" },
        documentVersion: { kind: "string", computed: true },
        maxConcurrency: { kind: "string" },
        maxErrors: { kind: "string" },
        outputLocation: {
            kind: "object",
            of: {
                s3BucketName: { kind: "string", required: true },
                s3KeyPrefix: { kind: "string" },
                s3Region: { kind: "string" },
            },
        },
        parameters: { kind: "map", computed: true },
        scheduleExpression: { kind: "string" },
        syncCompliance: { kind: "string", computed: true },
        targets: {
            kind: "objects",
            computed: true,
            of: { key: { kind: "string", required: true }, values: { kind: "strings", required: true } },
        },
        waitForSuccessTimeoutSeconds: { kind: "number" },
    },

    async create({ ssm }, inputs) {
        const { AssociationDescription } = await ssm.send(new CreateAssociationCommand(request(inputs)));
        return AssociationDescription?.AssociationId ?? "";
    },

    /** As the real provider, after a create only: an update waits for nothing. */
    async settle({ ssm }, id, { waitForSuccessTimeoutSeconds }) {
        if (waitForSuccessTimeoutSeconds) {
            await waitForSuccess(ssm, id, waitForSuccessTimeoutSeconds);
        }
    },

    /** Everything: what an update leaves out, AWS takes away. */
    async update({ ssm }, id, wanted) {
        await ssm.send(new UpdateAssociationCommand({ ...request(wanted), AssociationId: id }));
    },

    async read({ ssm }, id) {
        const described = await describe(ssm, id);
        return (
            described && {
                arn: `arn:aws:ssm:${await ssm.config.region()}:123456789012:association/${id}`,
                applyOnlyAtCronInterval: described.ApplyOnlyAtCronInterval,
                associationId: id,
                associationName: described.AssociationName,
                complianceSeverity: described.ComplianceSeverity,
                documentVersion: described.DocumentVersion,
                maxConcurrency: described.MaxConcurrency,
                maxErrors: described.MaxErrors,
                name: described.Name,
                outputLocation: output(described.OutputLocation?.S3Location),
                parameters: Object.fromEntries(
                    Object.entries(described.Parameters ?? {}).map(([name, values]) => [name, values.join(",")]),
                ),
                scheduleExpression: described.ScheduleExpression,
                syncCompliance: described.SyncCompliance,
                targets: described.Targets?.map((target) => fromAws(target) ?? {}),
            }
        );
    },

    async delete({ ssm }, id) {
        await unlessGone(ssm.send(new DeleteAssociationCommand({ AssociationId: id })), ...GONE);
    },
});

async function describe(ssm: SSMClient, AssociationId: string) {
    const found = await unlessGone(ssm.send(new DescribeAssociationCommand({ AssociationId })), ...GONE);
    return found?.AssociationDescription;
}

async function waitForSuccess(ssm: SSMClient, id: string, seconds: number): Promise<void> {
    const failure = (reason: string) => new Error(`waiting for SSM Association (${id}) create: ${reason}`);
    for (const end = Date.now() + seconds * 1000; ; await sleep(POLL_MS)) {
        const status = (await describe(ssm, id))?.Overview?.Status ?? "";
        if (status === "Success") {
            return;
        }
        if (status !== "Pending") {
            throw failure(`unexpected state '${status}', wanted target 'Success'`);
        }
        if (Date.now() > end) {
            throw failure(
                `timeout while waiting for state to become 'Success' (last state: 'Pending', timeout: ${seconds}s)`,
            );
        }
    }
}

function request(inputs: Inputs) {
    const { outputLocation, parameters = {} } = inputs;
    return {
        Name: inputs.name,
        ApplyOnlyAtCronInterval: inputs.applyOnlyAtCronInterval,
        AssociationName: inputs.associationName,
        ComplianceSeverity: inputs.complianceSeverity,
        DocumentVersion: inputs.documentVersion,
        MaxConcurrency: inputs.maxConcurrency,
        MaxErrors: inputs.maxErrors,
        OutputLocation: outputLocation && {
            S3Location: {
                OutputS3BucketName: outputLocation.s3BucketName,
                OutputS3KeyPrefix: outputLocation.s3KeyPrefix,
                OutputS3Region: outputLocation.s3Region,
            },
        },
        Parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]])),
        ScheduleExpression: inputs.scheduleExpression,
        SyncCompliance: inputs.syncCompliance,
        Targets: inputs.targets?.map((target) => toAws(target) ?? {}),
    };
}

function output(
    location: { OutputS3BucketName?: string; OutputS3KeyPrefix?: string; OutputS3Region?: string } | undefined,
) {
    return (
        location && {
            s3BucketName: location.OutputS3BucketName,
            s3KeyPrefix: location.OutputS3KeyPrefix,
            s3Region: location.OutputS3Region,
        }
    );
}
