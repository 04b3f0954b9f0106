import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { countTcpStates, readTcpStates, sortedStates } from "../../src/tcp-states";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const rest = "00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0";

function line(number: number, remotePort: string, state: string): string {
    return `${String(number).padStart(4)}: 0100007F:0016 0100007F:${remotePort} ${state} ${rest}\n`;
}

function line6(number: number, remotePort: string, state: string): string {
    const address = "0000000000000000FFFF00000100007F";
    return `${String(number).padStart(4)}: ${address}:1F90 ${address}:${remotePort} ${state} ${rest}\n`;
}

describe("the table of TCP states", () => {
    it("has netstat's name for every state the kernel knows", () => {
        const states = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "0A", "0B"];
        const counts = countTcpStates(head + states.map((state, index) => line(index, "C350", state)).join(""));
        assert.deepEqual(Object.keys(counts), [
            "ESTABLISHED",
            "SYN_SENT",
            "SYN_RECV",
            "FIN_WAIT1",
            "FIN_WAIT2",
            "TIME_WAIT",
            "CLOSE",
            "CLOSE_WAIT",
            "LAST_ACK",
            "LISTEN",
            "CLOSING",
        ]);
        assert.deepEqual(new Set(Object.values(counts)), new Set([1]));
    });

    it("counts IPv4 and IPv6 together, without listeners and the header", () => {
        const text =
            head +
            line(0, "0000", "0A") +
            line(1, "C350", "06") +
            line(2, "C351", "06") +
            line(10000, "C352", "01") +
            head +
            line6(0, "0000", "0A") +
            line6(1, "C353", "06");
        assert.deepEqual(countTcpStates(text), { TIME_WAIT: 3, ESTABLISHED: 1 });
    });

    it("is sorted by count, then by name", () => {
        const states = { LAST_ACK: 16, CLOSING: 33, TIME_WAIT: 18098, FIN_WAIT2: 33 };
        assert.deepEqual(sortedStates(states), [
            ["TIME_WAIT", 18098],
            ["CLOSING", 33],
            ["FIN_WAIT2", 33],
            ["LAST_ACK", 16],
        ]);
    });

    it("is read where IPv6 is off, and is an error where there is no table at all", () => {
        const folder = mkdtempSync(join(tmpdir(), "tcp-states-"));
        try {
            assert.throws(() => readTcpStates(folder), /ENOENT.*\/tcp'/);
            writeFileSync(join(folder, "tcp"), head + line(0, "C350", "06"));
            assert.deepEqual(readTcpStates(folder), { TIME_WAIT: 1 });
            writeFileSync(join(folder, "tcp6"), head + line6(0, "C350", "06"));
            assert.deepEqual(readTcpStates(folder), { TIME_WAIT: 2 });
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("is the one that netstat and awk print of the same connections", { skip: withoutNamespace() }, () => {
        const program = `
            const net = require("node:net"), { execSync } = require("node:child_process");
            const { readTcpStates } = require(${JSON.stringify(require.resolve("../../src/tcp-states"))});
            let wanted = 4, clients = [];
            const server = net
                .createServer({ allowHalfOpen: true }, (socket) => { socket.resume(); --wanted || report(); })
                .listen(0, "::", () => {
                    for (const host of ["127.0.0.1", "127.0.0.1", "::1", "::1"]) {
                        clients.push(net.connect(server.address().port, host));
                    }
                });
            function report() {
                clients[0].end();   // FIN_WAIT2 here, CLOSE_WAIT there
                settled();
            }
            function settled() {
                if (!readTcpStates().CLOSE_WAIT) return setTimeout(settled, 10);
                const table = execSync("netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}'");
                const lines = String(table).trim().split("\\n").map((line) => line.split(" "));
                const netstat = Object.fromEntries(lines.map(([name, count]) => [name, Number(count)]));
                console.log(JSON.stringify({ netstat, ours: readTcpStates() }));
                process.exit();
            }`;
        const script = 'ip link set lo up && exec "$0" -e "$1"';
        const { stdout, stderr } = spawnSync("unshare", ["--net", "sh", "-c", script, process.execPath, program], {
            encoding: "utf8",
            timeout: 30_000,
        });
        assert.notEqual(stdout, "", stderr);
        const { netstat, ours } = JSON.parse(stdout) as { netstat: object; ours: object };
        assert.deepEqual(ours, netstat);
        assert.deepEqual(ours, { ESTABLISHED: 6, FIN_WAIT2: 1, CLOSE_WAIT: 1 });
    });
});

function withoutNamespace(): string | false {
    const { status } = spawnSync("unshare", ["--net", "sh", "-c", "ip link set lo up && netstat -n"]);
    return status === 0 ? false : "needs root on Linux, with unshare, ip and netstat";
}
