import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Problems } from "../../inventory/problems";
import { varsFilesIn } from "../../inventory/vars-files";
import type { Entries, Node } from "../../inventory/yaml";
import { playbookYaml } from "./context";
import { isFolder } from "./files";
import type { Findings } from "./findings";
import { entriesOf, textOf } from "./task";

/** What single hosts of a group have, from the folder `host_vars` beside the playbook: the group's tuning has it not. */
export class HostVars {
    readonly #hosts = new Map<string, ReadonlyMap<string, Entries>>();

    public constructor(
        private readonly found: Findings,
        private readonly problems: Problems,
    ) {}

    /** Tells of each host that has another value than the `hosts` of a play; which of them are in it is not known. */
    public compare(playbook: string, hosts: string, name: string, common: Node | undefined): void {
        for (const [host, entries] of this.#in(playbook)) {
            const own = entries.get(name);
            if (own !== undefined && host !== hosts) {
                this.#tell(own, common, name, `${host} has its own`, hosts);
            }
        }
    }

    #in(playbook: string): ReadonlyMap<string, Entries> {
        const known = this.#hosts.get(playbook);
        if (known !== undefined) {
            return known;
        }
        const folder = join(playbook, "host_vars");
        const files = varsFilesIn(playbook, this.problems, playbookYaml);
        const names = (isFolder(folder) ? readdirSync(folder) : []).map((name) =>
            name.replace(/\.(?:ya?ml|json)$/, ""),
        );
        const hosts = new Map(
            [...new Set(names)]
                .sort()
                .map((host) => [host, new Map(files("host_vars", host).flatMap((each) => [...each]))] as const),
        );
        this.#hosts.set(playbook, hosts);
        return hosts;
    }

    #tell(own: Node, common: Node | undefined, path: string, who: string, hosts: string): void {
        if (own.kind === "mapping" && common?.kind === "mapping") {
            for (const [name, node] of own.entries) {
                this.#tell(node, entriesOf(common).get(name), `${path}[${name}]`, who, hosts);
            }
            return;
        }
        const [its, theirs] = [shown(own), common === undefined ? "none" : shown(common)];
        if (its !== theirs) {
            const whose = hosts === "all" ? "all hosts" : hosts;
            const message = `${who} ${path}, ${its}, and the tuning of ${whose} has ${theirs}: give that host its own`;
            this.found.note("IMPORT", own.location, message);
        }
    }
}

function shown(node: Node): string {
    switch (node.kind) {
        case "mapping":
            return `{${[...node.entries].map(([name, value]) => `${name}: ${shown(value)}`).join(", ")}}`;
        case "sequence":
            return `[${node.items.map(shown).join(", ")}]`;
        default:
            return textOf(node) ?? "what is encrypted";
    }
}
