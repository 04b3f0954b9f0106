/** So many hosts are named; of more, how many. */
const MOST_NAMES = 5;

/** `web1, web2, web3, web4, web5 and 35 more hosts` */
export function namesOf(hosts: readonly string[]): string {
    const [first, more] = [hosts.slice(0, MOST_NAMES), hosts.length - MOST_NAMES];
    return `${first.join(", ")}${more > 0 ? ` and ${more} more host${more === 1 ? "" : "s"}` : ""}`;
}

/** What is told of some hosts of a fleet. */
export interface Scoped {
    /** Those that are named. */
    readonly hosts: readonly string[];
    /** How many are not. */
    readonly more: number;
    readonly text: string;
}

const SCOPE = /^([^\s:,]+(?:, [^\s:,]+)*)(?: and (\d+) more hosts?)?: ([\s\S]*)$/;

/** Reads {@link namesOf} back from before a text, as a fleet tells it; undefined where nothing like it stands there. */
export function readScope(told: string): Scoped | undefined {
    const [, names = "", more = "0", text = ""] = SCOPE.exec(told) ?? [];
    return names === "" ? undefined : { hosts: names.split(", "), more: Number(more), text };
}
