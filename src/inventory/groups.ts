import type { Location } from "../diagnostic";
import { quote } from "../diagnostic";
import { suggest } from "../suggest";
import { expandHostRange } from "./host-range";
import type { Problems } from "./problems";
import type { Entries, Node } from "./yaml";

export interface Group {
    readonly name: string;
    readonly location: Location;
    readonly parents: Set<string>;
    /** One entry for each place in the file that gives variables. */
    readonly vars: Entries[];
    /** Among groups of the same depth the higher one wins (`ansible_group_priority`). */
    priority: number;
}

export interface Host {
    readonly name: string;
    readonly location: Location;
    readonly groups: Set<string>;
    readonly vars: Entries[];
}

/** The groups and hosts of an inventory, as Ansible's `yaml` inventory plugin sees them. */
export class GroupTree {
    public readonly groups = new Map<string, Group>();
    public readonly hosts = new Map<string, Host>();

    public constructor(
        root: Node,
        private readonly problems: Problems,
    ) {
        this.#group("all", root.location);
        for (const [name, node] of this.#entries(root, "The inventory", "all:")) {
            this.#readGroup(name, node);
        }
        this.#adoptOrphans();
        this.#refuseLoops();
    }

    /** All groups of a host, from the weakest to the strongest: `all`, then by depth, priority and name. */
    public groupsOf(host: Host): Group[] {
        const names = new Set<string>();
        const collect = (name: string) => {
            if (!names.has(name)) {
                names.add(name);
                this.groups.get(name)!.parents.forEach(collect);
            }
        };
        host.groups.forEach(collect);
        const ranked = [...names].map((name) => ({ group: this.groups.get(name)!, depth: this.#depth(name) }));
        ranked.sort(
            (a, b) =>
                a.depth - b.depth || a.group.priority - b.group.priority || (a.group.name < b.group.name ? -1 : 1),
        );
        return ranked.map(({ group }) => group);
    }

    #readGroup(name: string, node: Node, parent?: string): void {
        if (node.kind === "scalar" && node.value !== null && parent === undefined && name === "plugin") {
            this.problems.add(
                node.location,
                `This configures the inventory plugin ${quote(node.text)}; it is no inventory`,
                "Save what it finds: ansible-inventory -i FILE --list --yaml --output inventory.yaml",
            );
            return;
        }
        const group = this.#group(name, node.location);
        if (parent !== undefined) {
            group.parents.add(parent);
        }
        for (const [section, content] of this.#entries(node, `The group ${quote(name)}`, "hosts:")) {
            this.#readSection(group, section, content);
        }
    }

    #readSection(group: Group, section: string, node: Node): void {
        const of = `${section} of group ${quote(group.name)}`;
        switch (section) {
            case "vars":
                return this.#readGroupVars(group, this.#entries(node, of, "ansible_user: deploy"));
            case "children":
                return this.#entries(named(node), of, "web:").forEach((child, name) =>
                    this.#readChild(group, name, child),
                );
            case "hosts":
                return this.#entries(named(node), of, "web1.example.com:").forEach((vars, name) =>
                    this.#readHost(group, name, vars),
                );
            default:
                return this.problems.add(
                    node.location,
                    `${quote(section)} is no key of a group: those are hosts, children, vars`,
                    sectionAdvice(section),
                );
        }
    }

    #readChild(group: Group, name: string, node: Node): void {
        if (name === "all") {
            this.problems.add(
                node.location,
                `"all" cannot be a child of ${quote(group.name)}: every group is a child of it`,
            );
            return;
        }
        this.#readGroup(name, node, group.name);
    }

    #readGroupVars(group: Group, vars: Entries): void {
        group.vars.push(vars);
        const priority = vars.get("ansible_group_priority");
        if (priority?.kind === "scalar" && Number.isInteger(Number(priority.text)) && priority.text !== "") {
            group.priority = Number(priority.text);
        } else if (priority !== undefined) {
            this.problems.add(priority.location, "ansible_group_priority takes an integer", "Write for example 10");
        }
    }

    #readHost(group: Group, pattern: string, node: Node): void {
        const vars = this.#entries(node, `The host ${quote(pattern)}`, "ansible_host: 10.0.0.1");
        for (const { name, port } of this.#expand(pattern, node.location)) {
            const host = this.hosts.get(name) ?? newHost(name, port, node.location);
            this.hosts.set(name, host);
            host.groups.add(group.name);
            host.vars.push(vars);
        }
    }

    /** `web[1:2].example.com:2222`: a range, and a port for all of it. */
    #expand(pattern: string, location: Location): { name: string; port?: string }[] {
        const [, base = pattern, port] = /^((?:[^:[\]]|\[[^\]]*\])+):(\d+)$/.exec(pattern) ?? [];
        if (!/^[^\s,;:'"{}]+$/.test(base.replace(/\[[^\]]*\]/g, "x")) && !/^[0-9a-fA-F:]+$/.test(base)) {
            this.problems.add(
                location,
                `${quote(pattern)} cannot be the name of a host`,
                "Write one name to a line, with a colon behind it",
            );
            return [];
        }
        try {
            return expandHostRange(base).map((name) => ({ name, port }));
        } catch (error) {
            this.problems.add(
                location,
                `Host ${quote(pattern)}: ${(error as Error).message}`,
                "Write for example web[01:10].example.com or db-[a:c]",
            );
            return [];
        }
    }

    #group(name: string, location: Location): Group {
        const group = this.groups.get(name) ?? { name, location, parents: new Set(), vars: [], priority: 1 };
        this.groups.set(name, group);
        return group;
    }

    /** The entries of a mapping; none for an empty value. */
    #entries(node: Node, what: string, example: string): Entries {
        if (node.kind === "mapping") {
            return node.entries;
        }
        if (node.kind === "scalar" && node.value === null) {
            return new Map();
        }
        this.problems.add(
            node.location,
            `${what} must be a mapping; this ${describe(node)}`,
            `Write keys with a colon behind them, without "-": ${quote(example)}` +
                (isPlaybook(node) ? ". Or is it a playbook? Then: tcp-tuning import FILE" : ""),
        );
        return new Map();
    }

    /** Groups without a parent belong to `all`, hosts without a group of their own to `ungrouped`. */
    #adoptOrphans(): void {
        this.#group("ungrouped", this.groups.get("all")!.location);
        for (const group of this.groups.values()) {
            if (group.name !== "all" && group.parents.size === 0) {
                group.parents.add("all");
            }
        }
        for (const { groups } of this.hosts.values()) {
            const own = [...groups].filter((name) => name !== "all" && name !== "ungrouped");
            if (own.length > 0) {
                groups.delete("ungrouped");
            } else {
                groups.add("ungrouped");
            }
        }
    }

    /** Nothing can be said of the depth of such groups, so this ends the reading. */
    #refuseLoops(): void {
        const groups = [...this.groups.values()];
        const looping = groups.filter(({ name }) => this.#pathTo(name, name, new Set()) !== undefined);
        for (const { name, location } of looping) {
            const path = [name, ...this.#pathTo(name, name, new Set())!].reverse().join(" > ");
            this.problems.add(
                location,
                `The group ${quote(name)} is a child of itself: ${path}`,
                "Take one of them out of the other's children",
            );
        }
        if (looping.length > 0) {
            this.problems.throwErrors();
        }
    }

    /** The way from a group up through its parents to another. */
    #pathTo(target: string, from: string, seen: Set<string>): string[] | undefined {
        for (const parent of this.groups.get(from)!.parents) {
            if (parent === target) {
                return [parent];
            }
            if (!seen.has(parent)) {
                seen.add(parent);
                const rest = this.#pathTo(target, parent, seen);
                if (rest !== undefined) {
                    return [parent, ...rest];
                }
            }
        }
        return undefined;
    }

    /** The longest way up to `all`. */
    #depth(name: string): number {
        return Math.max(-1, ...[...this.groups.get(name)!.parents].map((parent) => this.#depth(parent))) + 1;
    }
}

function describe(node: Exclude<Node, { kind: "mapping" }>): string {
    switch (node.kind) {
        case "scalar":
            return `is ${quote(node.text)}`;
        case "sequence":
            return "is a list";
        case "unusable":
            return node.reason;
    }
}

/** `hosts: web1`, a lone word, is Ansible's short form of `hosts: {web1: }`. */
function named(node: Node): Node {
    if (node.kind !== "scalar" || typeof node.value !== "string") {
        return node;
    }
    const { location, value } = node;
    return { kind: "mapping", location, entries: new Map([[value, { ...node, value: null, text: "" }]]) };
}

function sectionAdvice(section: string): string {
    const [meant] = suggest(section, ["hosts", "children", "vars"]);
    return meant !== undefined
        ? `Did you mean ${quote(meant)}?`
        : 'Put variables under "vars:", groups under "children:", hosts under "hosts:"';
}

/** The port behind the name counts where the host is named first, and less than any variable of the host. */
function newHost(name: string, port: string | undefined, location: Location): Host {
    const implied: Entries[] =
        port === undefined
            ? []
            : [new Map([["ansible_port", { kind: "scalar", location, value: Number(port), text: port }]])];
    return { name, location, groups: new Set(), vars: implied };
}

/** A list of plays or tasks. */
function isPlaybook(node: Node): boolean {
    return node.kind === "sequence" && node.items.some((item) => item.kind === "mapping");
}
