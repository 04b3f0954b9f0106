import { type Document, parseDocument, visit } from "yaml";
import type { Tuning } from "../settings";

/** An inventory of one tuning for all hosts, which are a placeholder, in the format that `src/inventory` reads. */
export function inventoryText(tuning: Tuning, from: string): string {
    const document = parseDocument(
        [
            `# From ${from.replace(/[^\x20-\x7e]/g, "?")}, by tcp-tuning import.`,
            "all:",
            "  hosts:",
            "    host1.example.com: # your hosts here",
            "",
        ].join("\n"),
        { version: "1.1" },
    );
    document.setIn(["all", "vars"], varsNode(document, tuning));
    return document.toString({ lineWidth: 0, nullStr: "", directives: false });
}

function varsNode(document: Document, tuning: Tuning) {
    const node = document.createNode({ tcp_tuning: tuning });
    visit(node, { Seq: (_, list) => void (list.flow = true) });
    return node;
}
