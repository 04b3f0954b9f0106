import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Diagnostic } from "../../diagnostic";
import { Problems } from "../../inventory/problems";
import type { Node } from "../../inventory/yaml";
import { readYamlFile } from "../../inventory/yaml-file";
import { playbookYaml } from "./context";
import { isRole, roleOf } from "./files";
import { Findings, type PlacedAssignment } from "./findings";
import { importOf, isPlaybook, Plays } from "./plays";
import { inRole } from "./role";
import { listOf } from "./task";
import { Walk } from "./walk";

export type { PlacedAssignment } from "./findings";
export { isHostName } from "./hosts";

/** What playbooks, roles and files of tasks come to. */
export interface PlaybookReading {
    readonly assignments: readonly PlacedAssignment[];
    readonly leftOut: readonly Diagnostic[];
    readonly notes: readonly Diagnostic[];
}

/** Whether a folder is a role or has playbooks or other YAML in it. */
export function isForPlaybooks(folder: string): boolean {
    return isRole(folder) || yamlNames(folder).length > 0;
}

/**
 * Reads a playbook, a file of tasks, a role's folder, or a folder with playbooks.
 *
 * @throws Error when it is none of these, or no YAML
 */
export function readPlaybooks(path: string): PlaybookReading {
    return new Reader().read(path);
}

const NO_PLAYBOOK =
    "it is YAML, but no list of plays or tasks: an inventory or variables, perhaps. Name the playbook or the role that uses it";

function yamlNames(folder: string): string[] {
    return readdirSync(folder)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort();
}

class Reader {
    readonly #found = new Findings();
    readonly #problems = new Problems("IMPORT");
    readonly #walk = new Walk(this.#found, this.#problems);
    readonly #plays = new Plays(this.#walk, this.#found, this.#problems);

    public read(path: string): PlaybookReading {
        if (isRole(path)) {
            this.#role(path);
        } else if (/\.ya?ml$/.test(path)) {
            this.#file(path);
        } else {
            this.#folder(path);
        }
        this.#found.tellModules();
        this.#plays.noteDefaults();
        const told = [...this.#problems.errors, ...this.#problems.warnings];
        const isNote = ({ severity }: Diagnostic) => severity === "note";
        return {
            assignments: this.#found.assignments,
            leftOut: [...told.filter((each) => !isNote(each)), ...this.#found.leftOut],
            notes: [...told.filter(isNote), ...this.#found.notes],
        };
    }

    #role(folder: string): void {
        const context = this.#plays.context(dirname(folder));
        this.#walk.role(folder, context);
        this.#walk.unreached(folder, context);
    }

    #file(path: string): void {
        const items = this.#itemsOf(path);
        if (isPlaybook(items)) {
            this.#plays.read(items, path);
            return;
        }
        const role = roleOf(path);
        const context = this.#plays.context(dirname(role ?? path));
        const inner = role === undefined ? context : inRole(role, context, this.#problems);
        this.#walk.tasks(items, { ...inner, within: [path] });
    }

    /** All playbooks of a folder, but for those that another one imports. */
    #folder(folder: string): void {
        const playbooks = yamlNames(folder)
            .map((name) => join(folder, name))
            .map((path) => ({ path, items: listOf(readYamlFile(path, this.#problems, playbookYaml)) }))
            .filter(({ items }) => isPlaybook(items));
        if (playbooks.length === 0) {
            throw new Error(
                "it is a folder with YAML in it, but without a playbook or role. Name the file that is meant",
            );
        }
        const imported = playbooks.flatMap(({ items }) => items.map((item) => join(folder, importOf(item) ?? "")));
        for (const { path, items } of playbooks.filter((each) => !imported.includes(each.path))) {
            this.#plays.read(items, path);
        }
    }

    /** @throws Error when the file that the user named is no YAML, or something else */
    #itemsOf(path: string): readonly Node[] {
        const node = readYamlFile(path, this.#problems, playbookYaml);
        const [problem] = [...this.#problems.errors, ...this.#problems.warnings];
        if (node === undefined && problem?.location !== undefined) {
            const { message, suggestion, location } = problem;
            throw new Error(`line ${location.line}: ${message}. ${suggestion ?? ""}`.replace(/[. ]*$/, ""));
        }
        const items = listOf(node);
        if (node?.kind !== "sequence" || !items.every(({ kind }) => kind === "mapping")) {
            throw new Error(NO_PLAYBOOK);
        }
        return items;
    }
}
