import type { Node } from "../../inventory/yaml";
import { NotTaken } from "./findings";
import type { Scope } from "./scope";
import { listOf } from "./task";
import { resolve, resolveText } from "./template";

/**
 * Whom a play is for, where its `hosts` names them one by one: `all`, groups, hosts. Undefined for patterns, which only
 * an inventory can answer.
 */
export function hostsOf(node: Node | undefined, scope: Scope): readonly string[] | undefined {
    try {
        const names = listOf(node && resolve(node, scope))
            .flatMap((each) => resolveText(each, scope).split(/[:,]/))
            .map((name) => name.trim());
        const literal = names.every((name) => /^(?:\*|\w[\w.-]*)$/.test(name) && name !== "ungrouped");
        if (names.length === 0 || !literal) {
            return undefined;
        }
        return names.some((name) => name === "*" || name === "all") ? ["all"] : [...new Set(names)];
    } catch (error) {
        if (error instanceof NotTaken) {
            return undefined;
        }
        throw error;
    }
}

/** A name that can only be a host's: groups have no dots in their names. */
export function isHostName(name: string): boolean {
    return name === "localhost" || name.includes(".");
}
