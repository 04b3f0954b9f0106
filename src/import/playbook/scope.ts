import type { Location } from "../../diagnostic";
import type { Entries, Node } from "../../inventory/yaml";

/** Where variables are defined, the weakest place first: Ansible's order. */
export const places = [
    "role defaults",
    "group_vars/all",
    "group_vars",
    "host_vars",
    "play",
    "vars_files",
    "role vars",
    "block",
    "task",
    "set_fact",
    "parameters",
    "loop",
] as const;

export type VariablePlace = (typeof places)[number];

export interface Level {
    readonly place: VariablePlace;
    readonly entries: Entries;
}

/** Is told where a variable is used that an inventory could give otherwise. */
export interface Watch {
    /** A default, which the variables of an inventory would replace. */
    readonly onDefault: (name: string, location: Location) => void;
    /** What the variables of a single host would replace; undefined where nothing defines it. */
    readonly onCommon: (name: string, node: Node | undefined) => void;
}

/** The variables that a task sees. */
export class Scope {
    readonly #strongestFirst: readonly Level[];

    /**
     * @param facts What `set_fact` and `include_vars` define on the way.
     */
    public constructor(
        private readonly watch: Watch,
        levels: readonly Level[] = [],
        private readonly facts: Level[] = [],
    ) {
        this.#strongestFirst = levels;
    }

    /** The same with more variables; of two levels of one place the one that came later counts. */
    public with(place: VariablePlace, entries: Entries | undefined): Scope {
        if (entries === undefined || entries.size === 0) {
            return this;
        }
        const levels = [{ place, entries }, ...this.#strongestFirst];
        return new Scope(
            this.watch,
            levels.sort((a, b) => places.indexOf(b.place) - places.indexOf(a.place)),
            this.facts,
        );
    }

    public onDefault(name: string, location: Location): void {
        this.watch.onDefault(name, location);
    }

    /** The same for what is not taken over: what single hosts have in its place does not matter. */
    public conditional(): Scope {
        return new Scope({ ...this.watch, onCommon: () => {} }, this.#strongestFirst, this.facts);
    }

    /** Defines variables for this task and all that follow in the play. */
    public define(entries: Entries): void {
        this.facts.unshift({ place: "set_fact", entries });
    }

    public lookup(name: string): Node | undefined {
        const isWeaker = ({ place }: Level) => places.indexOf(place) < places.indexOf("set_fact");
        const levels = [
            ...this.#strongestFirst.filter((level) => !isWeaker(level)),
            ...this.facts,
            ...this.#strongestFirst.filter(isWeaker),
        ];
        const level = levels.find(({ entries }) => entries.has(name));
        const node = level?.entries.get(name);
        if (level === undefined || places.indexOf(level.place) < places.indexOf("host_vars")) {
            this.watch.onCommon(name, node);
        }
        if (node !== undefined && level?.place === "role defaults") {
            this.onDefault(name, node.location);
        }
        return node;
    }
}
