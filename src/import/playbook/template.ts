import { type Location, quote } from "../../diagnostic";
import type { Node, UnusableNode } from "../../inventory/yaml";
import { FILTER, fallback, filtered, filtersIn, isOmitted } from "./filters";
import { NotTaken } from "./findings";
import type { Scope } from "./scope";
import { scalarText } from "./text";

const STEP = String.raw`(?:\.\w+|\[\s*(?:'[^']*'|"[^"]*"|\d+)\s*\])`;
const PATH = String.raw`([A-Za-z_]\w*)(${STEP}*)`;
/** All that is understood of Jinja. */
const EXPRESSION = new RegExp(`^${PATH}((?:${FILTER})*)$`);
const TEMPLATE = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const DEEPEST = 20;

type Resolved = Exclude<Node, UnusableNode>;

/**
 * What a node stands for once simple templates are replaced: the node of the variable itself, or text.
 *
 * @throws NotTaken for templates that only Ansible can evaluate: its message goes on from "its value …"
 */
export function resolve(node: Node, scope: Scope, depth = 0): Resolved {
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
        return evaluate(whole[1]!, location, scope, depth);
    }
    const text = template.replace(TEMPLATE, (_, inside: string) =>
        scalarText(evaluate(inside, location, scope, depth)),
    );
    return { kind: "scalar", location, value: text, text };
}

/** A node as the text that a module gets for it. @throws NotTaken */
export function resolveText(node: Node, scope: Scope): string {
    return scalarText(resolve(node, scope));
}

/** The text of a module's argument; undefined where it is not given, or omitted by `default(omit)`. @throws NotTaken */
export function argumentText(node: Node | undefined, scope: Scope): string | undefined {
    const resolved = node && resolve(node, scope);
    return resolved === undefined || isOmitted(resolved) ? undefined : scalarText(resolved);
}

/** A name, or a part of what it stands for, that does not exist: what `default` is for. */
class Undefined extends NotTaken {}

function evaluate(expression: string, location: Location, scope: Scope, depth: number): Resolved {
    const [, name, steps = "", chain = ""] = EXPRESSION.exec(expression) ?? [];
    if (name === undefined) {
        throw new NotTaken(`is the expression {{ ${expression} }}`, adviceOn(expression));
    }
    const filters = filtersIn(chain);
    let value: Resolved;
    try {
        value = lookup(name, steps, expression, scope, depth);
    } catch (error) {
        const instead = filters[0] && fallback(filters[0], location);
        if (!(error instanceof Undefined) || instead === undefined) {
            throw error;
        }
        value = instead;
        if (scope.lookup(name) === undefined) {
            scope.onDefault(name, location);
        }
    }
    return filters.reduce((node, filter) => filtered(node, filter, expression), value);
}

function lookup(name: string, steps: string, expression: string, scope: Scope, depth: number): Resolved {
    const found = scope.lookup(name);
    if (found === undefined) {
        throw MAGIC.test(name)
            ? new NotTaken(`is {{ ${expression} }}, and ${name} is known only while Ansible runs`, adviceOn(expression))
            : new Undefined(
                  `is {{ ${expression} }}, and ${name} is not defined in anything that was read`,
                  adviceOn(expression),
              );
    }
    return [...steps.matchAll(new RegExp(STEP, "g"))].reduce(
        (inside, [step]) => resolve(child(inside, step, expression), scope, depth + 1),
        resolve(found, scope, depth + 1),
    );
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
        throw new Undefined(`is {{ ${expression} }}, and there is no ${quote(name)} in that`);
    }
    return found;
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
