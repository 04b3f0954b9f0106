import { quote } from "../../diagnostic";
import type { Node, ScalarNode } from "../../inventory/yaml";
import { NotTaken } from "./findings";

/** The text that Ansible makes of a value. @throws NotTaken */
export function scalarText(node: Node): string {
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
