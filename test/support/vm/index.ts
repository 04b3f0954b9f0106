/**
 * Virtual machines: a Debian 12 that boots with cloud-init, whose user data comes from a disk or from a stand-in for
 * EC2's metadata service. All is gone with {@link Vm.stop}, and also when the process that started them ends in any
 * other way.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKey } from "../hosts/disk";
import { type Lab, startLab } from "../hosts/lab";
import { mustRun } from "../hosts/run";
import { accelerator } from "./accelerator";
import { type DataSource, provideDataSource } from "./data-source";
import { type Image, provideImage } from "./image";
import { inLab } from "./qemu";
import { Vm } from "./vm";

export type { Accelerator } from "./accelerator";
export type { CloudInitStatus } from "./cloud-init-status";
export type { DataSource } from "./data-source";
export { isImageCached, provideImage } from "./image";
export { vmSkip } from "./skip";
export { vmUnavailable } from "./unavailable";
export type { Vm } from "./vm";

export interface StartVmOptions {
    /** As the data source hands it over: decoded, and gzip'd where it was sent so. @default none */
    readonly userData?: string | Buffer;
    /** @default "nocloud" */
    readonly source?: DataSource;
    /** In MiB. @default 1024 */
    readonly memory?: number;
    /** Under emulation a second one makes a boot hardly faster. @default 1 */
    readonly cpus?: number;
}

/** The last number of a machine's address in its lab. */
const ADDRESS = 11;

/**
 * Boots a new virtual machine and waits until root can log in. Builds the image if none is cached.
 *
 * @throws where virtual machines cannot be had, with the reason of {@link vmUnavailable}
 */
export async function startVm(options: StartVmOptions = {}): Promise<Vm> {
    const image = await provideImage((line) => process.stderr.write(`vm: ${line}\n`));
    const lab = await startLab();
    try {
        const vm = await assemble(lab, image, options);
        await vm.boot();
        return vm;
    } catch (error) {
        await lab.stop();
        throw error;
    }
}

async function assemble(lab: Lab, image: Image, options: StartVmOptions): Promise<Vm> {
    const { userData = "", source = "nocloud", memory = 1024, cpus = 1 } = options;
    const privateKeyFile = join(lab.folder, "id_ed25519");
    const publicKey = await makeKey("ed25519", privateKeyFile);
    const dataSource = await provideDataSource(source, { userData: Buffer.from(userData), publicKey }, lab);
    const address = await addAddress(lab);
    const knownHostsFile = join(lab.folder, "known_hosts");
    writeFileSync(knownHostsFile, image.hostKeys.map((key) => `${address} ${key}\n`).join(""));
    const hardware = {
        accelerator: await accelerator(image.kernel),
        memory,
        cpus,
        kernel: image.kernel,
        address,
        dataSource,
        disk: await overlayOf(image.disk, lab),
        consoleLog: join(lab.folder, "console.log"),
    };
    return new Vm({ lab, hardware, privateKey: readFileSync(privateKeyFile, "utf8"), privateKeyFile, knownHostsFile });
}

/** The address at which this machine reaches the lab itself, and so QEMU's forwarded port. */
async function addAddress(lab: Lab): Promise<string> {
    const { network } = lab;
    const address = network.address(ADDRESS);
    await mustRun(inLab(lab, ["ip", "addr", "add", `${address}/${network.prefix}`, "dev", "bridge0"]));
    return address;
}

/** A disk that holds only what differs from the image. */
async function overlayOf(image: string, lab: Lab): Promise<string> {
    const overlay = join(lab.folder, "disk.qcow2");
    await mustRun(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image, overlay]);
    return overlay;
}
