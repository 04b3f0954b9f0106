import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { profileNames } from "../../../src/profiles";
import { tcpTuning } from "./support";

describe("tcp-tuning render", () => {
    it("prints drop-ins that tcp-tuning check finds no error in", () => {
        for (const profile of profileNames) {
            const rendered = tcpTuning(["render", "--profile", profile, "--memory", "16GiB"]);
            assert.equal(rendered.status, 0, rendered.stderr);
            assert.match(rendered.stdout, /^# .*\nnet\./ms);
            const checked = tcpTuning(["check", "-", "--memory", "16GiB"], rendered.stdout);
            assert.equal(checked.status, 0, checked.stdout);
        }
    });

    it("takes keys with slashes, as files do, and refuses one key in both spellings", () => {
        const { status, stdout } = tcpTuning(["render", "--set", "net/core/somaxconn=4096"]);
        assert.equal(status, 0);
        assert.match(stdout, /^net\.core\.somaxconn = 4096$/m);
        const twice = tcpTuning(["render", "--set", "net/core/somaxconn=1", "--set", "net.core.somaxconn=2"]);
        assert.match(twice.stderr, /--set gives net\.core\.somaxconn twice/);
    });

    it("puts parameters over the profile, and marks optional keys", () => {
        const { status, stdout } = tcpTuning([
            "render",
            "--profile",
            "base",
            "--set",
            "net.ipv4.tcp_fin_timeout=20",
            "--set=net.ipv4.tcp_migrate_req=1",
            "--optional",
            "net.ipv4.tcp_migrate_req",
            "--unlisted",
            "net.ipv4.icmp_ratelimit = 1000",
            "--name",
            "shop-web1",
        ]);
        assert.equal(status, 0);
        assert.match(stdout, /^# shop-web1: /);
        assert.match(stdout, /^net\.ipv4\.tcp_fin_timeout = 20$/m);
        assert.match(stdout, /^-net\.ipv4\.tcp_migrate_req = 1$/m);
        assert.match(stdout, /^net\.ipv4\.icmp_ratelimit = 1000$/m);
        assert.equal(stdout.match(/tcp_fin_timeout/g)?.length, 1);
    });

    it("prints nothing but the errors when there is one", () => {
        const wrong = ["render", "--profile", "base", "--set", "net.ipv4.tcp_mem=3 2 1"];
        const { status, stdout, stderr } = tcpTuning(wrong);
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(stderr, /^error TRIPLE-ORDER net\.ipv4\.tcp_mem = "3 2 1"/m);
        const unsafe = tcpTuning(["render", "--set", "net.ipv4.tcp_fin_timeout=1; reboot"]);
        assert.deepEqual([unsafe.status, unsafe.stdout], [1, ""]);
        assert.match(tcpTuning(["render"]).stderr, /^error SET-EMPTY/);
    });

    it("tells warnings on standard error, accepted ones with their reason", () => {
        const args = ["render", "--profile", "base", "--set", "net.ipv4.ip_local_port_range=10000 65000"];
        const warned = tcpTuning(args);
        assert.equal(warned.status, 0);
        assert.match(warned.stderr, /^warning PORT-PARITY/m);
        assert.doesNotMatch(warned.stderr, /Accepted/);
        const accepted = tcpTuning([...args, "--accept", "PORT-PARITY=measured = harmless"]);
        assert.match(accepted.stderr, /^warning PORT-PARITY .*Accepted: measured = harmless/m);
        assert.equal(accepted.stdout, warned.stdout);
    });

    it("refuses what it does not understand", () => {
        const cases: [args: string[], message: RegExp][] = [
            [["--profile", "high-trafic"], /There is no profile "high-trafic"\. Did you mean high-traffic\?/],
            [["--profile", "fastest"], /There is no profile "fastest"\. Write one of base, high-traffic/],
            [["--set", "net.core.somaxconn"], /--set takes KEY=VALUE\. Received: "net\.core\.somaxconn"/],
            [["--set", "a.b=1", "--set", "a.b=2"], /--set gives a\.b twice/],
            [["--profile", "base", "--profile", "full"], /--profile is given twice/],
            [["--profile", "base", "--name", "../x"], /--name: received "\.\.\/x"/],
            [["base"], /render takes options only\. Received: "base"/],
        ];
        for (const [args, message] of cases) {
            const { status, stdout, stderr } = tcpTuning(["render", ...args]);
            assert.deepEqual([status, stdout], [2, ""], args.join(" "));
            assert.match(stderr, message);
        }
    });
});
