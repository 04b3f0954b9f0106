import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TunedLaunchTemplate, type TunedLaunchTemplateArgs } from "../../components/aws";
import { partsOf, unpacked } from "../support/cloud-init";
import { mockEngine, type Registered, settled } from "../support/mocks";

describe("a tuned launch template", () => {
    let registered: Registered[];
    beforeEach(async () => void (registered = await mockEngine()));
    afterEach(() => pulumi.runtime.disconnect());

    const template = (args: Partial<TunedLaunchTemplateArgs> = {}) =>
        new TunedLaunchTemplate("web", {
            imageId: "ami-1",
            tuning: { profile: "modern", onFailure: "poweroff" },
            ...args,
        });
    const inputs = () => registered.find(({ type }) => type === "aws:ec2/launchTemplate:LaunchTemplate")?.inputs ?? {};

    it("is a launch template with the same arguments, whose instances tune themselves", async () => {
        const web = template({ instanceType: "t3.micro", namePrefix: "web-", updateDefaultVersion: true });
        await settled(web.id);
        const { userData, ...others } = inputs();
        assert.deepEqual(others, {
            imageId: "ami-1",
            instanceType: "t3.micro",
            namePrefix: "web-",
            updateDefaultVersion: true,
        });
        assert.equal(unpacked(String(userData)), await settled(web.tuning.userData));
        assert.match(partsOf(unpacked(String(userData))).at(-1)!.content, /\n\[ \$code = 0 \] \|\| poweroff\n/);
    });

    it("has what it was given in base64, as the AWS argument is, as a part of its user data", async () => {
        const own = "#!/bin/bash\necho grüezi\n";
        await settled(template({ userData: Buffer.from(own).toString("base64") }).id);
        assert.equal(partsOf(unpacked(String(inputs()["userData"])))[1]?.content, own);
    });

    it("refuses plain text in place of base64 before anything is registered, and says what it takes", () => {
        assert.throws(
            () => template({ userData: "#!/bin/sh\n" }),
            /TunedLaunchTemplate "web": 1 error, and nothing was registered\.\n  error userData: received 10 characters .* userData takes Buffer\.from\(text\)\.toString\("base64"\)\.$/,
        );
        assert.deepEqual(registered, []);
    });

    it("refuses what a variable brings along and it would not do", () => {
        const tuning = { profile: "modern", verify: { maxTimeWait: 1 }, connection: { host: "192.0.2.1" } } as const;
        assert.throws(
            () => template({ tuning }),
            /2 errors[\s\S]*tuning\.verify: there is no such argument here; only a TunedInstance with a connection[\s\S]*tuning\.connection/,
        );
        assert.deepEqual(registered, []);
    });
});
