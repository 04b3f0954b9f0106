import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { systemEnvironment } from "../hosts/run";

/** What executes the guest's instructions: the processor itself, or QEMU's translation, many times slower. */
export type Accelerator = "kvm" | "tcg";

const PROBE_MS = 5_000;

let found: Promise<Accelerator> | undefined;

/** The better one that works here, found once in a process. */
export function accelerator(kernel: string): Promise<Accelerator> {
    return (found ??= kvmWorks(kernel).then((works) => (works ? "kvm" : "tcg")));
}

export function acceleratorArguments(which: Accelerator): string[] {
    // Nehalem: all its features can be translated.
    return which === "kvm" ? ["-accel", "kvm", "-cpu", "host"] : ["-accel", "tcg,thread=multi", "-cpu", "Nehalem"];
}

/**
 * Boots a kernel without a disk, which ends in a panic and so in the end of QEMU. A /dev/kvm alone says nothing: in a
 * virtual machine it may open, and then run no guest.
 */
function kvmWorks(kernel: string): Promise<boolean> {
    if (!existsSync("/dev/kvm")) {
        return Promise.resolve(false);
    }
    const qemu = spawn(
        "qemu-system-x86_64",
        [
            ...acceleratorArguments("kvm"),
            "-nodefaults",
            "-display",
            "none",
            "-no-reboot",
            "-m",
            "256",
            "-serial",
            "stdio",
            "-kernel",
            kernel,
            "-append",
            "console=ttyS0 panic=-1",
        ],
        { env: systemEnvironment(), stdio: ["ignore", "pipe", "ignore"], timeout: PROBE_MS, killSignal: "SIGKILL" },
    );
    let text = "";
    qemu.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    return new Promise((resolve) => {
        qemu.on("error", () => resolve(false));
        qemu.on("close", () => resolve(text.includes("Kernel panic")));
    });
}
