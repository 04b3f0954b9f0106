import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Severity } from "../../../src/diagnostic";
import { type CheckOptions, checkSettings, rules, type Target } from "../../../src/rules";
import type { Setting } from "../../../src/setting";
import { settingsOf } from "./settings-of";

interface Input {
    readonly set: Readonly<Record<string, string>> | readonly Setting[];
    readonly target?: Target;
    readonly options?: CheckOptions;
    /** @default the rule's own */
    readonly severity?: Severity;
}

interface Case {
    readonly finds: readonly Input[];
    readonly passes: readonly Input[];
}

const GIB = 1024 ** 3;
const twice = (key: string, first: string, second: string): readonly Setting[] =>
    [first, second].map((value) => ({ key, value, optional: false }));
const each = (key: string, values: readonly string[], options: CheckOptions = {}): readonly Input[] =>
    values.map((value) => ({ set: { [key]: value }, options }));
const bound = (key: string, value: string): readonly Setting[] => [{ key, value, bound: "atLeast", optional: false }];
const computed = (key: string, value: string): readonly Setting[] => [{ key, value, computed: true, optional: false }];
const optional = (key: string): readonly Setting[] => [{ key, value: "1", optional: true }];

/** For each rule that looks at settings: what it reports, and what it leaves alone. */
const cases: Readonly<Record<string, Case>> = {
    "KEY-FORMAT": {
        finds: [
            { set: { "net/ipv4/tcp_sack": "1" } },
            { set: { "net..ipv4.tcp_sack": "1" } },
            { set: { "net.ipv4.tcp_sack\nkernel.panic": "1" } },
            { set: { "": "1" } },
            { set: { "net.ipv4.*": "1" } },
        ],
        passes: [
            { set: { tcp_sack: "1" } },
            {
                set: { "net.ipv4.conf.enp3s0/200.forwarding": "1" },
                options: { unlisted: ["net.ipv4.conf.enp3s0/200.forwarding"] },
            },
        ],
    },
    "BOUND-KIND": {
        finds: [
            { set: bound("net.ipv4.tcp_sack", "1") },
            { set: bound("net.ipv4.tcp_congestion_control", "cubic") },
            { set: bound("net.ipv4.ip_local_port_range", "10000 64999") },
            { set: bound("net.ipv4.tcp_fastopen", "3") },
            { set: bound("net.ipv4.ip_local_reserved_ports", "8080") },
            { set: bound("net.ipv4.tcp_tw_reuse", "1") },
            { set: bound("net.ipv4.icmp_ratelimit", "1000"), options: { unlisted: ["net.ipv4.icmp_ratelimit"] } },
        ],
        passes: [
            { set: bound("net.core.somaxconn", "8192") },
            { set: bound("net.ipv4.tcp_rmem", "4096 131072 6291456") },
            { set: { tcp_sack: "1", ip_local_port_range: "10000 64999" } },
        ],
    },
    "FACT-KIND": {
        finds: [
            { set: computed("net.ipv4.tcp_sack", "cpus*1") },
            { set: computed("net.ipv4.ip_local_port_range", "10000 cpus*10000") },
            { set: computed("net.core.somaxconn", "bytes*0.1") },
            { set: computed("net.ipv4.tcp_fin_timeout", "bytes*0.1") },
            { set: computed("net.ipv4.icmp_ratelimit", "cpus*10"), options: { unlisted: ["net.ipv4.icmp_ratelimit"] } },
        ],
        passes: [
            { set: computed("net.core.somaxconn", "cpus*1024") },
            { set: computed("net.core.rmem_max", "bytes*0.01") },
            { set: computed("net.ipv4.tcp_mem", "1000 2000 pages*0.1") },
        ],
    },
    "KEY-UNKNOWN": {
        finds: [
            { set: { tcp_timestsmps: "0" } },
            { set: { "vm.swappiness": "10" } },
            { set: { ip_forward: "1" } },
            { set: { constructor: "1" } },
            { set: { tcp_timestsmps: "0" }, options: { foreign: "pass" } },
            { set: { tcp_max_ssthresh: "1" }, options: { foreign: "pass" }, severity: "warning" },
        ],
        passes: [
            { set: { tcp_timestamps: "1" } },
            { set: { ip_forward: "1" }, options: { unlisted: ["net.ipv4.ip_forward"] } },
            { set: { ip_forward: "1" }, options: { foreign: "pass" } },
            { set: { "vm.swappiness": "10" }, options: { foreign: "pass" } },
            { set: { "net.ipv4.conf.all.rp_filter": "1" }, options: { foreign: "pass" } },
            { set: { "net.mptcp.enabled": "1" }, options: { foreign: "pass" } },
            { set: { "net.ipv4.tcp_?mem": "1" }, options: { foreign: "pass" } },
            { set: { "net.ipv4.conf.wg0:1.rp_filter": "1" }, options: { foreign: "pass" } },
        ],
    },
    "KEY-NOSUCH-TW": {
        finds: [
            { set: { tcp_tw_len: "1" } },
            { set: { tcp_timewait_len: "1" } },
            { set: { tcp_tw_timeout: "5" } },
            { set: { tcp_tw_len: "1" }, options: { unlisted: ["net.ipv4.tcp_tw_len"] } },
            { set: { tcp_tw_len: "1" }, options: { foreign: "pass" } },
        ],
        passes: [{ set: { tcp_tw_timeout: "5" }, options: { unlisted: ["net.ipv4.tcp_tw_timeout"] } }],
    },
    "KEY-REMOVED": {
        finds: [
            { set: { tcp_tw_recycle: "1" } },
            { set: { tcp_tw_recycle: "1" }, target: { kernel: "4.4" } },
            { set: { tcp_tw_recycle: "0" }, options: { unlisted: ["net.ipv4.tcp_tw_recycle"] } },
        ],
        passes: [{ set: { tcp_tw_reuse: "2" } }],
    },
    "KEY-TOO-NEW": {
        finds: [
            { set: { tcp_tw_reuse_delay: "1000" }, target: { kernel: "6.12.95-amd64" } },
            { set: { tcp_migrate_req: "1" }, target: { kernel: "5.4" } },
            { set: { tcp_migrate_req: "1" }, target: { kernel: "5.10" }, severity: "warning" },
        ],
        passes: [
            { set: { tcp_tw_reuse_delay: "1000" } },
            { set: { tcp_tw_reuse_delay: "1000" }, target: { kernel: "6.14" } },
            { set: { tcp_migrate_req: "1" }, target: { kernel: "10.0" } },
            { set: optional("net.ipv4.tcp_migrate_req"), target: { kernel: "5.4" } },
        ],
    },
    "KEY-NOOP": {
        finds: [
            { set: { tcp_low_latency: "1" } },
            { set: { tcp_adv_win_scale: "1" }, target: { kernel: "6.6" } },
            { set: { udp_wmem_min: "4096" }, target: { kernel: "4.4" } },
        ],
        passes: [{ set: { tcp_adv_win_scale: "1" }, target: { kernel: "6.1" } }, { set: { udp_rmem_min: "4096" } }],
    },
    "KEY-GLOBAL-IN-NETNS": {
        finds: [
            { set: { tcp_mem: "1 2 3" }, target: { container: true } },
            { set: { "net.core.rmem_max": "4194304" }, target: { container: true } },
            { set: { tcp_rmem: "4096 131072 6291456" }, target: { container: true, kernel: "4.14" } },
        ],
        passes: [
            { set: { tcp_mem: "1 2 3", "net.core.rmem_max": "4194304" } },
            { set: { tcp_rmem: "4096 131072 6291456" }, target: { container: true, kernel: "4.15" } },
            { set: optional("net.ipv4.tcp_max_orphans"), target: { container: true } },
        ],
    },
    "KEY-HOST-SCOPE": {
        finds: [{ set: { "fs.nr_open": "1048576" }, target: { container: true } }],
        passes: [{ set: { "fs.nr_open": "1048576" } }, { set: { tcp_sack: "1" }, target: { container: true } }],
    },
    "KEY-MODULE": {
        finds: [{ set: { "net.netfilter.nf_conntrack_max": "262144" } }],
        passes: [{ set: { "net.core.somaxconn": "4096" } }],
    },
    "KEY-DUP": {
        finds: [{ set: twice("net.ipv4.tcp_sack", "1", "1") }, { set: twice("net.ipv4.tcp_rmem", "1 2 3", "4 5 6") }],
        passes: [{ set: { tcp_sack: "1", tcp_rfc1337: "1" } }],
    },
    "VAL-FORMAT": {
        finds: [
            ...each("tcp_fin_timeout", [
                ..."010 0x10 08 +5 1.5 1e3 5,6 5abc 1;reboot $(reboot) `reboot` '1' - 1\\".split(" "),
                "1\r",
                "1\nkernel.panic = 1",
                "1\0",
                '"1"',
                "1 # one",
            ]),
            ...each("tcp_congestion_control", [
                "cubic;reboot",
                "CUBIC",
                "",
                "cubic reno",
                "cubic\n",
                "averyveryverylongname",
            ]),
            ...each("ip_forward", ["", "1\n2", "$HOME", 'a"b'], { unlisted: ["net.ipv4.ip_forward"] }),
        ],
        passes: [
            { set: { tcp_fin_timeout: " 30\t" } },
            { set: { tcp_rmem: "4096\t131072  6291456" } },
            { set: { tcp_congestion_control: "bbr", "net.core.default_qdisc": "fq_codel" } },
            { set: { tcp_fastopen_key: "0-0-0-1" }, options: { unlisted: ["net.ipv4.tcp_fastopen_key"] } },
        ],
    },
    "VAL-ARITY": {
        finds: [
            { set: { tcp_rmem: "4096 131072" } },
            { set: { tcp_wmem: "4096 16384 4194304 1" } },
            { set: { ip_local_port_range: "10000" } },
            { set: { tcp_sack: "1 1" } },
            { set: { tcp_sack: "" } },
        ],
        passes: [{ set: { tcp_rmem: "4096 131072 6291456", ip_local_port_range: "10000 64999", tcp_sack: "1" } }],
    },
    "VAL-RANGE": {
        finds: [
            { set: { tcp_tw_reuse: "3" } },
            { set: { tcp_syn_retries: "0" } },
            { set: { tcp_retries2: "256" } },
            { set: { tcp_notsent_lowat: "4294967296" } },
            { set: { tcp_mem: "1 2 18446744073709551616" } },
            { set: { "fs.file-max": "9223372036854775808" } },
            { set: { ip_local_port_range: "10000 65536" } },
            { set: { tcp_fin_timeout: "2147484" } },
        ],
        passes: [
            { set: { tcp_notsent_lowat: "4294967295", "fs.file-max": "9223372036854775807" } },
            { set: { tcp_mem: "1 2 18446744073709551615" } },
        ],
    },
    "VAL-ENUM": {
        finds: [{ set: { tcp_syncookies: "7" } }, { set: { tcp_sack: "200" } }, { set: { tcp_mtu_probing: "3" } }],
        passes: [{ set: { tcp_syncookies: "1", tcp_sack: "0", tcp_mtu_probing: "2", tcp_tw_reuse: "2" } }],
    },
    "VAL-NEGATIVE": {
        finds: [
            { set: { tcp_keepalive_time: "0" } },
            { set: { tcp_keepalive_intvl: "-1" } },
            { set: { tcp_max_syn_backlog: "-1" } },
            { set: { "net.core.netdev_max_backlog": "0" } },
            { set: { tcp_keepalive_probes: "0" } },
            { set: { tcp_fastopen: "-1" } },
            { set: { tcp_mem: "0 1 2" } },
        ],
        passes: [{ set: { tcp_keepalive_time: "1", tcp_synack_retries: "0", tcp_fastopen: "0" } }],
    },
    "VAL-UNUSUAL": {
        finds: [
            { set: { tcp_fin_timeout: "4" } },
            { set: { "net.core.somaxconn": "128" } },
            { set: { tcp_timestamps: "0" } },
            { set: { tcp_retries2: "7" } },
            { set: { "net.core.busy_poll": "101" } },
            { set: { tcp_orphan_retries: "0" } },
        ],
        passes: [{ set: { tcp_fin_timeout: "5", tcp_retries2: "8", "net.core.busy_poll": "100" } }],
    },
    PORTLIST: {
        finds: each("ip_local_reserved_ports", ["8080, 9000", "9000-8080", "65536", "", "8080\n9000", "8080;reboot"]),
        passes: each("ip_local_reserved_ports", ["8080-8081,9000", "9000,8080", "0"]),
    },
    "FIN-NOT-TW": {
        finds: [{ set: { tcp_fin_timeout: "30" } }],
        passes: [{ set: { tcp_keepalive_time: "600" } }],
    },
    "FIN-RANGE": {
        finds: [
            { set: { tcp_fin_timeout: "0" } },
            { set: { tcp_fin_timeout: "-5" } },
            { set: { tcp_fin_timeout: "61" }, severity: "warning" },
        ],
        passes: [{ set: { tcp_fin_timeout: "1" } }, { set: { tcp_fin_timeout: "60" } }],
    },
    "TW-CAP-LOW": {
        finds: [
            { set: { tcp_max_tw_buckets: "16383" } },
            { set: { tcp_max_tw_buckets: "131071" }, target: { memoryBytes: 24 * GIB } },
            { set: { tcp_max_tw_buckets: "262143" }, target: { memoryBytes: 1024 * GIB } },
        ],
        passes: [
            { set: { tcp_max_tw_buckets: "16384" } },
            { set: { tcp_max_tw_buckets: "131072" }, target: { memoryBytes: 24 * GIB } },
            { set: { tcp_max_tw_buckets: "262144" }, target: { memoryBytes: 1024 * GIB } },
            { set: { tcp_max_tw_buckets: "1" }, target: { memoryBytes: 1 } },
        ],
    },
    "TW-CAP-BAD": {
        finds: [{ set: { tcp_max_tw_buckets: "0" } }, { set: { tcp_max_tw_buckets: "-1" } }],
        passes: [{ set: { tcp_max_tw_buckets: "1" } }],
    },
    "REUSE-TS": {
        finds: [
            { set: { tcp_tw_reuse: "1", tcp_timestamps: "0" } },
            { set: { tcp_timestamps: "0", tcp_tw_reuse: "2" } },
        ],
        passes: [
            { set: { tcp_tw_reuse: "1", tcp_timestamps: "1" } },
            { set: { tcp_tw_reuse: "0", tcp_timestamps: "0" } },
            { set: { tcp_tw_reuse: "1" } },
            { set: { tcp_timestamps: "0" } },
        ],
    },
    "REUSE-GLOBAL": {
        finds: [{ set: { tcp_tw_reuse: "1" } }],
        passes: [{ set: { tcp_tw_reuse: "2" } }, { set: { tcp_tw_reuse: "0" } }],
    },
    "REUSE-DELAY": {
        finds: [{ set: { tcp_tw_reuse_delay: "999" } }],
        passes: [{ set: { tcp_tw_reuse_delay: "1000" } }],
    },
    "VERIFY-VACUOUS": {
        finds: [
            { set: { tcp_max_tw_buckets: "5000" }, target: { maxTimeWait: 5000 } },
            { set: { tcp_max_tw_buckets: "5000" }, target: { maxTimeWait: 6000 } },
        ],
        passes: [
            { set: { tcp_max_tw_buckets: "5000" }, target: { maxTimeWait: 4999 } },
            { set: bound("net.ipv4.tcp_max_tw_buckets", "5000"), target: { maxTimeWait: 6000 } },
            { set: { tcp_max_tw_buckets: "5000" } },
            { set: { tcp_sack: "1" }, target: { maxTimeWait: 6000 } },
        ],
    },
    "SYN-IGNORED": {
        finds: [
            { set: { tcp_max_syn_backlog: "8192" } },
            { set: { tcp_max_syn_backlog: "8192", tcp_syncookies: "1" } },
        ],
        passes: [{ set: { tcp_max_syn_backlog: "8192", tcp_syncookies: "0" } }, { set: { tcp_syncookies: "1" } }],
    },
    COOKIES: {
        finds: [{ set: { tcp_syncookies: "0" } }, { set: { tcp_syncookies: "2" } }],
        passes: [{ set: { tcp_syncookies: "1" } }],
    },
    "SOMAX-U16": {
        finds: [{ set: { "net.core.somaxconn": "65536" }, target: { kernel: "4.0" } }],
        passes: [
            { set: { "net.core.somaxconn": "65536" }, target: { kernel: "4.1" } },
            { set: { "net.core.somaxconn": "65535" }, target: { kernel: "3.10.0-1160.el7" } },
            { set: { "net.core.somaxconn": "65536" } },
        ],
    },
    "SOMAX-APP": {
        finds: [{ set: { "net.core.somaxconn": "32768" } }],
        passes: [{ set: { tcp_max_syn_backlog: "8192" } }],
    },
    "PORT-ORDER": {
        finds: [
            { set: { ip_local_port_range: "60999 32768" } },
            { set: { ip_local_port_range: "1023 65000" } },
            {
                set: { ip_local_port_range: "10000 64999", ip_unprivileged_port_start: "10001" },
                options: { unlisted: ["net.ipv4.ip_unprivileged_port_start"] },
            },
        ],
        passes: [
            { set: { ip_local_port_range: "1024 65535" } },
            {
                set: { ip_local_port_range: "80 65535", ip_unprivileged_port_start: "80" },
                options: { unlisted: ["net.ipv4.ip_unprivileged_port_start"] },
            },
        ],
    },
    "PORT-PARITY": {
        finds: [{ set: { ip_local_port_range: "10000 65000" } }, { set: { ip_local_port_range: "1025 65535" } }],
        passes: [{ set: { ip_local_port_range: "10000 64999" } }],
    },
    "PORT-LISTEN": {
        finds: [{ set: { ip_local_port_range: "10000 64999" }, target: { listening: [22, 20080] } }],
        passes: [
            { set: { ip_local_port_range: "10000 64999" } },
            { set: { ip_local_port_range: "10000 64999" }, target: { listening: [22, 443] } },
            {
                set: { ip_local_port_range: "10000 64999", ip_local_reserved_ports: "20000-20100" },
                target: { listening: [20080] },
            },
            { set: { tcp_sack: "1" }, target: { listening: [20080] } },
        ],
    },
    "PORT-SMALL": {
        finds: [
            { set: { ip_local_port_range: "50000 59998" } },
            { set: { ip_local_reserved_ports: "40000-60000" } },
            { set: { ip_local_port_range: "10000 20000", ip_local_reserved_ports: "1-10001,20000-30000" } },
            {
                set: { ip_local_port_range: "10000 20001", ip_local_reserved_ports: "15000-30000,1-14999" },
                severity: "error",
            },
        ],
        passes: [
            { set: { ip_local_port_range: "50000 59999" } },
            { set: { ip_local_reserved_ports: "1-32767" } },
            { set: { ip_local_port_range: "60000 50001" } },
        ],
    },
    "TRIPLE-ORDER": {
        finds: [
            { set: { tcp_mem: "94500000 91500000 92700000" } },
            { set: { tcp_rmem: "4096 6291456 131072" } },
            { set: { tcp_wmem: "16384 4096 4194304" } },
        ],
        passes: [{ set: { tcp_mem: "786432 1048576 1572864", tcp_rmem: "4096 4096 4096" } }],
    },
    "TRIPLE-UNIT": {
        finds: [{ set: { tcp_rmem: "1 1 1" } }, { set: { tcp_wmem: "4 16 4096" } }],
        passes: [{ set: { tcp_rmem: "4096 131072 6291456", tcp_mem: "1 2 3" } }],
    },
    "MEM-PAGES": {
        finds: [
            { set: { tcp_mem: "786432 1048576 1572864" }, target: { memoryBytes: 6 * GIB } },
            { set: { tcp_mem: "786432 1048576 1572864" }, target: { memoryBytes: 16 * GIB, pageSize: 65536 } },
            { set: { tcp_mem: "1 2 16777217" }, severity: "warning" },
            { set: { tcp_mem: "1 2 18446744073709551615" }, severity: "warning" },
        ],
        passes: [
            { set: { tcp_mem: "786432 1048576 1572864" }, target: { memoryBytes: 6 * GIB + 1 } },
            { set: { tcp_mem: "1 2 16777216" } },
        ],
    },
    "ORPHAN-MEM": {
        finds: [{ set: { tcp_max_orphans: "65537" }, target: { memoryBytes: 16 * GIB } }],
        passes: [
            { set: { tcp_max_orphans: "65536" }, target: { memoryBytes: 16 * GIB } },
            { set: { tcp_max_orphans: "3276800" } },
        ],
    },
    "BUF-CAP": {
        finds: [
            { set: { "net.core.rmem_max": "4194304", tcp_rmem: "4096 131072 6291456" } },
            { set: { "net.core.wmem_max": "65536" } },
        ],
        passes: [
            { set: { "net.core.rmem_max": "6291456", tcp_rmem: "4096 131072 6291456" } },
            { set: { "net.core.wmem_max": "4194304", "net.core.rmem_max": "4194304" } },
        ],
    },
    "BUF-OFF": {
        finds: [
            { set: { tcp_moderate_rcvbuf: "0", tcp_rmem: "4096 131072 6291456" } },
            { set: { tcp_moderate_rcvbuf: "0" } },
            { set: { tcp_window_scaling: "0", tcp_rmem: "4096 16384 65536" } },
        ],
        passes: [
            { set: { tcp_moderate_rcvbuf: "0", tcp_rmem: "4096 131072 131072" } },
            { set: { tcp_window_scaling: "0", tcp_rmem: "4096 16384 65535" } },
            { set: { tcp_window_scaling: "1", tcp_moderate_rcvbuf: "1" } },
        ],
    },
    KEEPALIVE: {
        finds: [
            { set: { tcp_keepalive_time: "32768" } },
            { set: { tcp_keepalive_intvl: "32768" } },
            { set: { "net.netfilter.nf_conntrack_tcp_timeout_established": "7875" } },
            {
                set: {
                    tcp_keepalive_time: "7200",
                    tcp_keepalive_intvl: "600",
                    tcp_keepalive_probes: "127",
                    "net.netfilter.nf_conntrack_tcp_timeout_established": "80000",
                },
            },
        ],
        passes: [
            { set: { tcp_keepalive_time: "1200" } },
            { set: { "net.netfilter.nf_conntrack_tcp_timeout_established": "7876" } },
        ],
    },
    ECN: {
        finds: [
            { set: { tcp_ecn: "3" }, target: { kernel: "6.18" } },
            { set: { tcp_ecn: "6" }, target: { kernel: "7.0" } },
            { set: { tcp_ecn: "6" } },
            { set: { tcp_ecn: "-1" } },
            { set: { tcp_ecn: "3" }, severity: "warning" },
        ],
        passes: [
            { set: { tcp_ecn: "2" }, target: { kernel: "5.4" } },
            { set: { tcp_ecn: "5" }, target: { kernel: "7.0" } },
        ],
    },
    "TFO-BITS": {
        finds: each("tcp_fastopen", ["8", "4", "512", "1025"]),
        passes: each("tcp_fastopen", ["0", "1", "3", "5", "514", "1543"]),
    },
    "BUDGET-HZ": {
        finds: [
            { set: { "net.core.netdev_budget_usecs": "1999" } },
            { set: { "net.core.netdev_budget_usecs": "2000" }, severity: "warning" },
            { set: { "net.core.netdev_budget_usecs": "1999" }, target: { kernel: "6.1" }, severity: "warning" },
        ],
        passes: [
            { set: { "net.core.netdev_budget_usecs": "8000" } },
            { set: { "net.core.netdev_budget_usecs": "1999" }, target: { kernel: "5.15" } },
        ],
    },
    NOFILE: {
        finds: [{ set: { "fs.file-max": "100000" } }, { set: { "fs.file-max": "2097152", "fs.nr_open": "2097153" } }],
        passes: [{ set: { "fs.file-max": "1048576" } }, { set: { "fs.file-max": "100000", "fs.nr_open": "65536" } }],
    },
};

function found(id: string, { set, target, options }: Input) {
    const settings = Array.isArray(set) ? set : settingsOf(set as Readonly<Record<string, string>>);
    return checkSettings(settings, target, options).filter((diagnostic) => diagnostic.id === id);
}

const told = (input: Input) => JSON.stringify([input.set, input.target, input.options].filter(Boolean));

for (const rule of rules.filter(({ check }) => check)) {
    describe(`${rule.id}: ${rule.title}`, () => {
        const { finds = [], passes = [] } = cases[rule.id] ?? {};

        it("has cases of both kinds", () => assert.ok(finds.length > 0 && passes.length > 0));

        for (const input of finds) {
            it(`reports ${told(input)}`, () => {
                const findings = found(rule.id, input);
                assert.notEqual(findings.length, 0);
                assert.equal(findings[0]?.severity, input.severity ?? rule.severity);
                assert.ok(findings.every(({ message }) => message !== "" && !message.includes("undefined")));
            });
        }

        for (const input of passes) {
            it(`passes ${told(input)}`, () => assert.deepEqual(found(rule.id, input), []));
        }
    });
}

describe("the rule table", () => {
    const documented = [
        "KEY-UNKNOWN",
        "KEY-NOSUCH-TW",
        "KEY-REMOVED",
        "KEY-TOO-NEW",
        "KEY-NOOP",
        "KEY-GLOBAL-IN-NETNS",
        "KEY-HOST-SCOPE",
        "KEY-MODULE",
        "KEY-DUP",
        "VAL-FORMAT",
        "VAL-ARITY",
        "VAL-RANGE",
        "VAL-ENUM",
        "VAL-NEGATIVE",
        "TRIPLE-ORDER",
        "TRIPLE-UNIT",
        "MEM-PAGES",
        "FIN-RANGE",
        "TW-CAP-LOW",
        "TW-CAP-BAD",
        "REUSE-TS",
        "REUSE-GLOBAL",
        "REUSE-DELAY",
        "SYN-IGNORED",
        "COOKIES",
        "SOMAX-U16",
        "SOMAX-APP",
        "PORT-ORDER",
        "PORT-PARITY",
        "PORT-SMALL",
        "PORTLIST",
        "BUF-CAP",
        "BUF-OFF",
        "ORPHAN-MEM",
        "KEEPALIVE",
        "CC",
        "ECN",
        "TFO-BITS",
        "BUDGET-HZ",
        "NOFILE",
        "APPLY-VERIFY",
        "VERIFY-VACUOUS",
        "FIN-NOT-TW",
    ];
    const needsHost = ["APPLY-VERIFY", "CC"];

    it("has every documented id, and checks here all that needs no host", () => {
        const byId = new Map(rules.map((rule) => [rule.id, rule]));
        assert.deepEqual(
            documented.filter((id) => !byId.has(id)),
            [],
        );
        assert.deepEqual(documented.filter((id) => !byId.get(id)?.check).sort(), needsHost);
    });

    it("has every id once", () => assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length));

    it("says in the title of each rule what is right, as a sentence", () => {
        for (const { title } of rules) {
            assert.match(title, /^(?:[A-Z]|[a-z]+_|rmem|somaxconn).*\.$/);
        }
    });
});
