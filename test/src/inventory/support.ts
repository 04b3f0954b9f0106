import assert from "node:assert/strict";
import type { Inventory, InventoryHost } from "../../../src/inventory";
import { InventoryError, parseInventory } from "../../../src/inventory";

/** Inventory text as it would stand in a file, without the indentation of the test around it. */
export function yaml(strings: TemplateStringsArray): string {
    const lines = strings.raw.join("").replace(/^\n/, "").split("\n");
    const indent = /^ */.exec(lines[0]!)![0].length;
    return lines.map((line) => line.slice(indent)).join("\n");
}

export function hostOf(inventory: Inventory, name: string): InventoryHost {
    const host = inventory.hosts.find((candidate) => candidate.name === name);
    assert.ok(host, `${name} is not among: ${inventory.hosts.map((candidate) => candidate.name).join(", ")}`);
    return host;
}

/** What `read` complains about: `file:line: message | suggestion`. */
export function problemsIn(read: () => unknown): string[] {
    try {
        read();
    } catch (error) {
        assert.ok(error instanceof InventoryError, String(error));
        return error.problems.map(({ id, severity, location, message, suggestion }) => {
            assert.deepEqual([id, severity], ["INVENTORY", "error"]);
            return `${location?.file ?? ""}:${location?.line ?? ""}: ${message} | ${suggestion ?? ""}`;
        });
    }
    return assert.fail("there was no complaint");
}

/** That the text has exactly these problems: each pattern fits one, in their order. */
export function assertProblems(text: string, ...patterns: RegExp[]): void {
    const found = problemsIn(() => parseInventory(text, "hosts.yaml"));
    assert.equal(found.length, patterns.length, found.join("\n"));
    patterns.forEach((pattern, index) => assert.match(found[index]!, pattern));
}
