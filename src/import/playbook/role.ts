import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Problems } from "../../inventory/problems";
import { readVarsFile } from "../../inventory/vars-files";
import { type Context, playbookYaml } from "./context";
import { yamlFile } from "./files";

/** Other files than `main` for `tasks`, `defaults` and `vars`. */
export type RoleFiles = Readonly<Record<string, string | undefined>>;

/** The file of a part of a role. */
export function rolePart(folder: string, name: string, from: RoleFiles = {}): string | undefined {
    return yamlFile(join(folder, name, from[name] ?? "main"));
}

/** What tasks of a role see: its defaults and variables. */
export function inRole(folder: string, context: Context, problems: Problems, from: RoleFiles = {}): Context {
    const variables = (name: string) => {
        const path = rolePart(folder, name, from);
        return path === undefined ? [] : readVarsFile(path, problems, playbookYaml);
    };
    const scope = variables("vars").reduce(
        (all, each) => all.with("role vars", each),
        variables("defaults").reduce((all, each) => all.with("role defaults", each), context.scope),
    );
    return { ...context, scope, folders: { ...context.folders, role: folder } };
}

/** The files of tasks in a role, in the order of their names; none where it has no `main`. */
export function taskFilesOf(role: string): readonly string[] {
    const folder = join(role, "tasks");
    const names = rolePart(role, "tasks") ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
    return names.map((name) => join(folder, name)).sort();
}
