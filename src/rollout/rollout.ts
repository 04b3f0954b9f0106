import { endSentence, written } from "../diagnostic";
import { suggest } from "../suggest";

/** How the hosts of a fleet are taken: in which steps, and when it stops. */
export interface RolloutArgs {
    /**
     * Hosts that go first, alone. Nothing else begins before each of them was verified.
     * @default 1
     */
    readonly canaries?: number;
    /**
     * Hosts of each further wave: a number, or a share of the hosts that change, such as `"25%"`.
     * @default "25%"
     */
    readonly batch?: number | string;
    /**
     * Failed hosts, of all waves together, with which a next wave still begins. `pulumi up` fails with a single one.
     * @default 0
     */
    readonly maxFailures?: number;
    /**
     * Seconds between two waves.
     * @default 0
     */
    readonly pauseSeconds?: number;
    /**
     * Seconds for which the new values are in force on a host before they are confirmed, over a new connection: then it is
     * verified, and its outcomes are compared with its own before the change (`gate`). Until then a guard on the host
     * waits, and puts everything back by itself if nobody confirms.
     * @default 0: verified at once, and no second connection
     */
    readonly soakSeconds?: number;
    /**
     * How many times as bad as before its change a host may be: TIME_WAIT, its overflows, overflows of listeners, the share
     * of segments that are sent again. A worse one is put back, and has failed. `false` compares nothing.
     * @default 2
     */
    readonly gate?: number | false;
    /**
     * Hosts that are connected to at the same time.
     * @default 32
     */
    readonly parallel?: number;
    /**
     * Longest time, in seconds, to reach a host, over several attempts.
     * @default 30
     */
    readonly connectSeconds?: number;
}

/** With every default filled in. */
export type Rollout = Required<RolloutArgs>;

const defaults: Rollout = {
    canaries: 1,
    batch: "25%",
    maxFailures: 0,
    pauseSeconds: 0,
    soakSeconds: 0,
    gate: 2,
    parallel: 32,
    connectSeconds: 30,
};

export function completeRollout(args?: RolloutArgs | null): Rollout {
    const given = Object.entries(args ?? {}).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(given) };
}

/** Whole numbers, with the smallest and the largest that have a meaning. */
const limits = {
    canaries: [0, 100_000],
    maxFailures: [0, 100_000],
    pauseSeconds: [0, 86_400],
    soakSeconds: [0, 3000],
    parallel: [1, 256],
    connectSeconds: [1, 600],
} as const satisfies Partial<Record<keyof Rollout, readonly [number, number]>>;

/** What is wrong with one argument of a roll-out. */
export interface RolloutProblem {
    readonly name: string;
    readonly reason: string;
}

/** What is wrong with a roll-out's arguments. JavaScript, YAML and `any` pass the compiler by. */
export function rolloutProblems(args: unknown): RolloutProblem[] {
    if (args == null) {
        return [];
    }
    if (typeof args !== "object" || Array.isArray(args)) {
        return [{ name: "", reason: `received ${written(args)}; write { canaries: 1, batch: "25%" }` }];
    }
    return Object.entries(args).flatMap(([name, value]) => {
        const reason = value === undefined ? undefined : problemOf(name, value);
        return reason === undefined ? [] : [{ name, reason: `received ${written(value)}${reason}` }];
    });
}

function problemOf(name: string, value: unknown): string | undefined {
    switch (name) {
        case "batch":
            return isBatch(value) ? undefined : '; write a number of hosts, such as 10, or a share, such as "25%"';
        case "gate":
            return value === false || (typeof value === "number" && value >= 1 && value <= 1000)
                ? undefined
                : "; write a factor, 1 to 1000, such as 2, or false";
        default:
            return Object.hasOwn(limits, name)
                ? limitProblem(limits[name as keyof typeof limits], value)
                : `, and there is no such argument${endSentence(meant(name)).replace(/\.$/, "")}`;
    }
}

function limitProblem([from, to]: readonly [number, number], value: unknown): string | undefined {
    return Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to
        ? undefined
        : `; write a whole number, ${from} to ${to}`;
}

function meant(name: string): string {
    const names = Object.keys(defaults);
    const [near] = suggest(name.replaceAll("_", ""), names);
    return near === undefined ? `; write one of ${names.join(", ")}` : `; did you mean ${near}?`;
}

/** `"25%"`, or at least one host. */
function isBatch(value: unknown): boolean {
    if (typeof value === "string") {
        const share = /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1];
        return share !== undefined && Number(share) > 0 && Number(share) <= 100;
    }
    return Number.isSafeInteger(value) && Number(value) >= 1;
}

/** Hosts of a wave at most, where `all` are to be taken in the whole roll-out. */
export function waveSize({ canaries, batch }: Rollout, isFirst: boolean, all: number): number {
    if (isFirst && canaries > 0) {
        return canaries;
    }
    return typeof batch === "number" ? batch : Math.max(1, Math.ceil((all * Number.parseFloat(batch)) / 100));
}
