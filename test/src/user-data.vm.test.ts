import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { TcpTuning, type TcpTuningArgs } from "../../components";
import { mockEngine, settled } from "../support/mocks";
import { startVm, type Vm, vmSkip } from "../support/vm";

const FOLDER = "/var/lib/tcp-tuning/shop-prod-web";
const FIN_TIMEOUT = "net.ipv4.tcp_fin_timeout";

/** What an EC2 instance of this tuning would be given, and the values that it has to have then. */
async function tuned(args: Partial<TcpTuningArgs>): Promise<{ userData: Buffer; values: Record<string, string> }> {
    await mockEngine();
    try {
        const { userDataBase64, settings } = new TcpTuning("web", { delivery: "user-data", ...args });
        return { userData: Buffer.from(await settled(userDataBase64), "base64"), values: await settled(settings) };
    } finally {
        await pulumi.runtime.disconnect();
    }
}

const reportOf = async (vm: Vm) => JSON.parse(await vm.mustExec(`cat ${FOLDER}/report.json`));

describe("A first boot with high-traffic, and what its owner runs", { skip: vmSkip("usual") }, () => {
    let vm: Vm;
    let values: Record<string, string>;
    const accept = { "SOMAX-APP": "the listener asks for the longest backlog" };
    const own = "#cloud-config\nwrite_files:\n  - { path: /etc/own, content: written }\nruncmd: [touch /root/ran]\n";

    before(async () => {
        const wanted = await tuned({
            profile: "high-traffic",
            parameters: { "net.core.somaxconn": 16384 },
            accept,
            mergeWith: own,
        });
        values = wanted.values;
        vm = await startVm({ userData: wanted.userData });
    });
    after(() => vm?.stop());

    const live = () => vm.readSysctls(Object.keys(values));

    it("has every value as soon as SSH answers, before cloud-init is done", async () => {
        assert.deepEqual(await live(), values);
    });

    it("gives birth to an enabled listener with the tuned backlog", async () => {
        assert.match(await vm.mustExec("ss -Hltn 'sport = 8080'"), /^LISTEN +0 +16384 /);
    });

    it("ends without an error, verified, with what its owner runs", async () => {
        const { status, errors } = await vm.waitForCloudInit();
        assert.deepEqual({ status, errors }, { status: "done", errors: [] });
        assert.equal(await vm.mustExec("cat /etc/own; ls /root/ran"), "written/root/ran\n");
        const { verb, ok } = await reportOf(vm);
        assert.deepEqual({ verb, ok }, { verb: "verify", ok: true });
    });

    it("says on the console and in cloud-init's log what is true, at which uptime and boot", async () => {
        const said = /tcp-tuning shop-prod-web: in force \(first check, up \d+ s, boot [0-9a-f-]{36}\)/;
        assert.match(vm.console(), said);
        assert.match(await vm.mustExec("cat /var/log/cloud-init-output.log"), said);
        assert.match(vm.console(), new RegExp(await vm.bootId()));
    });

    it("is valid to cloud-init's own schema", async () => {
        assert.match(await vm.mustExec("cloud-init schema --system 2>&1"), /Valid/);
    });

    it("has every value after a reboot, too, and its listener the tuned backlog", async () => {
        await vm.reboot();
        assert.deepEqual(await live(), values);
        const { status, errors } = await vm.waitForCloudInit();
        assert.deepEqual({ status, errors }, { status: "done", errors: [] });
        assert.match(await vm.mustExec("ss -Hltn 'sport = 8080'"), /^LISTEN +0 +16384 /);
        assert.match(await vm.mustExec(`cat ${FOLDER}/ledger`), /^generation 1$/m);
    });

    it("has its original values back after a restore by hand, once the user data is gone", async () => {
        await vm.mustExec(`cp ${FOLDER}/agent /root/ && sh /root/agent restore shop-prod-web`);
        assert.equal((await vm.readSysctls([FIN_TIMEOUT]))[FIN_TIMEOUT], "60");
    });
});

describe("A first boot on EC2 with all that is documented", { skip: vmSkip("all") }, () => {
    let vm: Vm;
    let values: Record<string, string>;

    before(async () => {
        const wanted = await tuned({ profile: "full" });
        values = wanted.values;
        // tcp_mem needs more than 6 GiB.
        vm = await startVm({ userData: wanted.userData, source: "ec2", memory: 7168 });
    });
    after(() => vm?.stop());

    const live = () => vm.readSysctls(Object.keys(values));

    it("has every value, those that are global to a machine among them", async () => {
        assert.deepEqual(await live(), values);
        assert.equal(values["net.ipv4.tcp_mem"], "786432 1048576 1572864");
        const { status, datasource, errors } = await vm.waitForCloudInit();
        assert.deepEqual({ status, datasource, errors }, { status: "done", datasource: "ec2local", errors: [] });
        assert.equal((await reportOf(vm)).ok, true);
    });

    it("has every value after a reboot", async () => {
        await vm.reboot();
        assert.deepEqual(await live(), values);
    });

    it("has another tuning's values once its user data has changed and it was stopped and started", async () => {
        const other = await tuned({ profile: "full", parameters: { [FIN_TIMEOUT]: 21 } });
        vm.changeUserData(other.userData);
        await vm.reboot();
        assert.deepEqual(await live(), other.values);
    });
});

describe("A first boot whose owner changes a tuned value later", { skip: vmSkip("all") }, () => {
    let vm: Vm;
    const own = `#!/bin/sh\necho '${FIN_TIMEOUT} = 50' >>/etc/sysctl.conf\nsysctl -qp\n`;

    before(async () => void (vm = await startVm({ ...(await tuned({ profile: "high-traffic", mergeWith: own })) })));
    after(() => vm?.stop());

    it("is an error to cloud-init, and says why", async () => {
        const { status, errors } = await vm.waitForCloudInit();
        assert.equal(status, "error");
        assert.match(errors.join("\n"), /scripts.user/);
        const why = /NOT IN FORCE: .*net\.ipv4\.tcp_fin_timeout is 50 instead of 30/;
        assert.match(vm.console(), why);
        assert.match(await vm.mustExec("cat /var/log/cloud-init-output.log"), why);
        const { ok, problems } = await reportOf(vm);
        assert.deepEqual([ok, /tcp_fin_timeout is 50 instead of 30/.test(problems.join())], [false, true]);
    });

    it("is as wanted again after the next boot, since /etc/sysctl.conf is read before the drop-in", async () => {
        await vm.reboot();
        assert.equal((await vm.readSysctls([FIN_TIMEOUT]))[FIN_TIMEOUT], "30");
    });
});

describe("An instance that turns itself off when it is not as wanted", { skip: vmSkip("all") }, () => {
    let vm: Vm;
    before(async () => void (vm = await startVm({ ...(await tuned({ profile: "base", onFailure: "poweroff" })) })));
    after(() => vm?.stop());

    it("stays on while it is, and is looked at once more after two minutes", async () => {
        assert.equal((await vm.waitForCloudInit()).status, "done");
        await vm.mustExec(`sysctl -qw ${FIN_TIMEOUT}=44`); // as a service that starts later
        await vm.waitForPowerOff();
        assert.match(vm.console(), /NOT IN FORCE: .*tcp_fin_timeout is 44 instead of 30.* \(second check, up \d+ s/);
    });
});
