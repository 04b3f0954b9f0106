import { readFileSync } from "node:fs";

/** Connections per TCP state, under the names that `netstat` prints. */
export type TcpStates = Readonly<Record<string, number>>;

/** The states in `/proc/net/tcp`, by their hexadecimal number; names as in netstat. */
const stateNames: Readonly<Record<string, string>> = {
    "01": "ESTABLISHED",
    "02": "SYN_SENT",
    "03": "SYN_RECV",
    "04": "FIN_WAIT1",
    "05": "FIN_WAIT2",
    "06": "TIME_WAIT",
    "07": "CLOSE",
    "08": "CLOSE_WAIT",
    "09": "LAST_ACK",
    "0A": "LISTEN",
    "0B": "CLOSING",
    "0C": "SYN_RECV",
};

/** From the start of a line: `sl local_address rem_address st …`, remote port and state being the groups. */
const connection = /^ *\d+: [0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) /gm;

/**
 * Counts connections as `netstat -n | awk '/^tcp/ {++S[$NF]} END {for(a in S) print a, S[a]}'` does: without what has
 * no remote port, which leaves out listeners.
 *
 * @param table Text of `/proc/net/tcp`, of `/proc/net/tcp6`, or of both, one after the other.
 */
export function countTcpStates(table: string): TcpStates {
    const counts: Record<string, number> = {};
    for (const [, remotePort, state = ""] of table.matchAll(connection)) {
        if (remotePort !== "0000") {
            const name = stateNames[state] ?? `UNKNOWN_${state}`;
            counts[name] = (counts[name] ?? 0) + 1;
        }
    }
    return counts;
}

/**
 * The connections of this machine, or of the network namespace this process is in.
 *
 * @param folder Where the tables are. @default "/proc/net"
 * @throws Error when there is no such table: the system is not Linux, or /proc is not mounted.
 */
export function readTcpStates(folder = "/proc/net"): TcpStates {
    return countTcpStates(readFileSync(`${folder}/tcp`, "latin1") + readTcp6(`${folder}/tcp6`));
}

/** Empty where IPv6 is switched off. */
function readTcp6(file: string): string {
    try {
        return readFileSync(file, "latin1");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return "";
        }
        throw error;
    }
}

/** The states from the most to the least frequent; equal ones by name. */
export function sortedStates(states: TcpStates): [name: string, count: number][] {
    return Object.entries(states).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
