import { dirname, join, normalize } from "node:path";
import { type Location, quote } from "../../diagnostic";
import type { Problems } from "../../inventory/problems";
import { readVarsFile, varsFilesIn } from "../../inventory/vars-files";
import type { Entries, Node } from "../../inventory/yaml";
import { readYamlFile } from "../../inventory/yaml-file";
import { conditionOf } from "./condition";
import { type Context, playbookYaml } from "./context";
import { findFile, isFile } from "./files";
import { about, type Findings, NotTaken, type Reason } from "./findings";
import { HostVars } from "./host-vars";
import { hostsOf, isHostName } from "./hosts";
import { type Level, Scope, type Watch } from "./scope";
import { entriesOf, listOf, textOf } from "./task";
import { resolveText } from "./template";
import { unknown } from "./variables";
import type { Walk } from "./walk";

const IMPORT = /^(?:ansible\.(?:builtin|legacy)\.)?import_playbook$/;

export function isPlaybook(items: readonly Node[]): boolean {
    return items.some((item) => entriesOf(item).has("hosts") || importOf(item) !== undefined);
}

/** The playbook that an entry imports. */
export function importOf(item: Node): string | undefined {
    const [, node] = [...entriesOf(item)].find(([name]) => IMPORT.test(name)) ?? [];
    return textOf(node)?.split(/\s/)[0];
}

const OWN_MACHINE: Reason = {
    message: "its play is for the machine that runs Ansible",
    suggestion: "Put it into an inventory if that machine should have it",
};

/** Goes through the plays of playbooks, each for its hosts. */
export class Plays {
    /** Of roles and of templates, those that were used: by file, where each stands. */
    readonly #defaults = new Map<string, Map<string, Location>>();
    /** What earlier plays defined for their hosts. */
    readonly #facts = new Map<string, Level[]>();
    readonly #hostVars: HostVars;

    public constructor(
        private readonly walk: Walk,
        private readonly found: Findings,
        private readonly problems: Problems,
    ) {
        this.#hostVars = new HostVars(found, problems);
    }

    /** What tasks see that stand in no play: they are for all hosts. */
    public context(playbook: string, hosts = "all"): Context {
        const facts = this.#facts.get(hosts) ?? [...(this.#facts.get("all") ?? [])];
        this.#facts.set(hosts, facts);
        const scope = new Scope(this.#watch(playbook, hosts), [], facts);
        return { hosts, scope, folders: { playbook }, play: {}, within: [] };
    }

    /** @param within The playbooks that lead to this one. */
    public read(items: readonly Node[], path: string, within: readonly string[] = [], condition?: Reason): void {
        for (const item of items) {
            const entries = entriesOf(item);
            const imported = importOf(item);
            if (imported === undefined) {
                this.#play(entries, path, condition);
            } else {
                this.#import(imported, item, path, [...within, path], condition ?? conditionOf(entries));
            }
        }
    }

    #import(name: string, { location }: Node, path: string, within: readonly string[], condition?: Reason): void {
        const imported = normalize(join(dirname(path), name));
        if (name.includes("{{") || !isFile(imported) || within.includes(imported)) {
            const why = within.includes(imported) ? "it comes back to itself" : `there is no file ${quote(name)}`;
            this.found.leaveOut(location, { message: `import_playbook is not followed: ${why}` });
            return;
        }
        this.read(listOf(readYamlFile(imported, this.problems, playbookYaml)), imported, within, condition);
    }

    #play(entries: Entries, path: string, importedIf: Reason | undefined): void {
        const given = this.#given(entries, this.context(dirname(path), ""), path);
        const condition = importedIf ?? conditionOf(entries);
        const node = entries.get("hosts");
        const names = hostsOf(node, given.scope);
        if (names === undefined) {
            const pattern = listOf(node).map(textOf).join(", ");
            const message = `its play is for ${quote(pattern)}, and only Ansible and an inventory know which hosts these are`;
            const suggestion = "Put it into the tuning of a group of these hosts";
            this.#sections(entries, { ...given, condition: { message, suggestion } });
            return;
        }
        const isLocal = textOf(entries.get("connection")) === "local";
        for (const hosts of names) {
            if (isLocal || hosts === "localhost") {
                this.#sections(entries, { ...given, condition: OWN_MACHINE });
                continue;
            }
            const context = { ...this.context(dirname(path), hosts), condition };
            this.#sections(entries, this.#given(entries, this.#withGroupVars(context), path));
        }
    }

    #sections(entries: Entries, context: Context): void {
        const tasks = (name: string) => this.walk.tasks(listOf(entries.get(name)), context);
        tasks("pre_tasks");
        this.walk.roles(listOf(entries.get("roles")), context);
        tasks("tasks");
        tasks("post_tasks");
        this.walk.handlers(listOf(entries.get("handlers")), context);
    }

    /** The folders `group_vars` and `host_vars` beside the playbook. */
    #withGroupVars(context: Context): Context {
        const { hosts, folders } = context;
        const files = varsFilesIn(folders.playbook, this.problems, playbookYaml);
        const all = files("group_vars", "all").reduce(
            (scope, each) => scope.with("group_vars/all", each),
            context.scope,
        );
        // A name without a dot may be a group's or a host's.
        const scope = (["group_vars", "host_vars"] as const)
            .filter((place) => hosts !== "all" && (place === "host_vars" || !isHostName(hosts)))
            .reduce((sum, place) => files(place, hosts).reduce((one, each) => one.with(place, each), sum), all);
        return { ...context, scope };
    }

    /** The variables of the play itself. */
    #given(entries: Entries, context: Context, path: string): Context {
        const asked = listOf(entries.get("vars_prompt")).flatMap((each) => {
            const name = textOf(entriesOf(each).get("name"));
            return name === undefined
                ? []
                : ([[name, unknown(each.location, "is asked for when the playbook runs")]] as const);
        });
        const own = listOf(entries.get("vars")).reduce(
            (scope, each) => scope.with("play", entriesOf(each)),
            context.scope,
        );
        const scope = own.with("play", new Map(asked));
        const files = listOf(entries.get("vars_files")).flatMap((node) =>
            this.#varsFile(node, { ...context, scope }, path),
        );
        return { ...context, scope: files.reduce((all, each) => all.with("vars_files", each), scope) };
    }

    #varsFile(node: Node, { scope, folders }: Context, from: string): Entries[] {
        try {
            const name = about("its variables are not known: the name of the file", () => resolveText(node, scope));
            const file = findFile(name, "vars", from, folders);
            if (file === undefined) {
                throw new NotTaken(`its variables are not known: there is no file ${quote(name)}`);
            }
            return readVarsFile(file, this.problems, playbookYaml);
        } catch (error) {
            if (!(error instanceof NotTaken)) {
                throw error;
            }
            this.found.leaveOut(node.location, error, { key: "vars_files" });
            return [];
        }
    }

    #watch(playbook: string, hosts: string): Watch {
        return {
            onDefault: (name, place) => this.#useDefault(name, place),
            onCommon: (name, node) => {
                if (hosts !== "" && !isHostName(hosts)) {
                    this.#hostVars.compare(playbook, hosts, name, node);
                }
            },
        };
    }

    #useDefault(name: string, place: Location): void {
        const used = this.#defaults.get(place.file) ?? new Map<string, Location>();
        this.#defaults.set(place.file, used.set(name, place));
    }

    /** Once for a file, since most roles have many. */
    public noteDefaults(): void {
        for (const used of this.#defaults.values()) {
            const [[, first], ...others] = [...used].sort(([, a], [, b]) => a.line - b.line) as [[string, Location]];
            const names = [...used.keys()].sort().join(", ");
            const [have, them] = others.length === 0 ? ["has a default", "it"] : ["have defaults", "them"];
            this.found.note("IMPORT", first, `${names} ${have}; variables in an inventory would replace ${them}`);
        }
    }
}
