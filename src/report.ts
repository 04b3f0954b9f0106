/** What became of one parameter on a host. */
export interface KeyReport {
    /**
     * `applied`: changed by the tuning, and live. `unchanged`: had this value before already. `missing`: optional, and
     * not on this host. `differs`: the live value is another one.
     */
    readonly status: "applied" | "unchanged" | "missing" | "differs";
    /** The value that the tuning sets; for a missing key, the one that it would have had. */
    readonly wanted: string;
    /** The value before the tuning, which `destroy` gives back. */
    readonly original?: string;
    /** The live value, where it is not the wanted one. */
    readonly live?: string;
}

/** TIME_WAIT while the host was settling. */
export interface TimeWaitReport {
    /** Sockets in TIME_WAIT at the end, as /proc/net/sockstat counts them (orphans in FIN-WAIT-2 included). */
    readonly count: number;
    /** The limit, when there is one. */
    readonly limit?: number;
    /** Seconds until the count came within its limit. */
    readonly waitedSeconds: number;
    /** How many sockets were closed without TIME_WAIT meanwhile (growth of `TCPTimeWaitOverflow`). */
    readonly overflowed: number;
}

/** What the verification found on one host. */
export interface HostReport {
    readonly schema: 1;
    readonly verb: "verify";
    /** The NAME of the tuning on the host: project-stack-name. */
    readonly name: string;
    /** Rises by one with each change that was applied. */
    readonly generation: number;
    /** The host's own name. */
    readonly host: string;
    readonly kernel: string;
    /** The kernel's boot id: another one after each reboot. */
    readonly boot: string;
    readonly keys: Readonly<Record<string, KeyReport>>;
    readonly timeWait: TimeWaitReport;
    /** TCP connections by state, as `netstat -n` names them, when they were counted. */
    readonly states?: Readonly<Record<string, number>>;
    readonly ok: boolean;
    readonly problems: readonly string[];
}

/** A key as the agent prints it: `[status, wanted, original, live]`. */
type KeyRow = readonly [KeyReport["status"], string, string?, string?];

/** Reads what the agent printed. Throws when it is no report of a version known here. */
export function parseReport(text: string): HostReport {
    const report = parseJson(text) as HostReport & { keys: Record<string, KeyRow> } | undefined;
    if (report?.schema !== 1 || report.verb !== "verify") {
        throw new Error(
            `the host answered with no verification report (schema 1) but: ${JSON.stringify(text.slice(0, 200))}. ` +
                "Something else prints on its stdout at login: silence it for non-interactive shells.",
        );
    }
    const keys = Object.entries(report.keys).map(([key, row]) => [key, keyReport(row)]);
    return { ...report, keys: Object.fromEntries(keys) };
}

function keyReport([status, wanted, original, live]: KeyRow): KeyReport {
    return { status, wanted, ...(original === undefined ? {} : { original }), ...(live === undefined ? {} : { live }) };
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text.trim().split("\n").at(-1) ?? "");
    } catch {
        return undefined;
    }
}

/** One line for people: "11 parameters in force (9 changed, 2 already so); 12 sockets in TIME_WAIT, limit 4000". */
export function summarise(report: HostReport): string {
    const statuses = Object.values(report.keys).map((key) => key.status);
    const count = (status: KeyReport["status"]) => statuses.filter((each) => each === status).length;
    const [applied, unchanged, missing] = [count("applied"), count("unchanged"), count("missing")];
    const absent = missing === 0 ? [] : [`${missing} not on this host`];
    const details = [`${applied} changed`, `${unchanged} already so`, ...absent];
    const { limit, count: timeWait } = report.timeWait;
    const states = `${timeWait} sockets in TIME_WAIT${limit === undefined ? "" : `, limit ${limit}`}`;
    return `${applied + unchanged} parameters in force (${details.join(", ")}); ${states}`;
}
