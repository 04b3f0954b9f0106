import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { type Location, quote } from "../../diagnostic";
import type { Problems } from "../../inventory/problems";
import { readVarsFile } from "../../inventory/vars-files";
import type { Entries, Node, YamlOptions } from "../../inventory/yaml";
import { readYamlFile } from "../../inventory/yaml-file";
import { handModules, readByHand, scopesByHand } from "./by-hand";
import { conditionOf } from "./condition";
import { type Folders, findFile, findRole, yamlFile } from "./files";
import { about, type Findings, NotTaken, type Reason } from "./findings";
import { scopesOf } from "./loop";
import type { Scope } from "./scope";
import { type Circumstances, readSysctl } from "./settings";
import { argumentsOf, entriesOf, listOf, type Task, taskOf, textOf } from "./task";
import { resolveText } from "./template";
import { setFact, uncertain, unknown } from "./variables";

/** All that a task depends on beside itself. */
export interface Context extends Circumstances {
    readonly scope: Scope;
    readonly folders: Folders;
    /** Files of tasks and roles that lead to this place. */
    readonly within: readonly string[];
}

export const playbookYaml: YamlOptions = {
    what: "a playbook, a list of tasks or a file of variables",
    duplicates: "note",
};

const HANDLER: Reason = {
    message: "it stands in a handler, which runs only where a task notifies it",
    suggestion: "Put it into the inventory if every host should have it",
};
const RESCUE: Reason = {
    message: "it stands under rescue, which runs only where the block before it fails",
    suggestion: "Put it into the inventory if every host should have it",
};

const ITSELF = "Where it sets sysctls, import it by itself";

const includes = ["include_tasks", "import_tasks", "include"];
const roleIncludes = ["include_role", "import_role"];
const modules = new Set(["sysctl", "set_fact", "include_vars", ...includes, ...roleIncludes, ...handModules]);

/** Goes through tasks, blocks, includes and roles in the order in which Ansible does. */
export class Walk {
    /** Files of tasks that were come to. */
    public readonly visited = new Set<string>();

    public constructor(
        private readonly found: Findings,
        private readonly problems: Problems,
    ) {}

    public tasks(nodes: readonly Node[], context: Context): void {
        for (const node of nodes) {
            const entries = entriesOf(node);
            const inner = this.#narrowed(entries, context);
            if (entries.has("block")) {
                this.#block(entries, inner);
            } else {
                this.#task(taskOf(node, modules), inner);
            }
            const register = textOf(entries.get("register"));
            if (register !== undefined) {
                const reason = `is what a task registers as ${register} while Ansible runs`;
                context.scope.define(new Map([[register, unknown(node.location, reason)]]));
            }
        }
    }

    public handlers(nodes: readonly Node[], context: Context): void {
        this.tasks(nodes, { ...context, condition: context.condition ?? HANDLER });
    }

    /** A file of tasks, once it is known to be there. */
    public file(path: string, context: Context): void {
        this.visited.add(path);
        this.tasks(listOf(readYamlFile(path, this.problems, playbookYaml)), {
            ...context,
            within: [...context.within, path],
        });
    }

    /** @param from Names other files than `main` for `tasks`, `defaults` and `vars`. */
    public role(folder: string, context: Context, from: Readonly<Record<string, string | undefined>> = {}): void {
        if (context.within.includes(folder)) {
            return;
        }
        const inner = this.inRole(folder, { ...context, within: [...context.within, folder] }, from);
        const part = (name: string, file = "main") => yamlFile(join(folder, name, file));
        const meta = part("meta");
        const metadata = meta === undefined ? undefined : readYamlFile(meta, this.problems, playbookYaml);
        this.roles(listOf(entriesOf(metadata).get("dependencies")), inner);
        const tasks = part("tasks", from["tasks"]);
        if (tasks !== undefined) {
            this.file(tasks, inner);
        }
        const handlers = part("handlers");
        if (handlers !== undefined) {
            this.file(handlers, { ...inner, condition: inner.condition ?? HANDLER });
        }
    }

    /** What tasks of a role see: its defaults and variables. */
    public inRole(folder: string, context: Context, from: Readonly<Record<string, string | undefined>> = {}): Context {
        const variables = (name: string) => {
            const path = yamlFile(join(folder, name, from[name] ?? "main"));
            return path === undefined ? [] : readVarsFile(path, this.problems, playbookYaml);
        };
        const scope = variables("vars").reduce(
            (all, each) => all.with("role vars", each),
            variables("defaults").reduce((all, each) => all.with("role defaults", each), context.scope),
        );
        return { ...context, scope, folders: { ...context.folders, role: folder } };
    }

    /** The `roles` of a play, or the dependencies of a role. */
    public roles(nodes: readonly Node[], context: Context): void {
        for (const node of nodes) {
            const entries = entriesOf(node);
            const name = node.kind === "mapping" ? (entries.get("role") ?? entries.get("name")) : node;
            const inner = this.#narrowed(entries, context);
            const parameters = new Map([...entries, ...entriesOf(entries.get("vars"))]);
            this.#named(name, node.location, { ...inner, scope: context.scope.with("parameters", parameters) }, {});
        }
    }

    /** Files of tasks in a role that nothing came to: what they set is told. */
    public unreached(role: string, context: Context): void {
        const folder = join(role, "tasks");
        const names = yamlFile(join(folder, "main")) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
        for (const path of names
            .map((name) => join(folder, name))
            .filter((each) => !this.visited.has(each))
            .sort()) {
            const message = "no include that could be followed leads to this file of tasks";
            const suggestion = `If it counts, import it by itself: tcp-tuning import ${path}`;
            this.file(path, { ...this.inRole(role, context), condition: { message, suggestion } });
        }
    }

    /** A context with the variables and the condition of a task or block. */
    #narrowed(entries: Entries, context: Context): Context {
        const place = entries.has("block") ? "block" : "task";
        return {
            ...context,
            scope: context.scope.with(place, entriesOf(entries.get("vars"))),
            condition: context.condition ?? conditionOf(entries),
        };
    }

    #block(entries: Entries, context: Context): void {
        this.tasks(listOf(entries.get("block")), context);
        this.tasks(listOf(entries.get("rescue")), { ...context, condition: context.condition ?? RESCUE });
        this.tasks(listOf(entries.get("always")), context);
    }

    #task(task: Task | undefined, context: Context): void {
        if (task === undefined) {
            return;
        }
        this.#attempt(task.location, () => {
            // By hand, the task itself is told of, whatever it goes through.
            const isByHand = handModules.includes(task.module);
            const scopes = isByHand ? scopesByHand(task, context.scope) : scopesOf(task.entries, context.scope);
            for (const scope of scopes) {
                this.#attempt(task.location, () => this.#run(task, { ...context, scope }));
            }
        });
    }

    #run(task: Task, context: Context): void {
        if (task.module === "sysctl") {
            readSysctl(task, context.scope, this.found, context);
        } else if (includes.includes(task.module)) {
            this.#include(task, context);
        } else if (roleIncludes.includes(task.module)) {
            const given = argumentsOf(task);
            const from = (name: string) => textOf(given.get(`${name}_from`));
            const parts = { tasks: from("tasks"), defaults: from("defaults"), vars: from("vars") };
            this.#named(given.get("name") ?? given.get("role"), task.location, asParameters(task, context), parts);
        } else if (task.module === "include_vars") {
            this.#includeVars(task, context);
        } else if (task.module === "set_fact") {
            setFact(task, context.scope, context.condition);
        } else {
            readByHand(task, context.scope, this.found, context, context.folders);
        }
    }

    #include(task: Task, context: Context): void {
        const { module, given, location } = task;
        const name = given.kind === "mapping" ? given.entries.get("file") : given;
        const path = this.#path(module, name, "tasks", location, context);
        if (context.within.includes(path)) {
            throw new NotTaken(`${module} of ${quote(path)} comes back to itself`);
        }
        this.file(path, asParameters(task, context));
    }

    #includeVars(task: Task, context: Context): void {
        const { given, location } = task;
        const name = given.kind === "mapping" ? given.entries.get("file") : given;
        const [entries = new Map()] = readVarsFile(
            this.#path("include_vars", name, "vars", location, context),
            this.problems,
            playbookYaml,
        );
        context.scope.define(context.condition === undefined ? entries : uncertain(entries, "include_vars", location));
    }

    #path(
        what: string,
        name: Node | undefined,
        kind: "tasks" | "vars",
        at: Location,
        { scope, folders }: Context,
    ): string {
        const wanted = about(
            `${what} is not followed: it`,
            () => {
                if (name === undefined) {
                    throw new NotTaken("names no file");
                }
                return resolveText(name, scope).split(/\s/)[0]!;
            },
            ITSELF,
        );
        const path = findFile(wanted, kind, at.file, folders);
        if (path === undefined) {
            throw new NotTaken(`${what} is not followed: there is no file ${quote(wanted)}`, ITSELF);
        }
        return path;
    }

    #named(
        node: Node | undefined,
        at: Location,
        context: Context,
        from: Readonly<Record<string, string | undefined>>,
    ): void {
        this.#attempt(at, () => {
            const name = about(
                "the role is not followed: its name",
                () => {
                    if (node === undefined) {
                        throw new NotTaken("is not given");
                    }
                    return resolveText(node, context.scope);
                },
                ITSELF,
            );
            const folder = findRole(name, context.folders);
            if (folder === undefined) {
                const near = relative("", join(context.folders.playbook, "roles")) || "roles";
                throw new NotTaken(
                    `the role ${quote(name)} is not followed: it is not there`,
                    `Put it into ${near}, or import it by itself: tcp-tuning import FOLDER`,
                );
            }
            this.role(folder, context, from);
        });
    }

    #attempt(location: Location, read: () => void): void {
        try {
            read();
        } catch (error) {
            if (!(error instanceof NotTaken)) {
                throw error;
            }
            this.found.leaveOut(location, error);
        }
    }
}

/** Variables of an include count as its parameters. */
function asParameters({ entries }: Task, context: Context): Context {
    return { ...context, scope: context.scope.with("parameters", entriesOf(entries.get("vars"))) };
}
