import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { noHandWritten } from "../../policy/policies";
import { sysctlLines } from "../../policy/sysctl-lines";
import { launchPacked } from "../../src/agent/launcher";
import { applyRequest } from "../../src/agent/request";
import { ssmDocument } from "../../src/ssm-document";
import { userData, userDataBase64 } from "../../src/user-data";
import { UnknownValueError, unknownCheckingProxy, unknownStringValue, violationsOf } from "../support/policy";

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const request = { name: "shop-prod-web", owner: "o", dropIn: "# x\nnet.core.somaxconn = 4096\n" };
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
            ["1 net.ipv4.tcp_tw_reuse /proc/sys/net"],
        ],
        ["tee to /proc/sys", "echo 1 | sudo tee /proc/sys/net/ipv4/tcp_sack", ["1 net.ipv4.tcp_sack /proc/sys/net"]],
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
            "sysctl net.core.somaxconn\nsysctl -n net.ipv4.tcp_sack\ncat /proc/sys/net/ipv4/tcp_sack /etc/sysctl.conf >/tmp/x\nsysctl --system",
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
            "nothing about what is no business of a TcpTuning",
            "sysctl -w vm.swappiness=1 && echo kernel.panic=1 >/etc/sysctl.d/1.conf",
            [],
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
    for (const word of ["cp ", "sed -i ", "sysctl ", "tee -x ", "net.a.", "x \\\n"]) {
        it(`of ${JSON.stringify(word)} is read within a second`, () => {
            const start = Date.now();
            sysctlLines(`${word.repeat(16384 / word.length)} net.a=1 /etc/sysctl.`);
            assert.ok(Date.now() - start < 1000, `${Date.now() - start} ms`);
        });
    }
});

describe("sysctls that are set past the component", () => {
    const script = "#!/bin/sh\ncurl -H 'Authorization: hunter2' x; sysctl -w net.core.somaxconn=777";
    const mime =
        'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\nContent-Type: text/cloud-config\n\n#cloud-config\n--b\n' +
        `Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n${base64(script)}\n--b--\n`;
    const document = JSON.stringify({
        schemaVersion: "2.2",
        mainSteps: [{ inputs: { runCommand: script.split("\n") } }],
    });
    const cases: readonly [string, string, object, RegExp][] = [
        ["a local command", "command:local:Command", { create: script }, /^create, line 2: /],
        ["a remote command's stdin", "command:remote:Command", { create: "sh", stdin: script }, /^stdin, line 2: /],
        ["plain user data", "aws:ec2/instance:Instance", { userData: script }, /^userData, line 2: /],
        [
            "user data in base64",
            "aws:ec2/instance:Instance",
            { userDataBase64: base64(script) },
            /^userDataBase64, line 2: /,
        ],
        [
            "gzip'd user data",
            "aws:ec2/launchTemplate:LaunchTemplate",
            { userData: base64(gzipSync(script)) },
            /^userData, line 2: /,
        ],
        [
            "a part of a multipart message",
            "aws:ec2/launchTemplate:LaunchTemplate",
            { userData: base64(mime) },
            /^userData, part 2 \(text\/x-shellscript\), line 2: /,
        ],
        ["an SSM document", "aws:ssm/document:Document", { content: document }, /^content, line \d: /],
        [
            "what stands beside our own",
            "aws:ec2/instance:Instance",
            { userDataBase64: userDataBase64(userData({ ...request, mergeWith: script })) },
            /^userDataBase64, part 2 \(text\/plain\), line 2: /,
        ],
    ];
    for (const [what, type, props, place] of cases) {
        it(`are found in ${what}, by property, line and key, and nothing else of it is shown`, () => {
            const [message, ...others] = violationsOf(noHandWritten, type, props);
            assert.match(message ?? "nothing", place);
            assert.match(message!, /: net\.core\.somaxconn is set by sysctl, .* set it by a TcpTuning/);
            assert.doesNotMatch(message!, /hunter2|777/);
            assert.deepEqual(others, []);
        });
    }

    it("are not what this package sends", () => {
        const own: readonly [string, object][] = [
            ["aws:ec2/instance:Instance", { userDataBase64: userDataBase64(userData(request)) }],
            [
                "aws:ec2/launchTemplate:LaunchTemplate",
                { userData: userDataBase64(userData({ ...request, mergeWith: "#cloud-config\n" })) },
            ],
            ["aws:ssm/document:Document", { content: ssmDocument(request) }],
            ["aws:ssm/document:Document", { content: ssmDocument({ ...request, ensure: "absent" }) }],
            [
                "command:remote:Command",
                { create: launchPacked("apply anew"), update: launchPacked("apply"), stdin: applyRequest(request) },
            ],
        ];
        for (const [type, props] of own) {
            assert.deepEqual(violationsOf(noHandWritten, type, props), []);
        }
    });

    it("are found in what is known, before the rest is called unknown", () => {
        const seen: string[] = [];
        assert.throws(
            () =>
                noHandWritten.validateResource instanceof Function &&
                noHandWritten.validateResource(
                    {
                        type: "command:local:Command",
                        props: unknownCheckingProxy({ create: script, stdin: unknownStringValue }),
                    } as never,
                    (message) => void seen.push(message),
                ),
            UnknownValueError,
        );
        assert.equal(seen.length, 1);
        assert.deepEqual(
            violationsOf(noHandWritten, "command:remote:Command", {
                create: launchPacked("apply"),
                stdin: unknownStringValue,
            }),
            [],
            "our own stdin need not be known",
        );
    });
});
