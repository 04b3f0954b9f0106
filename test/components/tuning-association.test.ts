import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TuningAssociation, type TuningAssociationArgs } from "../../components/aws";
import { mockEngine, type Registered, settled } from "../support/mocks";

const targets = [{ key: "tag:Role", values: ["web"] }];

describe("a tuning by State Manager", () => {
    let registered: Registered[];
    beforeEach(
        async () =>
            void (registered = await mockEngine(({ type }) =>
                type === "aws:ssm/document:Document" ? { name: "fleet-document-1" } : {},
            )),
    );
    afterEach(() => pulumi.runtime.disconnect());

    const fleet = (args: Partial<TuningAssociationArgs> = {}) =>
        new TuningAssociation("fleet", { targets, tuning: { profile: "high-traffic" }, ...args });
    const inputsOf = (kind: string) => registered.find(({ type }) => type.endsWith(`:${kind}`))?.inputs ?? {};
    const steps = () => JSON.parse(String(inputsOf("Document")["content"])).mainSteps as { name: string }[];

    it("is a document and an association, whatever the number of hosts", async () => {
        await settled(fleet().association.id);
        const { content, ...document } = inputsOf("Document");
        assert.deepEqual(document, { documentType: "Command", documentFormat: "JSON" });
        assert.deepEqual(
            steps().map(({ name }) => name),
            ["tune"],
        );
        assert.match(String(content), /net\.ipv4\.tcp_fin_timeout = 30/);
        assert.deepEqual(inputsOf("Association"), {
            name: "fleet-document-1",
            associationName: "shop-prod-fleet",
            targets,
            scheduleExpression: "rate(1 day)",
            maxConcurrency: "10%",
            maxErrors: "10%",
            waitForSuccessTimeoutSeconds: 600,
        });
    });

    it("passes on what an association takes", async () => {
        const given = {
            associationName: "tcp",
            scheduleExpression: "rate(30 minutes)",
            maxConcurrency: "50",
            maxErrors: "0",
            complianceSeverity: "HIGH",
            outputLocation: { s3BucketName: "logs", s3KeyPrefix: "tcp" },
            tags: { Team: "web" },
            region: "eu-central-1",
        };
        await settled(fleet({ ...given, waitForSuccessTimeoutSeconds: 900 }).association.id);
        assert.deepEqual(inputsOf("Association"), {
            ...given,
            name: "fleet-document-1",
            targets,
            waitForSuccessTimeoutSeconds: 900,
        });
        assert.deepEqual(
            [inputsOf("Document")["region"], inputsOf("Document")["tags"]],
            ["eu-central-1", { Team: "web" }],
        );
    });

    it("waits for nothing when told so", async () => {
        await settled(fleet({ waitForSuccessTimeoutSeconds: 0, applyOnlyAtCronInterval: true }).association.id);
        assert.equal(inputsOf("Association")["waitForSuccessTimeoutSeconds"], undefined);
    });

    it("gives every host back what it had with ensure: absent", async () => {
        await settled(fleet({ ensure: "absent" }).association.id);
        assert.deepEqual(
            steps().map(({ name }) => name),
            ["restore"],
        );
        assert.equal(inputsOf("TuningAssociation")["ensure"], "absent");
    });

    it("may be larger than user data may be", async () => {
        const unlisted = Object.fromEntries(
            Array.from({ length: 800 }, (_, index) => [
                `net.ipv4.key_${Math.sin(index)}`.replace(/[^a-z0-9_.]/g, ""),
                index,
            ]),
        );
        await settled(fleet({ tuning: { unlisted } }).association.id);
        assert.ok(String(inputsOf("Document")["content"]).length > 45_000);
    });

    const refusals: readonly [string, Partial<Record<keyof TuningAssociationArgs, unknown>>, RegExp][] = [
        [
            "no targets",
            { targets: undefined },
            /^TuningAssociation "fleet": 1 error, and nothing was registered\.\n  error targets: received none, so no host would be tuned/,
        ],
        ["an empty list of targets", { targets: [] }, /targets: received \[\], so no host/],
        ["an unknown state", { ensure: "gone" }, /ensure: received "gone"; write "tuned" or "absent"/],
        [
            "a negative wait",
            { waitForSuccessTimeoutSeconds: -1 },
            /waitForSuccessTimeoutSeconds: received -1; write a whole number of seconds, 0 to 86400/,
        ],
        [
            "a wait for what does not run now",
            { applyOnlyAtCronInterval: true },
            /applyOnlyAtCronInterval: received true, so nothing runs now/,
        ],
        [
            "a limit that does not exist",
            { tuning: { profile: "base", verify: { maxTimewait: 1 } } },
            /verify\.maxTimewait: received 1, .*did you mean maxTimeWait/,
        ],
        [
            "a failure at a boot that it has not",
            { tuning: { profile: "base", onFailure: "poweroff" } },
            /tuning\.onFailure: there is no such argument here; there is no boot/,
        ],
        ["a wrong value", { tuning: { parameters: { "net.ipv4.tcp_fin_timeuot": 30 } } }, /KEY-UNKNOWN/],
    ];
    for (const [what, args, reason] of refusals) {
        it(`refuses ${what} before anything is registered`, () => {
            assert.throws(
                () => fleet(args as Partial<TuningAssociationArgs>),
                (error: Error) => {
                    assert.match(error.message, reason);
                    return pulumi.InputPropertiesError.isInstance(error);
                },
            );
            assert.deepEqual(registered, []);
        });
    }
});
