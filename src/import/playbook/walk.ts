import { type Location, quote } from "../../diagnostic";
import type { Problems } from "../../inventory/problems";
import { readVarsFile } from "../../inventory/vars-files";
import type { Entries, Node } from "../../inventory/yaml";
import { readYamlFile } from "../../inventory/yaml-file";
import { readByHand, scopesByHand } from "./by-hand";
import { IF_EVERY_HOST } from "./condition";
import { type Context, narrowed, playbookYaml, withParameters } from "./context";
import { type Findings, NotTaken, type Reason } from "./findings";
import { handModules } from "./hand-modules";
import { includedFile, includedRole } from "./included";
import { scopesOf } from "./loop";
import { inRole, type RoleFiles, rolePart, taskFilesOf } from "./role";
import { readSysctl } from "./settings";
import { argumentsOf, entriesOf, listOf, type Task, taskOf, textOf } from "./task";
import { setFact, uncertain, unknown } from "./variables";

const HANDLER: Reason = {
    message: "it stands in a handler, which runs only where a task notifies it",
    suggestion: IF_EVERY_HOST,
};
const RESCUE: Reason = {
    message: "it stands under rescue, which runs only where the block before it fails",
    suggestion: IF_EVERY_HOST,
};

const includes = ["include_tasks", "import_tasks", "include"];
const roleIncludes = ["include_role", "import_role"];
const modules = new Set(["sysctl", "set_fact", "include_vars", "meta", ...includes, ...roleIncludes, ...handModules]);

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
            const inner = narrowed(entries, context);
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

    public role(folder: string, context: Context, from: RoleFiles = {}): void {
        if (context.within.includes(folder)) {
            return;
        }
        const inner = inRole(folder, { ...context, within: [...context.within, folder] }, this.problems, from);
        const meta = rolePart(folder, "meta");
        const metadata = meta === undefined ? undefined : readYamlFile(meta, this.problems, playbookYaml);
        this.roles(listOf(entriesOf(metadata).get("dependencies")), inner);
        const tasks = rolePart(folder, "tasks", from);
        if (tasks !== undefined) {
            this.file(tasks, inner);
        }
        const handlers = rolePart(folder, "handlers");
        if (handlers !== undefined) {
            this.file(handlers, { ...inner, condition: inner.condition ?? HANDLER });
        }
    }

    /** The `roles` of a play, or the dependencies of a role. */
    public roles(nodes: readonly Node[], context: Context): void {
        for (const node of nodes) {
            const entries = entriesOf(node);
            const name = node.kind === "mapping" ? (entries.get("role") ?? entries.get("name")) : node;
            const inner = narrowed(entries, context);
            const parameters = new Map([...entries, ...entriesOf(entries.get("vars"))]);
            const asked = { ...inner, scope: withParameters(parameters, context).scope };
            this.#attempt(node.location, () => this.role(includedRole(name, asked), asked));
        }
    }

    /** Files of tasks in a role that nothing came to: what they set is told. */
    public unreached(role: string, context: Context): void {
        for (const path of taskFilesOf(role).filter((each) => !this.visited.has(each))) {
            const message = "no include that could be followed leads to this file of tasks";
            const suggestion = `If it counts, import it by itself: tcp-tuning import ${path}`;
            this.file(path, { ...inRole(role, context, this.problems), condition: { message, suggestion } });
        }
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
            this.#includeRole(task, context);
        } else if (task.module === "include_vars") {
            this.#includeVars(task, context);
        } else if (task.module === "set_fact") {
            setFact(task, context.scope, context.condition);
        } else if (task.module === "meta") {
            this.#meta(task, context);
        } else {
            readByHand(task, this.found, context);
        }
    }

    /** What a handler or a rescue ends went wrong before. */
    #meta({ given, location: { file, line } }: Task, { condition, play }: Context): void {
        const what = textOf(given)?.trim() ?? "";
        if (!/^end_(?:play|host|batch)$/.test(what) || condition === HANDLER || condition === RESCUE) {
            return;
        }
        const forWhom = condition === undefined ? "" : " for some hosts";
        play.ended ??= {
            message: `it comes after meta: ${what} (${file}:${line}), which ends the play${forWhom}`,
            suggestion: IF_EVERY_HOST,
        };
    }

    #include(task: Task, context: Context): void {
        const path = includedFile(task, "tasks", context);
        if (context.within.includes(path)) {
            throw new NotTaken(`${task.module} of ${quote(path)} comes back to itself`);
        }
        this.file(path, withParameters(entriesOf(task.entries.get("vars")), context));
    }

    #includeRole(task: Task, context: Context): void {
        const given = argumentsOf(task);
        const from = (name: string) => textOf(given.get(`${name}_from`));
        const inner = withParameters(entriesOf(task.entries.get("vars")), context);
        const folder = includedRole(given.get("name") ?? given.get("role"), inner);
        this.role(folder, inner, { tasks: from("tasks"), defaults: from("defaults"), vars: from("vars") });
    }

    #includeVars(task: Task, context: Context): void {
        const [entries = new Map()] = readVarsFile(includedFile(task, "vars", context), this.problems, playbookYaml);
        context.scope.define(
            context.condition === undefined ? entries : uncertain(entries, task.module, task.location),
        );
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
