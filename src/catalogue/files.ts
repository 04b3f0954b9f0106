import { family, wholeHost } from "./parameter";

export const files = family("Open files, since every socket is one", {
    "fs.file-max": {
        kind: "integer",
        unit: "count",
        min: 0,
        max: 9223372036854775807n,
        usual: { from: 8192, note: "fewer open files than a small server needs" },
        introduced: "2.2",
        scope: wholeHost,
        default: "9223372036854775807",
        effect: "Open files of the whole host. A tenth of RAM in KiB by the kernel, raised to the largest by systemd.",
        risk: "Too low, and everything fails with ENFILE.",
        interactions: [{ with: "fs.nr_open", rule: "should not be larger" }],
        source: ["fs/file_table.c:121", "Documentation/admin-guide/sysctl/fs.rst"],
    },
    "fs.nr_open": {
        kind: "integer",
        unit: "count",
        min: 64,
        max: 2147483584,
        usual: { from: 1024, to: 1073741816, note: "services commonly ask for 1024 to about a billion" },
        introduced: "2.6.25",
        scope: wholeHost,
        default: "1048576",
        effect: "Upper bound of any process's limit on open files.",
        risk:
            "A service with a higher limit (LimitNOFILE=) does not start; huge values cost memory in programs that " +
            "close every possible descriptor.",
        interactions: [{ with: "LimitNOFILE=", rule: "must not exceed it in any service" }],
        source: ["fs/file_table.c:130", "fs/file.c:97"],
    },
});
