/**
 * Many live values at once, in the given order, with single spaces for tabs. Keys that the host's kernel does not have
 * are absent. `shell` runs a line on the host and returns its output.
 */
export async function readSysctls(
    keys: readonly string[],
    shell: (line: string) => Promise<string>,
): Promise<Record<string, string>> {
    const paths = keys.map((key) => `'${sysctlPath(key)}'`);
    const output = await shell(
        `for file in ${paths.join(" ")}; do [ ! -e "$file" ] || echo "$file $(cat "$file")"; done`,
    );
    const values = new Map<string, string>();
    for (const line of output.trimEnd().split("\n")) {
        const [path = "", ...value] = line.trim().split(/\s+/);
        values.set(path, value.join(" "));
    }
    const present = keys.filter((key) => values.has(sysctlPath(key)));
    return Object.fromEntries(present.map((key) => [key, values.get(sysctlPath(key)) ?? ""]));
}

/** `net.ipv4.conf.eth0/7.mtu` is `/proc/sys/net/ipv4/conf/eth0.7/mtu`; with `/` as first separator all is literal. */
export function sysctlPath(key: string): string {
    const literal = /[./]/.exec(key)?.[0] === "/";
    return `/proc/sys/${literal ? key : key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."))}`;
}
