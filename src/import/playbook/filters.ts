import type { Location } from "../../diagnostic";
import type { MappingNode, Node, ScalarNode, UnusableNode } from "../../inventory/yaml";
import { NotTaken } from "./findings";
import { scalarText } from "./text";

type Resolved = Exclude<Node, UnusableNode>;

/** What stands behind a `|`: a name, and the literal of `default`. */
export interface Filter {
    readonly name: string;
    /** @default it has none */
    readonly literal?: string;
}

const LITERAL = String.raw`'[^'\\]*'|"[^"\\]*"|-?(?:0|[1-9]\d*)(?:\.\d+)?|[Tt]rue|[Ff]alse|omit|\[\s*\]|\{\s*\}`;
const DEFAULT = String.raw`(?:default|d)\s*\(\s*(?:${LITERAL})\s*\)`;
const PLAIN = String.raw`(?:dict2items|mandatory|string|trim|int)(?:\s*\(\s*\))?`;
/** All filters that are understood. */
export const FILTER: string = String.raw`\s*\|\s*(?:${DEFAULT}|${PLAIN})`;

export function filtersIn(chain: string): readonly Filter[] {
    return [...chain.matchAll(new RegExp(FILTER, "g"))].map(([filter]) => {
        const [, name = "", literal] = /^\s*\|\s*(\w+)(?:\s*\(\s*([\s\S]*?)\s*\))?$/.exec(filter) ?? [];
        return literal === undefined || literal === "" ? { name } : { name, literal };
    });
}

/** What a filter makes of a value that is there, where `default` changes nothing. @throws NotTaken */
export function filtered(node: Resolved, { name }: Filter, expression: string): Resolved {
    switch (name) {
        case "dict2items":
            return itemsOfDict(node, `{{ ${expression} }}`);
        case "string":
            return textNode(scalarText(node), node.location);
        case "trim":
            return textNode(scalarText(node).trim(), node.location);
        case "int":
            return wholeNumber(node, expression);
        default:
            return node;
    }
}

function textNode(text: string, location: Location): ScalarNode {
    return { kind: "scalar", location, value: text, text };
}

/** What is no whole number would become another one, or 0. */
function wholeNumber(node: Resolved, expression: string): ScalarNode {
    const text = scalarText(node).trim();
    if (!/^-?(?:0|[1-9]\d*)$/.test(text)) {
        throw new NotTaken(
            `is {{ ${expression} }} of what is no whole number`,
            "Write the number that is meant into the inventory",
        );
    }
    return { kind: "scalar", location: node.location, value: Number(text), text };
}

/** The literal that `default` has in place of what is undefined. */
export function fallback({ name, literal }: Filter, location: Location): Resolved | undefined {
    if (literal === undefined || !["default", "d"].includes(name)) {
        return undefined;
    }
    if (/^['"]/.test(literal)) {
        return textNode(literal.slice(1, -1), location);
    }
    if (literal.startsWith("[")) {
        return { kind: "sequence", location, items: [] };
    }
    if (literal.startsWith("{")) {
        return { kind: "mapping", location, entries: new Map() };
    }
    const values: Readonly<Record<string, boolean | null>> = { true: true, false: false, [OMIT]: null };
    const value = values[literal.toLowerCase()];
    return { kind: "scalar", location, value: value === undefined ? Number(literal) : value, text: literal };
}

const OMIT = "omit";

/** Whether an argument counts as not given. */
export function isOmitted(node: Node): boolean {
    return node.kind === "scalar" && node.value === null && node.text === OMIT;
}

/** `dict2items`, and what `with_dict` goes through: mappings with `key` and `value`. */
export function itemsOfDict(node: Node, what: string): Resolved {
    if (node.kind !== "mapping") {
        throw new NotTaken(`is ${what} of something that is no mapping`);
    }
    const items = [...node.entries].map(([name, value]): MappingNode => {
        const { location } = value;
        return {
            kind: "mapping",
            location,
            entries: new Map<string, Node>([
                ["key", textNode(name, location)],
                ["value", value],
            ]),
        };
    });
    return { kind: "sequence", location: node.location, items };
}
