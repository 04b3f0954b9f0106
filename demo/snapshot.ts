import type { TestHost } from "../test/support/hosts";

/** What is on a host, as far as a tuning could touch it. */
export interface Snapshot {
    /** Every readable value under /proc/sys/net, by its key with dots. */
    readonly values: ReadonlyMap<string, string>;
    /** Everything in /etc/sysctl.d and /var/lib/tcp-tuning: path, kind, target of a link, checksum of a file. */
    readonly files: readonly string[];
    /** How many TCP connections the host has accepted since its boot (`PassiveOpens`). */
    readonly accepted: number;
}

/** By the host's name. */
export type Snapshots = ReadonlyMap<string, Snapshot>;

/** Reads all hosts, from inside, without a connection. */
export async function readHosts(hosts: readonly TestHost[]): Promise<Snapshots> {
    return new Map(await Promise.all(hosts.map(async (host) => [host.name, await readHost(host)] as const)));
}

async function readHost(host: TestHost): Promise<Snapshot> {
    const folders = "/etc/sysctl.d /var/lib/tcp-tuning";
    const files =
        `for folder in ${folders}; do [ ! -e "$folder" ] || find "$folder" -printf "%p %y %l\\n"; done; ` +
        `find ${folders} -type f -exec cksum {} + 2>/dev/null || true`;
    const values = await host.exec("grep -rs '' /proc/sys/net"); // what may not be read is left out
    return {
        values: parseValues(values.stdout),
        files: (await host.mustExec(files)).trim().split("\n").sort(),
        accepted: parseAccepted(await host.readFile("/proc/net/snmp")),
    };
}

/** Lines of `grep -r`: `/proc/sys/net/ipv4/tcp_rmem:4096	131072	33554432`. */
export function parseValues(text: string): Map<string, string> {
    const values = new Map<string, string>();
    for (const line of text.split("\n").filter((each) => each !== "")) {
        const colon = line.indexOf(":");
        const key = line.slice("/proc/sys/".length, colon).replaceAll("/", ".");
        const value = line
            .slice(colon + 1)
            .replaceAll("\t", " ")
            .trim();
        values.set(key, values.has(key) ? `${values.get(key)}\n${value}` : value);
    }
    return values;
}

function parseAccepted(snmp: string): number {
    const [names = [], numbers = []] = snmp
        .split("\n")
        .filter((line) => line.startsWith("Tcp:"))
        .map((line) => line.split(" "));
    const accepted = Number(numbers[names.indexOf("PassiveOpens")]);
    if (!Number.isInteger(accepted)) {
        throw new Error(`No count of accepted connections (PassiveOpens) in /proc/net/snmp: ${snmp}`);
    }
    return accepted;
}

/** One value that is another than before; absent where there is none. */
export interface Change {
    readonly host: string;
    readonly key: string;
    readonly before?: string;
    readonly after?: string;
}

export function changedValues(before: Snapshots, after: Snapshots): Change[] {
    return [...before].flatMap(([host, { values }]) => {
        const now = after.get(host)?.values ?? new Map<string, string>();
        return [...new Set([...values.keys(), ...now.keys()])]
            .sort()
            .filter((key) => values.get(key) !== now.get(key))
            .map((key) => ({ host, key, before: values.get(key), after: now.get(key) }));
    });
}

/** Files that are there on one side only, or that differ: `web1: + /etc/sysctl.d/…`. */
export function changedFiles(before: Snapshots, after: Snapshots): string[] {
    return [...before].flatMap(([host, { files }]) => {
        const now = after.get(host)?.files ?? [];
        const gone = files.filter((file) => !now.includes(file)).map((file) => `${host}: - ${file}`);
        return [...gone, ...now.filter((file) => !files.includes(file)).map((file) => `${host}: + ${file}`)];
    });
}

/** Connections accepted between two snapshots, by host. */
export function connectionsBetween(before: Snapshots, after: Snapshots): Map<string, number> {
    return new Map([...before].map(([host, { accepted }]) => [host, (after.get(host)?.accepted ?? NaN) - accepted]));
}

/** Where a host has other values than these: `web1: net.ipv4.tcp_sack is 0 instead of 1`. */
export function wrongValues(snapshots: Snapshots, wanted: ReadonlyMap<string, string>): string[] {
    return [...snapshots].flatMap(([host, { values }]) =>
        [...wanted]
            .filter(([key, value]) => values.get(key) !== value)
            .map(([key, value]) => `${host}: ${key} is ${values.get(key) ?? "absent"} instead of ${value}`),
    );
}

export function countValues(snapshots: Snapshots): number {
    return [...snapshots.values()].reduce((sum, { values }) => sum + values.size, 0);
}

export function describeChange({ host, key, before = "absent", after = "absent" }: Change): string {
    return `${host}: ${key} was ${before}, is ${after}`;
}
