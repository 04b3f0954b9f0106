import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { TcpVerification } from "../../components";
import { TunedInstance, type TunedInstanceArgs } from "../../components/aws";
import { partsOf, unpacked } from "../support/cloud-init";
import { mockEngine, type Registered, settled } from "../support/mocks";
import { PRIVATE_KEY } from "../support/private-key";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIg0XHXtzJZRTZbPtHzcLRQdXzUZ7dRBkVMmBmsYcXaE";
const base = { ami: "ami-1", instanceType: "t3.micro" };
const connection = { host: "192.0.2.10", user: "admin", hostKey: HOST_KEY, privateKey: PRIVATE_KEY };

describe("a tuned instance", () => {
    let registered: Registered[];
    beforeEach(
        async () =>
            void (registered = await mockEngine(({ type }) =>
                type === "aws:ec2/instance:Instance" ? { privateIp: "10.0.0.7", publicIp: "203.0.113.7" } : {},
            )),
    );
    afterEach(() => pulumi.runtime.disconnect());

    const instance = (args: Partial<TunedInstanceArgs> = {}, opts?: pulumi.CustomResourceOptions) =>
        new TunedInstance("web", { ...base, tuning: { profile: "high-traffic" }, ...args }, opts);
    const inputsOf = (type: string) => registered.find((resource) => resource.type === type)?.inputs ?? {};
    /** The parts of the user data that EC2 was given. */
    async function sentBy(web: TunedInstance) {
        await settled(web.id);
        return partsOf(unpacked(String(inputsOf("aws:ec2/instance:Instance")["userDataBase64"])));
    }

    it("is an EC2 instance with the same arguments and outputs, under the same name", async () => {
        const web = instance({ subnetId: "subnet-1", tags: { Name: "web" }, userDataReplaceOnChange: true });
        assert.equal(await settled(web.privateIp), "10.0.0.7");
        const { userDataBase64, ...others } = inputsOf("aws:ec2/instance:Instance");
        assert.deepEqual(others, {
            ...base,
            subnetId: "subnet-1",
            tags: { Name: "web" },
            userDataReplaceOnChange: true,
        });
        assert.equal(unpacked(String(userDataBase64)), await settled(web.tuning.userData));
        assert.match(await settled(web.urn), /aws:ec2\/instance:Instance::web$/);
    });

    it("shows its settings in a preview, as a tuning over SSH does", async () => {
        await settled(instance().id);
        const { settings, delivery } = inputsOf("pulumi-tcp-tuning:index:TcpTuning");
        assert.deepEqual(
            [(settings as Record<string, string>)["net.ipv4.tcp_fin_timeout"], delivery],
            ["30", "user-data"],
        );
    });

    it("shows policies that the host's key is not checked", async () => {
        const { hostKey, ...unchecked } = connection;
        const web = instance({ tuning: { profile: "base", connection: unchecked, insecureIgnoreHostKey: true } });
        await settled(web.id);
        assert.equal(inputsOf("pulumi-tcp-tuning:index:TcpTuning")["insecureIgnoreHostKey"], true);
    });

    it("connects nowhere without a connection", async () => {
        const web = instance();
        await settled(web.id);
        assert.deepEqual([web.report, web.applied], [undefined, undefined]);
        assert.deepEqual(
            registered.filter(({ type }) => type === "command:remote:Command"),
            [],
        );
    });

    for (const [argument, own] of [
        ["userData", { userData: "#cloud-config\npackages: [nginx]\n" }],
        ["userDataBase64", { userDataBase64: Buffer.from("#cloud-config\npackages: [nginx]\n").toString("base64") }],
        [
            "userDataBase64, gzip'd and late",
            { userDataBase64: pulumi.output(gzipSync("#cloud-config\npackages: [nginx]\n").toString("base64")) },
        ],
    ] as const) {
        it(`runs between its own parts what it was given as ${argument}`, async () => {
            const [apply, given, verify] = await sentBy(instance(own));
            assert.equal(given?.content, "#cloud-config\npackages: [nginx]\n");
            assert.deepEqual(
                [apply?.filename, verify?.filename],
                ["tcp-tuning-shop-prod-web-apply", "zzzz-tcp-tuning-shop-prod-web-verify"],
            );
            assert.equal(inputsOf("aws:ec2/instance:Instance")["userData"], undefined);
        });
    }

    it("is verified over SSH with a patience that fits a boot, and again when it is another instance", async () => {
        const web = instance({
            tuning: {
                profile: "high-traffic",
                become: true,
                verify: { maxTimeWait: 4000, settleSeconds: 30 },
                bootSeconds: 300,
                connection: { ...connection, host: (itself) => itself.privateIp },
            },
        });
        assert.notEqual(web.report, undefined);
        await settled(web.report!);
        const { connection: to, create, stdin, ...others } = inputsOf("command:remote:Command");
        assert.deepEqual(plain(to), {
            ...connection,
            host: "10.0.0.7",
            port: 22,
            dialErrorLimit: 60,
            perDialTimeout: 15,
        });
        assert.match(
            String(create),
            /^timeout 300 sh -c 'until \[ -e \/run\/cloud-init\/result\.json \].*;timeout 90 sh -c .* tcp-tuning verify$/,
        );
        assert.match(
            String(stdin),
            /^tcp-tuning 1 shop-prod-web .* become=85\n[A-Za-z0-9+/=]{20000,}\nreceipt web-id [0-9a-f]{12}\n/,
        );
        assert.match(String(stdin), /\nmaxTimeWait 4000\nsettleSeconds 30\n/);
        assert.deepEqual([others["delete"], others["logging"]], [undefined, "none"]);
    });

    it("is verified through a sudo that asks for a password, which is a secret", async () => {
        const tuning = { profile: "base", connection, become: true, becomePassword: "hunter2" } as const;
        const web = instance({ tuning });
        await settled(web.report!);
        const { stdin } = inputsOf("command:remote:Command");
        assert.notEqual(typeof stdin, "string", "it is marked as a secret");
        assert.match(String(plain(stdin)), / become=145 becomePassword=aHVudGVyMg==\n/);
    });

    it("can be verified further, after a deployment", async () => {
        const web = instance({ tuning: { profile: "base", connection, verify: false } });
        assert.equal(web.report, undefined);
        const checked = new TcpVerification("after-deploy", { tuning: web, rerunOn: "v2" });
        await settled(checked.id);
        assert.match(String(inputsOf("command:remote:Command")["stdin"]), /\nrerunOn [0-9a-f]{32}\n/);
    });

    it("takes over under its new name what it had under an alias, also one that is a URN", async () => {
        for (const alias of [{ name: "old" }, "urn:pulumi:prod::shop::aws:ec2/instance:Instance::old"]) {
            const [apply] = await sentBy(instance({}, { aliases: [alias] }));
            assert.match(apply!.content, /^tcp-tuning 1 shop-prod-web .* former=shop-prod-old /m);
            registered.length = 0;
        }
    });

    const refusals: readonly [string, unknown, RegExp][] = [
        [
            "a wrong value",
            { tuning: { profile: "base", parameters: { "net.ipv4.tcp_tw_recycle": 1 } } },
            /^TunedInstance "web": 1 error, and nothing was registered\.\n  error KEY-REMOVED/,
        ],
        ["no tuning", { tuning: undefined }, /error tuning: received none; write an object, such as/],
        [
            "a tuning that comes late",
            { tuning: pulumi.output({ profile: "base" }) },
            /tuning: received an Output, which is known too late/,
        ],
        [
            "what belongs beside the tuning",
            { tuning: { profile: "base", mergeWith: "#!/bin/sh\n" } },
            /1 error.*\n  error tuning\.mergeWith: there is no such argument here; write it as userData, beside tuning\.$/,
        ],
        [
            "a misspelt argument",
            { tuning: { profile: "base", onOveride: "warn" } },
            /tuning\.onOveride: there is no such argument here; did you mean onOverride\?$/,
        ],
        [
            "a path in place of a private key",
            { tuning: { profile: "base", connection: { ...connection, privateKey: "~/.ssh/id_ed25519" } } },
            /error tuning\.connection\.privateKey: received what looks like a path; read the file: /,
        ],
        [
            "a password for sudo where nobody connects, and does not show it",
            { tuning: { profile: "base", becomePassword: "hunter2" } },
            /tuning\.becomePassword: received one without tuning\.connection, so nobody would connect; /,
        ],
        [
            "a password for sudo that nobody asks for",
            { tuning: { profile: "base", connection, becomePassword: "hunter2" } },
            /tuning\.becomePassword: received one without become: true/,
        ],
        ["user data that is no text", { userData: 5 }, /userData: received 5; write a text/],
        [
            "two kinds of user data",
            { userData: "#!/bin/sh\n", userDataBase64: "IyE=" },
            /userData: received one beside userDataBase64/,
        ],
        [
            "user data that is no base64",
            { userDataBase64: "#!/bin/sh\nexport PASSWORD=hunter2\n" },
            /userDataBase64: received 34 characters that are not the base64 of a text/,
        ],
        [
            "binary user data",
            { userDataBase64: Buffer.from([0xff, 0xfe, 0x80]).toString("base64") },
            /not the base64 of a text/,
        ],
        [
            "a connection without a host",
            { tuning: { profile: "base", connection: { ...connection, host: undefined } } },
            /tuning\.connection\.host: received none/,
        ],
        [
            "a host whose key nothing tells",
            { tuning: { profile: "base", connection: { host: "192.0.2.10" } } },
            /tuning\.connection\.hostKey: received none, so anyone could answer/,
        ],
        [
            "a limit that nobody would check",
            { tuning: { profile: "base", verify: { maxTimeWait: 4 } } },
            /tuning\.verify: received \{"maxTimeWait":4\} without tuning\.connection/,
        ],
        [
            "a boot of a second",
            { tuning: { profile: "base", connection, bootSeconds: 1 } },
            /tuning\.bootSeconds: received 1; write a whole number of seconds, 10 to 3600/,
        ],
        [
            "several mistakes",
            { userData: "a", userDataBase64: "YQ==", tuning: { profile: "turbo" } },
            /2 errors.*\n.*userData.*\n.*PROFILE-UNKNOWN/,
        ],
    ];
    for (const [what, args, reason] of refusals) {
        it(`refuses ${what} before anything is registered`, () => {
            assert.throws(
                () => instance(args as TunedInstanceArgs),
                (error: Error) => {
                    assert.match(error.message, reason);
                    assert.doesNotMatch(error.message, /hunter2/);
                    return pulumi.InputPropertiesError.isInstance(error);
                },
            );
            assert.deepEqual(registered, []);
        });
    }
});

/** A secret of mocks, laid open. */
function plain(value: unknown): unknown {
    return (value as { value?: unknown }).value ?? value;
}
