import type { Entries, YamlOptions } from "../../inventory/yaml";
import { conditionOf } from "./condition";
import type { Folders } from "./files";
import type { Reason } from "./findings";
import type { Scope } from "./scope";
import type { Circumstances } from "./settings";
import { entriesOf } from "./task";

/** All that a task depends on beside itself. */
export interface Context extends Circumstances {
    readonly scope: Scope;
    readonly folders: Folders;
    /** What `meta` says of the rest of the play; shared by all of its tasks. */
    readonly play: { ended?: Reason };
    /** Files of tasks and roles that lead to this place. */
    readonly within: readonly string[];
}

export const playbookYaml: YamlOptions = {
    what: "a playbook, a list of tasks or a file of variables",
    duplicates: "note",
};

/** With the variables and the condition of a task or block. */
export function narrowed(entries: Entries, context: Context): Context {
    const place = entries.has("block") ? "block" : "task";
    const condition = context.condition ?? conditionOf(entries) ?? context.play.ended;
    const scope = context.scope.with(place, entriesOf(entries.get("vars")));
    return { ...context, condition, scope: condition === undefined ? scope : scope.conditional() };
}

/** Variables of an include or a role in a list count as its parameters. */
export function withParameters(parameters: Entries, context: Context): Context {
    return { ...context, scope: context.scope.with("parameters", parameters) };
}
