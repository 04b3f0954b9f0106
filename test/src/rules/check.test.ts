import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { knownKeys } from "../../../src/catalogue";
import { formatDiagnostic } from "../../../src/diagnostic";
import { checkSettings, defaultTimeWaitCap, parseKernel } from "../../../src/rules";
import type { Setting } from "../../../src/setting";
import { settingsOf } from "./settings-of";

const lines = (values: Readonly<Record<string, string>>) => checkSettings(settingsOf(values)).map(formatDiagnostic);
const at = (key: string, value: string, line: number): Setting => ({
    key,
    value,
    optional: false,
    location: { file: "tcp.conf", line },
});

describe("messages", () => {
    const exact: readonly [Readonly<Record<string, string>>, readonly string[]][] = [
        [
            { tcp_fin_timout: "30" },
            [
                'error KEY-UNKNOWN net.ipv4.tcp_fin_timout = "30": no such key is known. ' +
                    "Did you mean net.ipv4.tcp_fin_timeout?",
                'note FIN-NOT-TW net.ipv4.tcp_fin_timout = "30": once net.ipv4.tcp_fin_timout is corrected to ' +
                    "net.ipv4.tcp_fin_timeout: this is the life of orphaned FIN-WAIT-2 sockets; TIME_WAIT stays at 60 s, " +
                    "compiled into the kernel.",
            ],
        ],
        [
            { ip_forward: "1" },
            [
                'error KEY-UNKNOWN net.ipv4.ip_forward = "1": Linux has this key, but it is not in the catalogue, so its ' +
                    "value " +
                    "cannot be checked. Put it under `unlisted` to set it all the same.",
            ],
        ],
        [
            { tcp_rmem: "4096 131072" },
            [
                'error VAL-ARITY net.ipv4.tcp_rmem = "4096 131072": it takes three numbers and received 2; the kernel ' +
                    "would " +
                    "leave the rest as it is. Write three numbers (bytes); the default is 4096 131072 33554432.",
            ],
        ],
        [
            { tcp_retries1: "1; reboot" },
            [
                'error VAL-FORMAT net.ipv4.tcp_retries1 = "1; reboot": "1;" is not a number, and the value has characters ' +
                    "in it " +
                    "that a sysctl.d file or a shell could take for something else. Write plain decimal numbers with " +
                    "blanks " +
                    "between, without plus sign, unit, quotes or leading zeros.",
            ],
        ],
        [
            { tcp_retries1: "3\nkernel.panic = 1" },
            [
                'error VAL-FORMAT net.ipv4.tcp_retries1 = "3\\nkernel.panic = 1": "3\\nkernel.panic" is not a number, and ' +
                    "the " +
                    "value has a line break in it and would write a line of its own. Write plain decimal numbers with " +
                    "blanks " +
                    "between, without plus sign, unit, quotes or leading zeros.",
            ],
        ],
        [
            { tcp_retries1: "010" },
            [
                'error VAL-FORMAT net.ipv4.tcp_retries1 = "010": 010 would be read as octal: the kernel would store 8. ' +
                    "Write " +
                    "plain decimal numbers with blanks between, without plus sign, unit, quotes or leading zeros.",
            ],
        ],
        [
            { tcp_fastopen: "0x3" },
            [
                'error VAL-FORMAT net.ipv4.tcp_fastopen = "0x3": 0x3 is hexadecimal: the kernel would read it back as 3. ' +
                    "Write 3.",
            ],
        ],
        [
            { tcp_notsent_lowat: "16M" },
            ['error VAL-FORMAT net.ipv4.tcp_notsent_lowat = "16M": 16M is not a plain decimal number. Write 16777216.'],
        ],
        [
            { tcp_keepalive_time: "1h" },
            ['error VAL-FORMAT net.ipv4.tcp_keepalive_time = "1h": 1h is not a plain decimal number. Write 3600.'],
        ],
        [
            { tcp_retries1: "3 # a remark" },
            [
                'error VAL-FORMAT net.ipv4.tcp_retries1 = "3 # a remark": "#" is not a number, and the value has characters ' +
                    "in it that a sysctl.d file or a shell could take for something else. Put the remark on a line of its " +
                    "own: here it would be a part of the value.",
            ],
        ],
        [
            { tcp_syn_retries: "128" },
            [
                'error VAL-RANGE net.ipv4.tcp_syn_retries = "128": 128 is outside 1..127, and the kernel refuses it ' +
                    "(EINVAL). " +
                    "Write a value from 1 to 127 (count); the default is 6.",
            ],
        ],
        [
            { tcp_syncookies: "7" },
            [
                'error VAL-ENUM net.ipv4.tcp_syncookies = "7": 7 has no meaning, although the kernel takes it. Write 0 ' +
                    "(off), " +
                    "1 (when the SYN queue of a listener is full), 2 (always, for tests).",
            ],
        ],
        [
            { tcp_mem: "3 2 1" },
            [
                'error TRIPLE-ORDER net.ipv4.tcp_mem = "3 2 1": 3 > 2, but the three values must ascend: the kernel takes ' +
                    "them " +
                    "in any order, and the thresholds then contradict each other. Write low, pressure and maximum, in " +
                    "pages, " +
                    "smallest first.",
            ],
        ],
        [
            { tcp_wmem: "4 16 4096" },
            [
                'error TRIPLE-UNIT net.ipv4.tcp_wmem = "4 16 4096": 4 bytes is less than a page: the unit is bytes, not ' +
                    "kilobytes, and listeners started with such buffers pass no data, even after the values are back. " +
                    "Write at least 4096 for each of the three.",
            ],
        ],
        [
            { ip_local_port_range: "10000 65000" },
            [
                'warning PORT-PARITY net.ipv4.ip_local_port_range = "10000 65000": both ends are even: the kernel ' +
                    "complains in " +
                    "its log, since connect() and bind() each prefer one half of the ports. Write 10000 64999.",
            ],
        ],
        [
            { ip_local_reserved_ports: "9000-8080" },
            [
                'error PORTLIST net.ipv4.ip_local_reserved_ports = "9000-8080": 9000-8080 is reversed, and the kernel ' +
                    "takes a " +
                    "list whole or not at all. Write ports and ranges with commas and no blanks, as in 8080-8081,9000.",
            ],
        ],
    ];
    for (const [values, expected] of exact) {
        it(`for ${JSON.stringify(values)} say what is wrong and what to write`, () => {
            assert.deepEqual(lines(values), expected);
        });
    }
});

describe("a file", () => {
    it("has its findings at their lines, and a repeated key names the other place", () => {
        const found = checkSettings([at("net.ipv4.tcp_sack", "1", 1), at("net.ipv4.tcp_sack", "0", 3)]);
        assert.deepEqual(found.filter(({ id }) => id === "KEY-DUP").map(formatDiagnostic), [
            'tcp.conf:3: warning KEY-DUP net.ipv4.tcp_sack = "0": it is also set to "1" at tcp.conf:1; the last one ' +
                "wins. " +
                "Keep one of them.",
        ]);
    });

    it("is judged by the last of a repeated key, but every value must be well-formed", () => {
        const found = checkSettings([
            at("net.ipv4.tcp_fin_timeout", "0x1e", 1),
            at("net.ipv4.tcp_tw_reuse", "1", 2),
            at("net.ipv4.tcp_tw_reuse", "2", 3),
        ]);
        assert.deepEqual(
            found.map(({ id, location }) => [id, location?.line]),
            [
                ["KEY-DUP", 3],
                ["VAL-FORMAT", 1],
                ["FIN-NOT-TW", 1],
            ],
        );
    });

    it("about the whole machine is judged for its TCP parameters only", () => {
        const found = checkSettings(
            [
                at("kernel.panic", "10", 1),
                at("net.ipv4.ip_forward", "1", 2),
                at("net.ipv4.conf.*.rp_filter", "1", 3),
                at("net.ipv4.tcp_fin_timout", "30", 4),
                at("net.ipv4.tcp_tw_recycle", "1", 5),
                at("fs.nr_open", "1", 6),
            ],
            {},
            { foreign: "pass" },
        );
        const errors = found.filter(({ severity }) => severity === "error");
        assert.deepEqual(
            errors.map(({ id, location }) => [id, location?.line]),
            [
                ["KEY-UNKNOWN", 4],
                ["KEY-REMOVED", 5],
                ["VAL-RANGE", 6],
            ],
        );
    });

    it("with any key that Linux has raises no error about keys", () => {
        const found = checkSettings(
            knownKeys.map((key, index) => at(key, "1", index + 1)),
            {},
            { foreign: "pass" },
        );
        assert.deepEqual(
            found.filter(({ id, severity }) => id.startsWith("KEY-") && severity === "error"),
            [],
        );
    });
});

describe("a misspelt key", () => {
    it("is also judged as if it were corrected, and says so", () => {
        const found = checkSettings([at("net.ipv4.tcp_timestsmps", "0", 1), at("net.ipv4.tcp_tw_reuse", "1", 2)]);
        const [reuse] = found.filter(({ id }) => id === "REUSE-TS");
        assert.equal(
            reuse && formatDiagnostic(reuse),
            'tcp.conf:1: error REUSE-TS net.ipv4.tcp_timestsmps = "0": once ' +
                "net.ipv4.tcp_timestsmps is corrected to net.ipv4.tcp_timestamps: without timestamps tcp_tw_reuse = 1 " +
                "has no " +
                "effect: connect() still fails with EADDRNOTAVAIL. Leave tcp_timestamps at 1, its default.",
        );
    });

    it("in two files is corrected once in words, and told once to be there twice", () => {
        const found = checkSettings([
            at("net.ipv4.tcp_timestsmps", "0", 1),
            at("net.ipv4.tcp_timestsmps", "0", 2),
            at("net.ipv4.tcp_tw_reuse", "1", 3),
        ]);
        assert.deepEqual(
            found.filter(({ id }) => id === "KEY-DUP").map(({ location, message }) => [location?.line, message]),
            [[2, "the same value is already set at tcp.conf:1"]],
        );
        const [reuse] = found.filter(({ id }) => id === "REUSE-TS");
        assert.match(reuse!.message, /^once net\.ipv4\.tcp_timestsmps is corrected to net\.ipv4\.tcp_timestamps: /);
    });

    it("is not corrected to one that is set as well, nor when several may be meant", () => {
        assert.deepEqual(
            checkSettings(settingsOf({ tcp_timestsmps: "0", tcp_timestamps: "1" })).map(({ id }) => id),
            ["KEY-UNKNOWN"],
        );
        assert.deepEqual(
            checkSettings(settingsOf({ tcp_xmem: "1 1 1" })).map(({ id }) => id),
            ["KEY-UNKNOWN"],
        );
    });
});

describe("the target", () => {
    const releases: readonly [string, readonly [number, number]][] = [
        ["6.1", [6, 1]],
        ["6.1.0-18-amd64", [6, 1]],
        ["5.15.0-1052-aws", [5, 15]],
        ["4.18.0-513.el8.x86_64", [4, 18]],
        ["7.0-rc1", [7, 0]],
        ["6.18.44+", [6, 18]],
    ];
    for (const [release, version] of releases) {
        it(`may have kernel ${release}`, () => assert.deepEqual(parseKernel(release), version));
    }

    for (const release of ["", "six", "6", "6.x", "6.1; reboot", "linux-6.1"]) {
        it(`may not have kernel ${JSON.stringify(release)}`, () => {
            assert.throws(() => checkSettings([], { kernel: release }), /kernel release: received ".*uname -r/);
        });
    }

    it("has no half bytes and no negative ones", () => {
        assert.throws(() => checkSettings([], { memoryBytes: 0.5 }), /target\.memoryBytes: received 0\.5/);
        assert.throws(() => checkSettings([], { maxTimeWait: -1 }), /target\.maxTimeWait: received -1/);
        assert.throws(() => checkSettings([], { pageSize: NaN }), /target\.pageSize: received NaN/);
    });

    it("has a TIME_WAIT limit of its own that grows with its RAM", () => {
        const GIB = 1024 ** 3;
        assert.deepEqual(
            [0.5, 1, 4, 5, 24, 64, 1024].map((gib) => defaultTimeWaitCap(gib * GIB)),
            [2048, 4096, 16384, 32768, 131072, 262144, 262144],
        );
    });
});

describe("any input at all", () => {
    it("is judged without an exception, every finding with a known id and on one line", () => {
        const key = fc.oneof(fc.constantFrom(...knownKeys), fc.string());
        const common = fc.constantFrom("1 2 3", "1 1", "8080-9000", "0x1");
        const value = fc.oneof(fc.string(), fc.integer().map(String), common);
        const setting = fc.record({ key, value, optional: fc.boolean() });
        fc.assert(
            fc.property(fc.array(setting, { maxLength: 8 }), fc.boolean(), (settings, foreign) => {
                const target = { kernel: "6.1", memoryBytes: 2 ** 32, container: true, maxTimeWait: 100 };
                for (const found of checkSettings(settings, target, foreign ? { foreign: "pass" } : {})) {
                    assert.doesNotMatch(formatDiagnostic(found), /\n|undefined = /);
                }
            }),
            { numRuns: 200 },
        );
    });
});

describe("a file about more than TCP", () => {
    const judge = (key: string) =>
        checkSettings([{ key, value: "1", optional: false }], {}, { foreign: "pass" })
            .filter(({ id }) => id === "KEY-UNKNOWN")
            .map(({ suggestion }) => suggestion);

    for (const key of ["NET.IPV4.TCP_SACK", "proc.sys.net.ipv4.tcp_sack", "ipv4.tcp_sack"]) {
        it(`is told that ${key} is net.ipv4.tcp_sack in another guise`, () => {
            assert.deepEqual(judge(key), ["Did you mean net.ipv4.tcp_sack?"]);
        });
    }

    for (const key of ["kernel.panic", "vm.swappiness", "fs.inotify.max_user_watches", "dev.raid.speed_limit_max"]) {
        it(`may set ${key}`, () => assert.deepEqual(judge(key), []));
    }
});
