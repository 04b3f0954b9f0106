import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sysctlLines } from "../../src/sysctl-lines";

const found = (text: string) => sysctlLines(text).map(({ line, key, by }) => `${line} ${key ?? "-"} ${by}`);

describe("lines that set sysctls", () => {
    const cases: readonly [string, string, readonly string[]][] = [
        ["sysctl -w", "set -e\nsysctl -w net.ipv4.tcp_tw_reuse=1", ["2 net.ipv4.tcp_tw_reuse sysctl"]],
        [
            "sysctl without -w, with a path, in sudo",
            "sudo /sbin/sysctl -q net/core/somaxconn=9",
            ["1 net.core.somaxconn sysctl"],
        ],
        [
            "several in one call",
            "sysctl -w net.core.somaxconn=1 net.ipv4.tcp_sack=0",
            ["1 net.core.somaxconn sysctl", "1 net.ipv4.tcp_sack sysctl"],
        ],
        [
            "a call over several lines",
            "sysctl -w \\\n  net.core.somaxconn=1 \\\n  fs.file-max=9",
            ["2 net.core.somaxconn sysctl", "3 fs.file-max sysctl"],
        ],
        [
            "a list in a cloud-config",
            '#cloud-config\nruncmd:\n  - [sysctl, -w, "net.core.somaxconn=1"]',
            ["3 net.core.somaxconn sysctl"],
        ],
        [
            "a redirection to /proc/sys",
            "echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse",
            ["1 net.ipv4.tcp_tw_reuse /proc/sys"],
        ],
        ["tee to /proc/sys", "echo 1 | sudo tee /proc/sys/net/ipv4/tcp_sack", ["1 net.ipv4.tcp_sack /proc/sys"]],
        [
            "echo into sysctl.conf",
            "echo 'net.core.somaxconn = 1' >> /etc/sysctl.conf",
            ["1 net.core.somaxconn /etc/sysctl.conf"],
        ],
        [
            "a here-document",
            "cat > /etc/sysctl.d/99-x.conf <<EOF\n# mine\nnet.core.somaxconn = 1\nEOF",
            ["3 net.core.somaxconn /etc/sysctl.d"],
        ],
        [
            "write_files",
            "#cloud-config\nwrite_files:\n- path: /etc/sysctl.d/9.conf\n  content: |\n    net.core.somaxconn = 1",
            ["5 net.core.somaxconn /etc/sysctl.d"],
        ],
        ["a copied file", "cp tuning.conf /etc/sysctl.d/", ["1 - /etc/sysctl.d"]],
        ["an edited file", "sed -i 's/x/y/' /etc/sysctl.conf", ["1 - /etc/sysctl.conf"]],
        [
            "nothing where they only read",
            "sysctl net.core.somaxconn\nsysctl -n net.ipv4.tcp_sack\ncat /proc/sys/net/ipv4/tcp_sack /etc/sysctl.conf >/tmp/x\nsysctl --system\nsysctl -p --pattern=^net\n[ $(sysctl -n net.core.somaxconn) = 1 ]",
            [],
        ],
        ["a downloaded file", "curl -sf https://example.com/x -o /etc/sysctl.d/9.conf", ["1 - /etc/sysctl.d"]],
        [
            "nothing where they search or save",
            "sysctl -a | grep 'net.core.somaxconn = 1'\ncp /etc/sysctl.conf /tmp/before\nsed -n p /etc/sysctl.conf",
            [],
        ],
        ["nothing in a remark", "# sysctl -w net.core.somaxconn=1", []],
        [
            "keys beside the network's",
            "sysctl -w vm.swappiness=1 && echo kernel.panic=1 >/etc/sysctl.d/1.conf\necho 9 > /proc/sys/fs/file-max",
            ["1 vm.swappiness sysctl", "1 kernel.panic /etc/sysctl.d", "2 fs.file-max /proc/sys"],
        ],
        [
            "keys that only the shell knows",
            'sysctl -qw "$1"\nsysctl "$key=$value"\nsysctl -w \\\n  "$2"\necho 1 > "/proc/sys/$path"\nsysctl -w "$a=1" net.core.somaxconn=1',
            ["1 - sysctl", "2 - sysctl", "4 - sysctl", "5 - /proc/sys", "6 net.core.somaxconn sysctl"],
        ],
        [
            "nothing in a comparison or in another program's option",
            "[ $net.core.x == 1 ]; java -Dnet.core.somaxconn=1",
            [],
        ],
    ];
    for (const [what, text, lines] of cases) {
        it(`are found: ${what}`, () => assert.deepEqual(found(text), lines));
    }
});

describe("a long text", () => {
    for (const word of ["cp ", "sed -i ", "sysctl ", "sysctl -w", "sysctl, -a,", "tee -x ", "net.a.", "x \\\n"]) {
        it(`of ${JSON.stringify(word)} is read within a second`, () => {
            const start = Date.now();
            sysctlLines(`${word.repeat(16384 / word.length)} net.a=1 /etc/sysctl.`);
            assert.ok(Date.now() - start < 1000, `${Date.now() - start} ms`);
        });
    }
});
