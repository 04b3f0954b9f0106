import type { Location } from "../../diagnostic";
import type { Entries, Node } from "../../inventory/yaml";
import { NotTaken } from "./findings";

/** A task with the module that it runs. */
export interface Task {
    readonly location: Location;
    readonly entries: Entries;
    /** Without the collection, for those of Ansible itself, `ansible.posix` and `community.general`. */
    readonly module: string;
    /** What stands behind the module's name. */
    readonly given: Node;
}

/** The short names of modules of the collections that are looked at. */
function shortName(name: string): string {
    return name.replace(/^(?:ansible\.(?:builtin|legacy|posix)|community\.general)\./, "");
}

/** The task's own module among those that are looked at; undefined for others. */
export function taskOf(node: Node, modules: ReadonlySet<string>): Task | undefined {
    if (node.kind !== "mapping") {
        return undefined;
    }
    const { location, entries } = node;
    for (const [name, given] of entries) {
        const found = /^(?:local_)?action$/.test(shortName(name))
            ? byAction(given)
            : { module: shortName(name), given };
        if (found !== undefined && modules.has(found.module)) {
            return { location, entries, ...found };
        }
    }
    return undefined;
}

/** `action: sysctl name=… value=…`, or a mapping with `module`. */
function byAction(node: Node): Pick<Task, "module" | "given"> | undefined {
    if (node.kind === "mapping") {
        const module = node.entries.get("module");
        return module?.kind === "scalar" ? { module: shortName(module.text), given: node } : undefined;
    }
    const [, module, rest = ""] = /^\s*([\w.]+)\s*([\s\S]*)$/.exec(textOf(node) ?? "") ?? [];
    return module === undefined ? undefined : { module: shortName(module), given: textNode(rest, node.location) };
}

/** The arguments of a module: a mapping or `name=value` words, over those of `args:`. */
export function argumentsOf({ given, entries }: Task): Entries {
    const { args } = Object.fromEntries(entries);
    return new Map([...(args?.kind === "mapping" ? args.entries : []), ...ownArguments(given)]);
}

function ownArguments(given: Node): Entries {
    if (given.kind === "mapping") {
        return given.entries;
    }
    const text = textOf(given);
    if (text === undefined) {
        throw new NotTaken("its arguments are neither a mapping nor name=value words");
    }
    return new Map(wordsIn(text).flatMap(([name, value]) => [[name, textNode(value, given.location)] as const]));
}

/** Quotes, and the blanks in templates, keep a value together. */
const WORD = /(?:^|\s)(\w+)=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\{\{[\s\S]*?\}\}|[^\s"'])*)/g;

function wordsIn(text: string): [name: string, value: string][] {
    return [...text.matchAll(WORD)].map(([, name = "", value = ""]) => [
        name,
        value.replace(/^(["'])([\s\S]*)\1$/, "$2"),
    ]);
}

function textNode(text: string, location: Location): Node {
    const plain: Node = { kind: "scalar", location, value: text, text };
    const reason = "is a Jinja template";
    return /\{\{|\{%/.test(text) ? { kind: "unusable", location, reason, suggestion: "", template: text } : plain;
}

/** A node's text as it is written, with its templates; undefined for lists, mappings and what is encrypted. */
export function textOf(node: Node | undefined): string | undefined {
    return node?.kind === "scalar" ? node.text : node?.kind === "unusable" ? node.template : undefined;
}

/** The items of a list, or the one thing that stands in its place; none for an empty value. */
export function listOf(node: Node | undefined): readonly Node[] {
    return node === undefined || (node.kind === "scalar" && node.value === null)
        ? []
        : node.kind === "sequence"
          ? node.items
          : [node];
}

/** The entries of a mapping; none for anything else. */
export function entriesOf(node: Node | undefined): Entries {
    return node?.kind === "mapping" ? node.entries : new Map();
}

/** Ansible's truth values. */
export function isTrue(node: Node | undefined): boolean {
    return node?.kind === "scalar" && isTrueText(node.text);
}

export function isTrueText(text: string): boolean {
    return /^(?:true|yes|on|y|t|1)$/i.test(text);
}
