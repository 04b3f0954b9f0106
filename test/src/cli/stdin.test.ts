import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { bin } from "./support";

const NON_BLOCKING = "import os, sys; os.set_blocking(0, False); os.execv(sys.argv[1], sys.argv[1:])";

describe("the command line's standard input", () => {
    it("is waited for where another program made the pipe non-blocking", () => {
        const script = '(echo "net.ipv4.tcp_fin_timeout = 30"; sleep 0.5; echo "net.ipv4.tcp_fin_timeuot = 20") | "$@"';
        const command = ["python3", "-c", NON_BLOCKING, process.execPath, bin, "check", "-"];
        const { status, stdout, stderr } = spawnSync("sh", ["-c", script, "sh", ...command], { encoding: "utf8" });
        assert.deepEqual([status, stderr], [1, ""]);
        assert.match(stdout, /\n\(standard input\):2: error KEY-UNKNOWN/m);
    });
});
