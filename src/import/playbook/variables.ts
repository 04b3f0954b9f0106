import type { Location } from "../../diagnostic";
import type { Entries, Node } from "../../inventory/yaml";
import { NotTaken, type Reason } from "./findings";
import type { Scope } from "./scope";
import { argumentsOf, type Task } from "./task";
import { resolve } from "./template";

/** `set_fact` defines variables for what follows. */
export function setFact(task: Task, scope: Scope, condition: Reason | undefined): void {
    const given = argumentsOf(task);
    if (condition !== undefined) {
        scope.define(uncertain(given, "set_fact", task.location));
        return;
    }
    scope.define(new Map([...given].map(([name, node]) => [name, asFarAsKnown(node, scope)])));
}

/** `set_fact` evaluates at once; what cannot be is told where it is used. */
function asFarAsKnown(node: Node, scope: Scope): Node {
    try {
        return resolve(node, scope);
    } catch (error) {
        if (!(error instanceof NotTaken)) {
            throw error;
        }
        return unknown(node.location, error.message);
    }
}

/** Variables that some hosts may have, and others not. */
export function uncertain(entries: Entries, by: string, { file, line }: Location): Entries {
    const reason = `comes from ${by} under a condition (${file}:${line})`;
    return new Map([...entries].map(([name, node]) => [name, unknown(node.location, reason)]));
}

/** A variable whose value is known only while Ansible runs. */
export function unknown(location: Location, reason: string): Node {
    return { kind: "unusable", location, reason, suggestion: "" };
}
