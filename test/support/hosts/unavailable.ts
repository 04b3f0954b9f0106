import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemEnvironment } from "./run";

/** Every tool the test hosts use, with the Debian package that has it. */
const TOOLS: Readonly<Record<string, string>> = {
    hostname: "hostname",
    ip: "iproute2",
    mount: "mount",
    nsenter: "util-linux",
    openssl: "openssl",
    setpriv: "util-linux",
    ssh: "openssh-client",
    "ssh-keygen": "openssh-client",
    sshd: "openssh-server",
    sudo: "sudo",
    sysctl: "procps",
    unshare: "util-linux",
};

/** Whether the hosts of a lab have the machine's tools, or nothing but busybox. */
export type Flavour = "debian" | "busybox";

/**
 * Why test hosts cannot be had here, in plain words, with what to do; undefined when they can.
 */
export function hostsUnavailable(flavour: Flavour = "debian"): string | undefined {
    if (process.platform !== "linux") {
        return `Test hosts are Linux network namespaces; this is ${process.platform}. Run this on a Linux machine.`;
    }
    if (process.getuid?.() !== 0) {
        return `Test hosts need root to make network namespaces; this is user ${process.getuid?.()}. Run this as root.`;
    }
    const tools = flavour === "busybox" ? { ...TOOLS, busybox: "busybox-static" } : TOOLS;
    return missingTools("Test hosts", tools) ?? refusedNamespaces();
}

/** Why `who` cannot work without those of its tools that are not here; `tools` are programs and their packages. */
export function missingTools(who: string, tools: Readonly<Record<string, string>>): string | undefined {
    const missing = Object.keys(tools).filter((tool) => !isInstalled(tool));
    if (missing.length === 0) {
        return undefined;
    }
    const packages = [...new Set(missing.map((tool) => tools[tool]))].join(" ");
    return `${who} need ${missing.join(", ")}, not found here. On Debian or Ubuntu: apt-get install ${packages}`;
}

function isInstalled(tool: string): boolean {
    const folders = (systemEnvironment()["PATH"] ?? "").split(":");
    return folders.some((folder) => folder !== "" && existsSync(join(folder, tool)));
}

function refusedNamespaces(): string | undefined {
    const options = { env: systemEnvironment(), encoding: "utf8" } as const;
    const trial = spawnSync("unshare", ["--mount", "--net", "--pid", "--fork", "true"], options);
    if (trial.status === 0) {
        return undefined;
    }
    const reason = (trial.error?.message ?? trial.stderr).trim();
    return `Test hosts need namespaces, which this machine refuses (${reason}). In a container: run it privileged.`;
}
