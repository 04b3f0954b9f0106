import { quote } from "../diagnostic";
import { suggest } from "../suggest";

/** What a pattern selects from. */
export interface Selectable {
    readonly name: string;
    /** Without `all`. */
    readonly groups: readonly string[];
}

/** The hosts to select from, and those that are left alone. */
export interface Selection<T extends Selectable> {
    readonly hosts: readonly T[];
    readonly untuned: readonly string[];
}

/** A pattern that selects nothing, or cannot be read. */
export class PatternError extends Error {
    public override readonly name = "PatternError";

    public constructor(pattern: string, reason: string) {
        super(`In the pattern ${quote(pattern)}, ${reason}`);
    }
}

/** As many names are shown where none is near. */
const MOST_NAMES = 10;

/**
 * The hosts that an Ansible pattern selects, in the order of the inventory: groups and hosts, `all`, `*.example.com`,
 * `~regex`, `web[0]`, `web[0:9]` (both ends), several with `:` or `,` between, of which `&prod` keeps what is in both, and
 * `!web3` leaves out. Otherwise than in Ansible, each part has to match something: a slip must not select other hosts.
 *
 * @throws PatternError naming the part that matches nothing
 */
export function selectHosts<T extends Selectable>(from: Selection<T>, pattern: string): T[] {
    const parts = partsOf(pattern);
    const signed = (sign: string) => parts.filter((part) => part.startsWith(sign)).map((part) => part.slice(1));
    const added = parts.filter((part) => !/^[&!]/.test(part));
    const matching = (part: string) => new Set(new Part(part, pattern, from).matches());
    const union = (added.length === 0 ? ["all"] : added).map(matching);
    const kept = signed("&").map(matching);
    const dropped = signed("!")
        .filter((part) => !from.untuned.includes(part))
        .map(matching);
    const selected = from.hosts.filter(
        (host) =>
            union.some((set) => set.has(host)) &&
            kept.every((set) => set.has(host)) &&
            !dropped.some((set) => set.has(host)),
    );
    if (selected.length === 0) {
        throw new PatternError(pattern, `the parts together leave none of the ${from.hosts.length} hosts`);
    }
    return selected;
}

/** Commas separate where there are any, else colons outside of brackets. */
function partsOf(pattern: string): string[] {
    const parts = pattern.includes(",") ? pattern.split(",") : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
    const trimmed = parts.map((part) => part.trim()).filter((part) => part !== "");
    if (trimmed.length === 0) {
        throw new PatternError(pattern, 'nothing is named: "all" selects every host');
    }
    return trimmed;
}

const SUBSCRIPT = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/;

/** One part of a pattern, without its sign. */
class Part<T extends Selectable> {
    public constructor(
        private readonly part: string,
        private readonly pattern: string,
        private readonly from: Selection<T>,
    ) {}

    public matches(): readonly T[] {
        const [, name = this.part, single, first, last] = SUBSCRIPT.exec(this.part) ?? [];
        const named = this.#named(name);
        if (single === undefined && first === undefined) {
            return named;
        }
        const from = Number(single ?? first);
        const until = single === undefined ? (last === "" ? Infinity : Number(last) + 1) : from + 1 || undefined;
        const picked = named.slice(from, until);
        if (picked.length === 0) {
            throw this.#error(`is beyond the ${named.length} hosts that it counts from 0`);
        }
        return picked;
    }

    #named(name: string): readonly T[] {
        const { hosts, untuned } = this.from;
        const fits = this.#test(name);
        const found = hosts.filter((host) => name === "all" || [host.name, ...host.groups].some(fits));
        if (found.length > 0) {
            return found;
        }
        throw untuned.includes(name)
            ? this.#error("is left alone, since no tcp_tuning reaches it")
            : this.#error(`is no host and no group that is tuned. ${this.#advice(name)}`);
    }

    /** A regular expression after `~`, else a name in which `*`, `?` and `[abc]` stand for others. */
    #test(name: string): (text: string) => boolean {
        const glob = name
            .replace(/[.+^${}()|\\]/g, "\\$&")
            .replaceAll("*", ".*")
            .replaceAll("?", ".");
        try {
            const expression = new RegExp(
                name.startsWith("~") ? `^(?:${name.slice(1)})` : `^${glob.replaceAll("[!", "[^")}$`,
            );
            return (text) => expression.test(text);
        } catch (error) {
            throw this.#error(`cannot be read: ${(error as Error).message}`);
        }
    }

    #advice(name: string): string {
        const known = [...new Set(this.from.hosts.flatMap((host) => [...host.groups, host.name]))];
        const [meant] = suggest(name, known);
        const shown = known.slice(0, MOST_NAMES).join(", ");
        return meant === undefined
            ? `Known are all, ${shown}${known.length > MOST_NAMES ? ", …" : ""}`
            : `Did you mean ${meant}?`;
    }

    #error(reason: string): PatternError {
        return new PatternError(this.pattern, `${quote(this.part)} ${reason}`);
    }
}
