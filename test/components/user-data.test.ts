import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning } from "../../components";
import { hostsUnavailable, startHosts } from "../support/hosts";
import { mockEngine, valueOf } from "../support/mocks";

/** What cloud-init makes of user data: it unpacks what is gzip'd. */
function scriptIn(base64: string): string {
    const sent = Buffer.from(base64, "base64");
    return (sent.subarray(0, 2).equals(GZIP_MAGIC) ? gunzipSync(sent) : sent).toString();
}
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

describe("user data", () => {
    afterEach(() => pulumi.runtime.disconnect());

    it("is taken by an EC2 instance, connects nowhere, and carries no secret", async () => {
        const registered = await mockEngine();
        const tuning = new TcpTuning("web", { profile: "high-traffic", delivery: "user-data" });
        const instance = new aws.ec2.Instance("web", {
            ami: "ami-1", instanceType: "t3.micro", userDataBase64: tuning.userDataBase64,
        });
        await valueOf(instance.id);
        const inputs = registered.find(({ type }) => type === "aws:ec2/instance:Instance")?.inputs ?? {};
        assert.equal(scriptIn(String(inputs["userDataBase64"])), await valueOf(tuning.userData));
        assert.deepEqual(registered.filter(({ type }) => type === "command:remote:Command"), []);
    });

    it("fits into EC2's 16,384 bytes with every profile", async () => {
        await mockEngine();
        for (const profile of ["base", "high-traffic", "full", "modern"] as const) {
            const { userData, userDataBase64 } = new TcpTuning("web", { profile, delivery: "user-data" });
            const sent = await valueOf(userDataBase64);
            const { length } = Buffer.from(sent, "base64");
            assert.ok(length <= 16_384, `${profile}: ${length}`);
            assert.equal(scriptIn(sent), await valueOf(userData));
        }
    });

    it("tunes and verifies the host that runs it, and its failure is an exit code", { skip: hostsUnavailable() ?? false }, async () => {
        await mockEngine();
        const hosts = await startHosts({ count: 1 });
        try {
            const [host] = hosts.hosts;
            const script = await valueOf(new TcpTuning("web", { profile: "high-traffic", delivery: "user-data" }).userData);
            await host!.writeFile("/root/user-data", script);
            const first = await host!.exec("sh /root/user-data");
            assert.equal(first.code, 0, first.stderr);
            assert.match(first.stdout, /"verb":"verify".*"ok":true/);
            assert.equal(await host!.readSysctl("net.ipv4.tcp_fin_timeout"), "30");
            await host!.reboot();
            assert.equal((await host!.exec("sh /root/user-data")).code, 0);
            const undo = await host!.makeProcSysReadOnly();
            await host!.mustExec("rm -rf /var/lib/tcp-tuning");
            const full = await valueOf(new TcpTuning("web", { profile: "full", delivery: "user-data" }).userData);
            assert.notEqual((await host!.exec(["sh", "-c", full])).code, 0);
            await undo();
        } finally {
            await hosts.stop();
        }
    });
});
