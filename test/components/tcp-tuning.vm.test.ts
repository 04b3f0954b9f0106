import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type HostReport, TcpTuning } from "../../components";
import { launchPacked } from "../../src/agent/launcher";
import { applyRequest, ownerOf } from "../../src/agent/request";
import { userData } from "../../src/user-data";
import { type Program, TestStack } from "../support/stack";
import { startVm, type Vm, vmSkip } from "../support/vm";

const KEY = "net.ipv4.tcp_fin_timeout";
const onHost = { name: "shop-prod-web", owner: ownerOf("shop", "prod", "web"), dropIn: `${KEY} = 30\n` };

describe("A tuning over SSH of a machine that user data tunes at boot", { skip: vmSkip("all") }, () => {
    let vm: Vm;
    let stack: TestStack;

    const program =
        (seconds: number): Program =>
        async () => {
            const { report } = new TcpTuning("web", {
                parameters: { [KEY]: seconds },
                connection: vm.connection,
                knownHosts: vm.knownHostsFile,
                confirmWithinSeconds: 300,
            });
            return { report };
        };
    const live = async () => (await vm.readSysctls([KEY]))[KEY];

    before(async () => {
        vm = await startVm({ userData: userData(onHost) });
        stack = await TestStack.create({ project: "shop", stack: "prod", program: program(20) });
    });
    after(async () => {
        await stack?.remove();
        await vm?.stop();
    });

    it("has its own values in force, and tells what else names the key", async () => {
        assert.equal(await live(), "30");
        await vm.waitForCloudInit();
        await vm.mustExec(`echo '${KEY} = 50' >>/etc/sysctl.conf`);
        const { outputs } = await stack.up();
        const { ok, rivals = [] } = outputs["report"]!.value as HostReport;
        assert.deepEqual([ok, await live()], [true, "20"]);
        assert.match(
            rivals.join("\n"),
            /\/etc\/sysctl\.(conf|d\/99-sysctl\.conf):\d+ sets net\.ipv4\.tcp_fin_timeout = 50/,
        );
    });

    it("keeps them through a reboot, though user data runs again", async () => {
        await vm.reboot();
        assert.equal(await live(), "20");
        assert.equal((await vm.waitForCloudInit()).status, "done");
        assert.equal(await live(), "20");
    });

    it("takes back by itself what nobody confirms, by a guard of systemd's", async () => {
        const guarded = { ...onHost, dropIn: `${KEY} = 25\n`, confirmWithinSeconds: 15 };
        const { code } = await vm.exec(launchPacked("apply"), { input: applyRequest(guarded) });
        assert.deepEqual([code, await live()], [75, "25"]);
        assert.match(await vm.mustExec("systemctl list-units --all --no-legend 'tcp-tuning*' 'run-*'"), /running/);
        await sleep(30_000);
        assert.equal(await live(), "20");
    });

    it("gives every original back on destroy, and the next boot has them", async () => {
        await vm.mustExec("sed -i '/tcp_fin_timeout/d' /etc/sysctl.conf");
        await stack.destroy();
        assert.equal(await live(), "60");
        assert.equal(
            (await vm.exec("ls /etc/sysctl.d/*tcp-tuning* /var/lib/tcp-tuning/shop-prod-web/ledger")).stdout,
            "",
        );
    });
});
