import type { TestHost, TestHosts } from "./index";
import { mustRun } from "./run";

/** Gives a host an IPv6 address until its next boot, and this machine's end of the link another one. Returns the host's. */
export async function addIpv6Address(host: TestHost, { uplink }: TestHosts): Promise<string> {
    const [, , subnet, number] = host.address.split(".");
    // The documentation's own prefix, so that no other network is meant.
    const prefix = `2001:db8:${subnet}`;
    await mustRun(["ip", "-6", "addr", "replace", `${prefix}::1/64`, "dev", uplink, "nodad"]);
    await host.mustExec(["ip", "-6", "addr", "replace", `${prefix}::${number}/64`, "dev", "eth0", "nodad"]);
    return `${prefix}::${number}`;
}
