import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { startVm, type Vm, vmSkip } from "../support/vm";
import { leftoverProcesses, leftovers, tracesOf } from "./leftovers";

const skip = vmSkip("all");

/** User data of one script, which says how often it ran and ends as told. */
const script = (code: number) => `#!/bin/sh\necho ran >>/root/runs\nexit ${code}\n`;

describe("A virtual machine with user data on a disk", { skip }, () => {
    let vm: Vm;
    before(async () => void (vm = await startVm({ userData: script(0) })));
    after(() => vm?.stop());

    it("is a Debian 12 with systemd and a kernel of its own", async () => {
        assert.match(await vm.mustExec("cat /etc/os-release"), /VERSION_CODENAME=bookworm/);
        assert.equal((await vm.mustExec("cat /proc/1/comm")).trim(), "systemd");
        assert.match(await vm.mustExec("uname -r"), /^6\.1\..*-cloud-amd64$/m);
    });

    it("runs its user data, and tells that all went well", async () => {
        const { status, datasource, errors } = await vm.waitForCloudInit();
        assert.deepEqual({ status, datasource, errors }, { status: "done", datasource: "nocloud", errors: [] });
        assert.equal(await vm.mustExec("cat /root/runs"), "ran\n");
    });

    it("tells exit code, output and errors of a command, which may read its input", async () => {
        const result = await vm.exec("cat; echo why >&2; exit 3", { input: "text" });
        assert.deepEqual(result, { code: 3, stdout: "text", stderr: "why\n" });
    });

    it("has network parameters of its own, and none that its kernel lacks", async () => {
        await vm.mustExec("sysctl -q -w net.ipv4.tcp_rmem='4096 131072 6291457'");
        const values = await vm.readSysctls([
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_tw_recycle",
            "net.ipv4.tcp_fin_timeout",
        ]);
        assert.deepEqual(values, { "net.ipv4.tcp_rmem": "4096 131072 6291457", "net.ipv4.tcp_fin_timeout": "60" });
    });

    it("has a console, from the kernel's first words on", () => {
        assert.match(vm.console(), /Linux version 6\.1\./);
        assert.match(vm.console(), /Cloud-init v\. 22\.4\.2 running 'modules:final'/);
    });

    it("comes back from a reboot as another boot of the same disk and instance", async () => {
        const before = await vm.bootId();
        await vm.reboot();
        assert.notEqual(await vm.bootId(), before);
        assert.equal((await vm.waitForCloudInit()).status, "done");
        assert.equal(await vm.mustExec("cat /root/runs"), "ran\n");
        assert.deepEqual(await vm.readSysctls(["net.ipv4.tcp_rmem"]), { "net.ipv4.tcp_rmem": "4096 131072 6291456" });
    });

    it("is seen to turn itself off, and has no connection then", async () => {
        await vm.exec("systemctl poweroff");
        await vm.waitForPowerOff();
        assert.equal(vm.isRunning(), false);
        await assert.rejects(
            vm.exec("true"),
            /The virtual machine: true: no connection: [\s\S]* console:\n[\s\S]*Power down/,
        );
    });
});

describe("A virtual machine of EC2", { skip }, () => {
    let vm: Vm;
    before(async () => void (vm = await startVm({ userData: gzipSync(script(3)), source: "ec2" })));
    after(() => vm?.stop());

    it("finds its gzip'd user data by itself, and tells that its script failed", async () => {
        const { status, datasource, errors } = await vm.waitForCloudInit();
        assert.deepEqual({ status, datasource }, { status: "error", datasource: "ec2local" });
        assert.match(errors.join("\n"), /scripts-user|scripts_user/);
        assert.equal(await vm.mustExec("cat /root/runs"), "ran\n");
    });

    it("gets nothing from the metadata service without a token", async () => {
        const url = "http://169.254.169.254/latest/meta-data/instance-id";
        const { stderr } = await vm.exec(`python3 -c 'import urllib.request; urllib.request.urlopen("${url}")'`);
        assert.match(stderr, /HTTP Error 401/);
        assert.match(await vm.mustExec("cloud-init query instance_id"), /^i-[0-9a-f]{16}$/m);
    });

    it("leaves nothing of itself when it is stopped", async () => {
        const traces = tracesOf(vm);
        assert.ok(leftoverProcesses(traces).some((process) => process.includes("qemu-system-x86_64")));
        await vm.stop();
        assert.equal(vm.isRunning(), false);
        assert.deepEqual(leftovers(traces), []);
    });
});

describe("A virtual machine whose owner was killed", { skip }, () => {
    it("ends, and leaves nothing", async () => {
        const folder = mkdtempSync(join(tmpdir(), "killed-owner-"));
        const owner = spawn(process.execPath, [join(__dirname, "hold-vm.js")], {
            env: { ...process.env, TMPDIR: folder },
        });
        const processes = () => leftoverProcesses({ folder });
        await eventually(() => processes().some((process) => process.includes("-netdev user")));
        owner.kill("SIGKILL");
        await once(owner, "exit");
        await eventually(() => processes().length === 0);
        rmSync(folder, { recursive: true });
    });
});

async function eventually(isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !isSo(); await sleep(100)) {
        assert.ok(Date.now() < end, "not within a minute");
    }
}
