import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstLine, type Lab, release } from "../hosts/lab";
import { mustRun, systemEnvironment } from "../hosts/run";
import { type Ec2Instance, METADATA_ADDRESS } from "./ec2-metadata";
import { inLab, MAC } from "./qemu";

/** Where cloud-init finds the user data: on a disk, or at EC2's metadata service. */
export type DataSource = "nocloud" | "ec2";

export interface InstanceData {
    readonly userData: Buffer;
    readonly publicKey: string;
}

const HOSTNAME = "vm";

/** Makes a data source, and returns the arguments by which QEMU's guest has it. */
export function provideDataSource(source: DataSource, data: InstanceData, lab: Lab): Promise<string[]> {
    return source === "nocloud" ? noCloud(data, lab) : ec2(data, lab);
}

async function noCloud({ userData, publicKey }: InstanceData, { folder }: Lab): Promise<string[]> {
    const metaData = { "instance-id": instanceId(), "local-hostname": HOSTNAME, "public-keys": [publicKey] };
    const seed = join(folder, "seed.iso");
    const files = [join(folder, "user-data"), join(folder, "meta-data")] as const;
    writeFileSync(files[0], userData);
    writeFileSync(files[1], JSON.stringify(metaData));
    await mustRun(["genisoimage", "-quiet", "-output", seed, "-volid", "cidata", "-joliet", "-rock", ...files]);
    return [
        "-drive",
        `if=none,id=seed,format=raw,readonly=on,file=${seed}`,
        "-device",
        "nvme-ns,drive=seed,bus=disks,nsid=2",
    ];
}

/** The guest's network has the metadata service's address on its loopback, to which QEMU connects in its name. */
async function ec2({ userData, publicKey }: InstanceData, lab: Lab): Promise<string[]> {
    await mustRun(inLab(lab, ["ip", "addr", "add", `${METADATA_ADDRESS}/32`, "dev", "lo"]));
    const id = instanceId();
    const instance: Ec2Instance = {
        instanceId: id,
        hostname: HOSTNAME,
        publicKey,
        mac: MAC,
        userData: userData.toString("base64"),
    };
    await serveMetadata(instance, lab);
    // This is how cloud-init knows EC2: both begin with ec2 and are the same.
    const uuid = `ec2${id.slice(2, 7)}-1234-4321-8765-${randomBytes(6).toString("hex")}`;
    return ["-smbios", `type=1,manufacturer=Amazon EC2,uuid=${uuid},serial=${uuid}`];
}

async function serveMetadata(instance: Ec2Instance, lab: Lab): Promise<void> {
    const file = instanceFile(lab);
    writeFileSync(file, JSON.stringify(instance));
    const [program = "", ...args] = inLab(lab, [process.execPath, join(__dirname, "metadata-server.js"), file]);
    const server = spawn(program, args, { env: systemEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
    await firstLine(server, "metadata");
    release(server);
}

/** Gives an EC2 instance other user data, which its next boot sees. */
export function changeUserData(userData: Buffer, lab: Lab): void {
    const file = instanceFile(lab);
    const instance = JSON.parse(readFileSync(file, "utf8")) as Ec2Instance;
    writeFileSync(file, JSON.stringify({ ...instance, userData: userData.toString("base64") }));
}

const instanceFile = ({ folder }: Lab) => join(folder, "instance.json");

function instanceId(): string {
    return `i-${randomBytes(8).toString("hex")}`;
}
