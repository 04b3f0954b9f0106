import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { noHandWritten } from "../../policy/policies";
import { launchPacked } from "../../src/agent/launcher";
import { applyRequest } from "../../src/agent/request";
import { interpreter } from "../../src/rollout/launcher";
import { ssmDocument } from "../../src/ssm-document";
import { userData, userDataBase64 } from "../../src/user-data";
import { UnknownValueError, unknownCheckingProxy, unknownStringValue, violationsOf } from "../support/policy";

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const request = { name: "shop-prod-web", owner: "o", dropIn: "# x\nnet.core.somaxconn = 4096\n" };

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

    it("are those that a TcpTuning could set, by their keys or by a whole file", () => {
        const create =
            'sysctl -w vm.swappiness=1; echo 1 > /proc/sys/kernel/panic; sysctl -w "$key=1"\n' +
            "echo 9 > /proc/sys/fs/file-max; echo kernel.panic=1 >/etc/sysctl.d/1.conf\n";
        const [message, ...others] = violationsOf(noHandWritten, "command:local:Command", { create });
        assert.match(message ?? "nothing", /^create, line 2: fs\.file-max is written to \/proc\/sys, /);
        assert.deepEqual(others, []);
        const [file] = violationsOf(noHandWritten, "command:local:Command", { create: "cp x /etc/sysctl.d/" });
        assert.match(file ?? "nothing", /^create, line 1: a file of settings is written to \/etc\/sysctl\.d, /);
    });

    it("are not what this package sends", () => {
        // No request says this; but only who knows a command for its own does not look.
        const lookalike = "sysctl -w net.core.somaxconn=4096\n";
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
            [
                "command:local:Command",
                { interpreter: [...interpreter], create: "create", update: "update 0a1b web1", stdin: lookalike },
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
