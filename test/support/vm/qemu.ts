import type { Lab } from "../hosts/lab";
import { type Accelerator, acceleratorArguments } from "./accelerator";

/** The network card's hardware address. */
export const MAC = "52:54:00:12:34:56";

export interface Hardware {
    readonly accelerator: Accelerator;
    readonly memory: number;
    readonly cpus: number;
    readonly kernel: string;
    readonly disk: string;
    /** What the serial console says is added to it. */
    readonly consoleLog: string;
    /** The lab's own address: its port 22 is the guest's. */
    readonly address: string;
    readonly dataSource: readonly string[];
}

/** A command as it must be run to be in the lab's network, and to end with the lab. */
export function inLab(lab: Lab, command: readonly string[]): string[] {
    return ["nsenter", "-t", String(lab.pid), "-n", "-p", "--", ...command];
}

/** The kernel is booted without an initramfs, so the disks are NVMe: that is what Debian's cloud kernel has built in. */
export function qemuCommand(hardware: Hardware): string[] {
    const { accelerator, memory, cpus, kernel, disk, consoleLog, address, dataSource } = hardware;
    return [
        "qemu-system-x86_64",
        ...acceleratorArguments(accelerator),
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-m",
        String(memory),
        "-smp",
        String(cpus),
        "-chardev",
        `file,id=console,append=on,path=${consoleLog}`,
        "-serial",
        "chardev:console",
        "-kernel",
        kernel,
        "-append",
        "root=/dev/nvme0n1 rw console=ttyS0 loglevel=6",
        "-device",
        "nvme,id=disks,serial=disks",
        "-drive",
        `if=none,id=root,format=qcow2,discard=unmap,file=${disk}`,
        "-device",
        "nvme-ns,drive=root,bus=disks,nsid=1",
        "-netdev",
        `user,id=net,hostfwd=tcp:${address}:22-:22`,
        "-device",
        `virtio-net-pci,netdev=net,mac=${MAC}`,
        ...dataSource,
    ];
}
