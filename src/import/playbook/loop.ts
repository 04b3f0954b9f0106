import type { Entries, Node, UnusableNode } from "../../inventory/yaml";
import { itemsOfDict } from "./filters";
import { about, NotTaken } from "./findings";
import type { Scope } from "./scope";
import { entriesOf, textOf } from "./task";
import { resolve } from "./template";

type Loop = (node: Exclude<Node, UnusableNode>, scope: Scope) => readonly Node[];

const loops: Readonly<Record<string, Loop>> = {
    loop: (node) => itemsOf(node),
    with_list: (node) => itemsOf(node),
    with_items: (node, scope) => (node.kind === "sequence" ? flat(node.items, scope) : [node]),
    with_dict: (node) => itemsOf(itemsOfDict(node, "with_dict")),
};

/**
 * The scopes of a task, one for each item of its loop, or just the one without a loop.
 *
 * @throws NotTaken for loops that only Ansible can go through
 */
export function scopesOf(entries: Entries, scope: Scope): readonly Scope[] {
    const name = [...entries.keys()].find((each) => each === "loop" || each.startsWith("with_"));
    if (name === undefined) {
        return [scope];
    }
    const loop = Object.hasOwn(loops, name) ? loops[name] : undefined;
    if (loop === undefined) {
        throw new NotTaken(
            `the task is in a loop by ${name}`,
            "Only loop, with_items, with_list and with_dict are read here",
        );
    }
    const variable = textOf(entriesOf(entries.get("loop_control")).get("loop_var")) ?? "item";
    const items = about(`its ${name}`, () => loop(resolve(entries.get(name)!, scope), scope));
    return items.map((item) => scope.with("loop", new Map([[variable, item]])));
}

function itemsOf(node: Node): readonly Node[] {
    if (node.kind === "sequence") {
        return node.items;
    }
    throw new NotTaken(
        "is no list",
        node.kind === "mapping" ? "Write {{ name | dict2items }} for a mapping" : undefined,
    );
}

/** `with_items` opens lists in its list, one level deep. */
function flat(items: readonly Node[], scope: Scope): readonly Node[] {
    return items.flatMap((item) => {
        const node = item.kind === "unusable" && item.template !== undefined ? resolve(item, scope) : item;
        return node.kind === "sequence" ? node.items : [node];
    });
}
