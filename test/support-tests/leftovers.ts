import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { TestHosts } from "../support/hosts";

/** By what a set of test hosts, or a virtual machine, can be recognised on this machine. */
export interface Traces {
    readonly uplink: string;
    /** Part of the name of every mount that the hosts' processes see, or of a file that they were started with. */
    readonly folder: string;
}

export function tracesOf({ uplink, privateKeyFile }: Pick<TestHosts, "uplink" | "privateKeyFile">): Traces {
    return { uplink, folder: dirname(privateKeyFile) };
}

/** What is there of a set of hosts: interface, folder, mounts, processes (and with them, namespaces). */
export function leftovers(traces: Traces): string[] {
    const { uplink, folder } = traces;
    return [...[`/sys/class/net/${uplink}`, folder].filter((path) => existsSync(path)), ...leftoverProcesses(traces)];
}

/** The processes of a set of hosts, and any other that sees their mounts or was told one of their files. */
export function leftoverProcesses({ folder }: Pick<Traces, "folder">): string[] {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
        try {
            const mounts = readFileSync(`/proc/${pid}/mountinfo`, "utf8");
            const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
            return `${mounts} ${command}`.includes(`${folder}/`) ? [`process ${pid}: ${command}`] : [];
        } catch {
            return []; // it ended while we looked
        }
    });
}
