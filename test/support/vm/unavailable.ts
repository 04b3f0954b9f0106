import { hostsUnavailable, missingTools } from "../hosts/unavailable";

/** Every tool the virtual machine uses, with the Debian package that has it. */
const TOOLS: Readonly<Record<string, string>> = {
    "apt-cache": "apt",
    genisoimage: "genisoimage",
    mke2fs: "e2fsprogs",
    mmdebstrap: "mmdebstrap",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
};

/**
 * Why virtual machines cannot be had here, in plain words, with what to do; undefined when they can. They are
 * connected like test hosts, so whatever keeps those away keeps them away, too.
 */
export function vmUnavailable(): string | undefined {
    return hostsUnavailable() ?? missingTools("Virtual machines", TOOLS);
}
