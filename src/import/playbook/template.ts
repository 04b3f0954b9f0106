import { quote } from "../../diagnostic";
import type { MappingNode, Node, ScalarNode, UnusableNode } from "../../inventory/yaml";
import { NotTaken } from "./findings";
import type { Scope } from "./scope";

const STEP = String.raw`(?:\.\w+|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])`;
const PATH = String.raw`([A-Za-z_]\w*)(${STEP}*)`;
/** All that is understood of Jinja. */
const EXPRESSION = new RegExp(String.raw`^${PATH}(\s*\|\s*dict2items)?$`);
const TEMPLATE = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const DEEPEST = 20;

/**
 * What a node stands for once simple templates are replaced: the node of the variable itself, or text.
 *
 * @throws NotTaken for templates that only Ansible can evaluate: its message goes on from "its value …"
 */
export function resolve(node: Node, scope: Scope, depth = 0): Exclude<Node, UnusableNode> {
    if (node.kind !== "unusable") {
        return node;
    }
    if (node.template === undefined) {
        throw new NotTaken(node.reason, adviceFor(node));
    }
    if (depth > DEEPEST) {
        throw new NotTaken(`is the template ${quote(node.template)}, which comes back to itself`);
    }
    const { template, location } = node;
    if (/\{%|\{#/.test(template)) {
        throw new NotTaken(`is the Jinja text ${quote(template)}`, EVALUATED);
    }
    const [whole] = [...template.matchAll(TEMPLATE)];
    if (whole?.[0] === template.trim()) {
        return evaluate(whole[1]!, scope, depth);
    }
    const text = template.replace(TEMPLATE, (_, inside: string) => scalarText(evaluate(inside, scope, depth)));
    return { kind: "scalar", location, value: text, text };
}

/** A node as the text that a module gets for it. @throws NotTaken */
export function resolveText(node: Node, scope: Scope): string {
    return scalarText(resolve(node, scope));
}

function scalarText(node: Node): string {
    if (node.kind !== "scalar") {
        const kind = node.kind === "sequence" ? "a list" : "a mapping";
        throw new NotTaken(`is ${kind}, and Ansible takes text`, 'Write several numbers as "4096 131072 6291456"');
    }
    if (node.value === null) {
        throw new NotTaken("is empty", "Write a value");
    }
    return pythonText(node);
}

/** As Ansible writes what YAML read; what is no number to a reader, as `0600`, was hardly meant as one. */
function pythonText({ value, text }: ScalarNode): string {
    if (typeof value === "number" && !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) {
        throw new NotTaken(
            `is written as ${quote(text)}, which YAML reads as ${value}`,
            "Write the number that is meant into the inventory",
        );
    }
    const truth = value ? "True" : "False";
    return typeof value === "boolean" ? truth : typeof value === "string" ? value : text;
}

function evaluate(expression: string, scope: Scope, depth: number): Exclude<Node, UnusableNode> {
    const [, name, steps = "", toItems] = EXPRESSION.exec(expression) ?? [];
    if (name === undefined) {
        throw new NotTaken(`is the expression {{ ${expression} }}`, adviceOn(expression));
    }
    const found = scope.lookup(name);
    if (found === undefined) {
        throw new NotTaken(`is {{ ${expression} }}, and ${undefinedName(name)}`, adviceOn(expression));
    }
    const node = [...steps.matchAll(new RegExp(STEP, "g"))].reduce(
        (inside, [step]) => resolve(child(inside, step, expression), scope, depth + 1),
        resolve(found, scope, depth + 1),
    );
    return toItems === undefined ? node : itemsOfDict(node, `{{ ${expression} }}`);
}

function child(node: Node, step: string, expression: string): Node {
    const name = step.replace(/^\.|^\[\s*['"]?|['"]?\s*\]$/g, "");
    const found =
        node.kind === "mapping"
            ? node.entries.get(name)
            : node.kind === "sequence" && /^\d+$/.test(name)
              ? node.items[Number(name)]
              : undefined;
    if (found === undefined) {
        throw new NotTaken(`is {{ ${expression} }}, and there is no ${quote(name)} in that`);
    }
    return found;
}

/** `dict2items`, and what `with_dict` goes through: mappings with `key` and `value`. */
export function itemsOfDict(node: Node, what: string): Exclude<Node, UnusableNode> {
    if (node.kind !== "mapping") {
        throw new NotTaken(`is ${what} of something that is no mapping`);
    }
    const items = [...node.entries].map(([name, value]): MappingNode => {
        const { location } = value;
        const key: Node = { kind: "scalar", location, value: name, text: name };
        return {
            kind: "mapping",
            location,
            entries: new Map([
                ["key", key],
                ["value", value],
            ]),
        };
    });
    return { kind: "sequence", location: node.location, items };
}

const EVALUATED = "Write what it comes to into the inventory: Jinja is evaluated by Ansible only";

function adviceFor({ reason }: UnusableNode): string {
    return /vault/.test(reason)
        ? "A tuning keeps no secrets; where it is none, write it into the inventory in plain text"
        : EVALUATED;
}

/** What stands for a fact of Ansible's in an inventory. */
function adviceOn(expression: string): string {
    if (/mem(?:total|ory|free)/.test(expression)) {
        return "Write a share of the host's memory into the inventory, such as { shareOfMemory: 5% }: each host computes it";
    }
    return /processor|vcpus|nproc/.test(expression)
        ? "Write a number for each processor into the inventory, such as { perCpu: 1024 }: each host computes it"
        : EVALUATED;
}

const MAGIC =
    /^(?:ansible_\w+|hostvars|groups|group_names|inventory_\w+|play_hosts|role_\w+|playbook_dir|lookup|omit)$/;

function undefinedName(name: string): string {
    return MAGIC.test(name)
        ? `${name} is known only while Ansible runs`
        : `${name} is not defined in anything that was read`;
}
