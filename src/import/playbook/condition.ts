import { quote } from "../../diagnostic";
import type { Entries, Node } from "../../inventory/yaml";
import type { Reason } from "./findings";
import { isTrue, listOf, textOf } from "./task";

export const IF_EVERY_HOST = "Put it into the inventory if every host should have it";

/** Why what a task, a block or an include sets is not set on every host of its play. Undefined when it is. */
export function conditionOf(entries: Entries): Reason | undefined {
    const conditions = listOf(entries.get("when")).filter((node) => !isLiterallyTrue(node));
    if (conditions.length > 0) {
        return {
            message: `it is set only when ${quote(conditions.map((node) => textOf(node) ?? "…").join(" and "))}`,
            suggestion: "Put it into the tuning of the hosts or the group for which that holds",
        };
    }
    const tags = listOf(entries.get("tags")).flatMap((node) => (textOf(node) ?? "").split(/\s*,\s*/));
    if (tags.includes("never")) {
        const others = tags.filter((tag) => tag !== "never").join(",") || "never";
        return {
            message: `it is set only when Ansible is asked for it: --tags ${others} (its tags have never)`,
            suggestion: IF_EVERY_HOST,
        };
    }
    if (isTrue(entries.get("check_mode"))) {
        return { message: "it is never set, only looked at (check_mode: true)", suggestion: IF_EVERY_HOST };
    }
    const suggestion = "Put it into the tuning of the host that is meant";
    if (entries.has("delegate_to") || entries.has("local_action")) {
        const other = textOf(entries.get("delegate_to")) ?? "the machine that runs Ansible";
        return { message: `it is set on another host than those of the play: ${other}`, suggestion };
    }
    return isTrue(entries.get("run_once"))
        ? { message: "it is set on the first host only (run_once)", suggestion }
        : undefined;
}

function isLiterallyTrue(node: Node): boolean {
    return node.kind === "scalar" && /^true$/i.test(node.text);
}
