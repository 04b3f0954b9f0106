import { type Document, parseDocument, visit } from "yaml";
import type { ImportedTuning } from "./judge";
import { isHostName } from "./playbook";

/**
 * An inventory in the format that `src/inventory` reads; hosts that are not known are placeholders.
 *
 * @param tunings By `all`, group or host.
 */
export function inventoryText(tunings: Readonly<Record<string, ImportedTuning | false>>, from: string): string {
    const names = Object.keys(tunings);
    const groups = names.filter((name) => name !== "all" && !isHostName(name));
    const hosts = names.filter(isHostName);
    const isForOthers = names.every((name) => name === "all" || tunings[name] === false);
    const document = parseDocument(
        [
            `# From ${from.replace(/[^\x20-\x7e]/g, "?")}, by tcp-tuning import.`,
            `# For an inventory of your own, put tcp_tuning into ${names.map(ownPlace).join(", ")} beside it.`,
            "all:",
            ...(hosts.length > 0 || isForOthers ? ["  hosts:"] : []),
            ...hosts.map((name) => `    ${keyText(name)}:`),
            ...(isForOthers ? ["    host1.example.com: # your hosts here"] : []),
            ...(names.includes("all") ? ["  vars:"] : []),
            ...(groups.length > 0 ? ["  children:"] : []),
            ...groups.flatMap((name) => [
                `    ${keyText(name)}:`,
                "      hosts:",
                `        ${placeholder(name, hosts)}: # your hosts here`,
                "      vars:",
            ]),
            "",
        ].join("\n"),
        { version: "1.1" },
    );
    for (const [name, tuning] of Object.entries(tunings)) {
        document.setIn(pathOf(name), varsNode(document, tuning));
    }
    return document.toString({ lineWidth: 0, nullStr: "", directives: false });
}

/** YAML 1.1 reads some words and all numbers as something else than text. */
function keyText(name: string): string {
    return /^(?:y|n|yes|no|on|off|true|false|null|[\d.+-].*)$/i.test(name) ? JSON.stringify(name) : name;
}

function placeholder(group: string, hosts: readonly string[]): string {
    const name = `${group.replaceAll("_", "-")}1.example.com`;
    return hosts.includes(name) ? `a-${name}` : name;
}

function pathOf(name: string): string[] {
    return name === "all"
        ? ["all", "vars"]
        : isHostName(name)
          ? ["all", "hosts", name]
          : ["all", "children", name, "vars"];
}

function ownPlace(name: string): string {
    return `${isHostName(name) ? "host_vars" : "group_vars"}/${name}.yml`;
}

function varsNode(document: Document, tuning: ImportedTuning | false) {
    const node = document.createNode({ tcp_tuning: tuning });
    visit(node, { Seq: (_, list) => void (list.flow = true) });
    return node;
}
