import type { ConnectionArgs, TcpTuningArgs } from "../../components";
import type { TestHost, TestHosts } from "./hosts";

/** How the engine reaches a test host as root; a dead one is given up after one try. */
export function connectionTo(host: TestHost, hosts: TestHosts, extra: Partial<ConnectionArgs> = {}): ConnectionArgs {
    return {
        host: host.address,
        user: "root",
        privateKey: hosts.privateKey,
        dialErrorLimit: 1,
        perDialTimeout: 3,
        ...extra,
    };
}

/** Arguments of a tuning of a test host. */
export function tuningOf(host: TestHost, hosts: TestHosts, args: Partial<TcpTuningArgs> = {}): TcpTuningArgs {
    return {
        parameters: { "net.ipv4.tcp_fin_timeout": 30, "net.ipv4.tcp_keepalive_time": 600 },
        connection: connectionTo(host, hosts),
        knownHosts: hosts.knownHostsFile,
        ...args,
    };
}

/** What a tuning can change on a host: the parameters used in these tests, the drop-ins, the ledgers. */
export async function stateOf(host: TestHost): Promise<Record<string, unknown>> {
    const keys = [
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_max_tw_buckets",
        "net.core.somaxconn",
    ];
    return {
        values: await host.readSysctls(keys),
        dropIns: await host.list("/etc/sysctl.d"),
        ledgers: await host.list("/var/lib/tcp-tuning"),
    };
}
