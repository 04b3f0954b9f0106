import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
    DeleteAssociationCommand,
    DescribeAssociationCommand,
    DescribeDocumentCommand,
    GetDocumentCommand,
    ListAssociationsCommand,
    ListDocumentsCommand,
    UpdateAssociationCommand,
} from "@aws-sdk/client-ssm";
import * as aws from "@pulumi/aws";
import { type Moto, motoUnavailable, startMoto } from "../../support/moto";
import { changes, failureOf, type Program, withStack } from "../../support/stack";

/** With the real AWS plugin installed, these tests are about that one. */

let moto: Moto;

function content(command: string, schemaVersion = "2.2"): string {
    const parameters = { mode: { type: "String", default: "apply" } };
    const runCommand = [command];
    const steps =
        schemaVersion === "2.2"
            ? { mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand } }] }
            : { runtimeConfig: { "aws:runShellScript": { properties: [{ id: "0", runCommand }] } } };
    return JSON.stringify({ schemaVersion, parameters, ...steps });
}

function documentProgram(args: Partial<aws.ssm.DocumentArgs>): Program {
    return async () => {
        const document = new aws.ssm.Document("tune", { documentType: "Command", content: content("true"), ...args });
        const { name, arn, latestVersion, defaultVersion, hash } = document;
        return { name, arn, latestVersion, defaultVersion, hash };
    };
}

const SETTINGS: Omit<aws.ssm.AssociationArgs, "name"> = {
    targets: [{ key: "tag:Role", values: ["web", "db"] }],
    scheduleExpression: "rate(1 day)",
    maxConcurrency: "50%",
    maxErrors: "1",
    complianceSeverity: "HIGH",
    outputLocation: { s3BucketName: "reports", s3KeyPrefix: "tcp-tuning" },
    parameters: { mode: "apply" },
    associationName: "tcp-tuning",
};

function associationProgram(settings: Omit<aws.ssm.AssociationArgs, "name">, documents = ["tune"]): Program {
    return async () => {
        const [first] = documents.map(
            (name) => new aws.ssm.Document(name, { documentType: "Command", content: content(name) }),
        );
        const { associationId, arn } = new aws.ssm.Association("tune-web", { name: first?.name, ...settings });
        return { associationId, arn };
    };
}

async function associationOf(id: unknown) {
    const command = new DescribeAssociationCommand({ AssociationId: String(id) });
    return (await moto.aws.ssm.send(command)).AssociationDescription;
}

async function associations() {
    return (await moto.aws.ssm.send(new ListAssociationsCommand())).Associations ?? [];
}

before(async () => {
    if (motoUnavailable() === undefined) {
        moto = await startMoto();
    }
});
beforeEach(() => moto?.reset());
after(() => moto?.stop());

describe("an SSM document", { skip: motoUnavailable() ?? false }, () => {
    it("gets a version for changed content, which is the default at once", async () => {
        await withStack({ moto, program: documentProgram({ tags: { Team: "ops" } }) }, async (stack) => {
            const { outputs } = await stack.up();
            assert.match(String(outputs["arn"]?.value), /^arn:aws:ssm:eu-central-1:123456789012:document\/tune-/);
            assert.deepEqual(changes(await stack.up({ refresh: true })), ["refresh tune"]);
            stack.program = documentProgram({ content: content("false") });
            const second = await stack.up();
            assert.deepEqual(changes(second), ["update tune"]);
            assert.deepEqual(
                [second.outputs["latestVersion"]?.value, second.outputs["defaultVersion"]?.value],
                ["2", "2"],
            );
            assert.notEqual(second.outputs["hash"]?.value, outputs["hash"]?.value);
            const Name = String(second.outputs["name"]?.value);
            assert.equal((await moto.aws.ssm.send(new GetDocumentCommand({ Name }))).Content, content("false"));
            await stack.destroy();
            await assert.rejects(moto.aws.ssm.send(new DescribeDocumentCommand({ Name })), /does not exist/);
        });
    });

    it("is replaced with another name, and with schema 1.2, which has no versions", async () => {
        const named = (name: string, text: string) => documentProgram({ name, content: content(text, "1.2") });
        await withStack({ moto, program: named("tune", "true") }, async (stack) => {
            await stack.up();
            stack.program = named("tune", "false");
            assert.deepEqual(changes(await stack.up()), [
                "delete-replaced tune",
                "replace tune",
                "create-replacement tune",
            ]);
            stack.program = named("other", "false");
            assert.deepEqual(changes(await stack.up()), [
                "create-replacement tune",
                "replace tune",
                "delete-replaced tune",
            ]);
            const own = new ListDocumentsCommand({ Filters: [{ Key: "Owner", Values: ["Self"] }] });
            const { DocumentIdentifiers } = await moto.aws.ssm.send(own);
            assert.deepEqual(
                DocumentIdentifiers?.map(({ Name }) => Name),
                ["other"],
            );
        });
    });
});

describe("an SSM association", { skip: motoUnavailable() ?? false }, () => {
    it("has all that the program says, in every version of it", async () => {
        await withStack({ moto, program: associationProgram(SETTINGS) }, async (stack) => {
            const {
                outputs: { associationId },
            } = await stack.up();
            const created = await associationOf(associationId?.value);
            assert.equal(created?.AssociationName, "tcp-tuning");
            assert.deepEqual(created?.Targets, [{ Key: "tag:Role", Values: ["web", "db"] }]);
            assert.deepEqual(created?.Parameters, { mode: ["apply"] });
            assert.deepEqual(created?.OutputLocation?.S3Location, {
                OutputS3BucketName: "reports",
                OutputS3KeyPrefix: "tcp-tuning",
            });
            assert.deepEqual(changes(await stack.up({ refresh: true })).sort(), ["refresh tune", "refresh tune-web"]);

            const cron = { ...SETTINGS, scheduleExpression: "cron(0 3 ? * SUN *)", applyOnlyAtCronInterval: true };
            stack.program = associationProgram(cron);
            assert.deepEqual(changes(await stack.up()), ["update tune-web"]);
            const updated = await associationOf(associationId?.value);
            assert.deepEqual([updated?.AssociationVersion, updated?.ApplyOnlyAtCronInterval], ["2", true]);
            assert.equal(updated?.MaxConcurrency, "50%");
            await stack.destroy();
            assert.deepEqual(await associations(), []);
        });
    });

    it("is created anew for another document, and once somebody deleted it", async () => {
        await withStack({ moto, program: associationProgram(SETTINGS, ["tune", "other"]) }, async (stack) => {
            const {
                outputs: { associationId },
            } = await stack.up();
            stack.program = associationProgram(SETTINGS, ["other", "tune"]);
            const replaced = ["create-replacement tune-web", "replace tune-web", "delete-replaced tune-web"];
            const second = await stack.up();
            assert.deepEqual(changes(second), replaced);
            assert.notEqual(second.outputs["associationId"]?.value, associationId?.value);
            const AssociationId = String(second.outputs["associationId"]?.value);
            await moto.aws.ssm.send(new DeleteAssociationCommand({ AssociationId }));
            const again = changes(await stack.up({ refresh: true })).filter((change) => !change.startsWith("refresh"));
            assert.deepEqual(again, ["create tune-web"]);
        });
    });

    it("shows in a refresh what somebody changed, and takes it back", async () => {
        await withStack({ moto, program: associationProgram(SETTINGS) }, async (stack) => {
            const AssociationId = String((await stack.up()).outputs["associationId"]?.value);
            await moto.aws.ssm.send(
                new UpdateAssociationCommand({ AssociationId, ScheduleExpression: "rate(2 days)" }),
            );
            await stack.refresh();
            assert.deepEqual(changes(await stack.up()), ["update tune-web"]);
            assert.equal((await associationOf(AssociationId))?.ScheduleExpression, "rate(1 day)");
        });
    });

    it("is waited for, and stays in the state when it fails, or does not end in time", async () => {
        const waiting = (seconds: number) => associationProgram({ ...SETTINGS, waitForSuccessTimeoutSeconds: seconds });
        await withStack({ moto, program: waiting(30) }, async (stack) => {
            await moto.setAssociationStatus("Failed");
            assert.match((await failureOf(stack.up())).text, /unexpected state 'Failed'/);
            const { resources = [] } = await stack.exportState();
            assert.ok(resources.some(({ type, id }) => type === "aws:ssm/association:Association" && id));
            assert.equal((await associations()).length, 1);
            await moto.setAssociationStatus("Success");
            assert.deepEqual(changes(await stack.up()), ["update tune-web"]);
            await stack.destroy();
            await moto.setAssociationStatus("Pending");
            stack.program = waiting(1);
            assert.match((await failureOf(stack.up())).text, /timeout while waiting/);
        });
    });

    it("refuses what it does not know, and passes on what AWS refuses", async () => {
        await withStack(
            { moto, program: associationProgram({ ...SETTINGS, calendarNames: ["closed"] }) },
            async (stack) => {
                if (stack.awsPlugin === "installed") {
                    return;
                }
                assert.match((await failureOf(stack.preview())).text, /no input calendarNames/);
                stack.program = associationProgram({ ...SETTINGS, parameters: { speed: "high" } });
                assert.match((await failureOf(stack.up())).text, /has no parameter speed/);
            },
        );
    });
});
