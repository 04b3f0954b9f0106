import { parameterOf } from "../../catalogue";
import { type Diagnostic, formatDiagnostic, type Location } from "../../diagnostic";
import type { Assignment } from "../../sysctl-file";

/** An assignment of a playbook, with whom it is for. */
export interface PlacedAssignment extends Assignment {
    /** `all`, the name of a group, or of a host. */
    readonly hosts: string;
    /** The file that Ansible writes it to. */
    readonly writtenTo: string;
}

/** Why something is not taken over, and what to do instead. */
export interface Reason {
    readonly message: string;
    readonly suggestion?: string;
}

/** Thrown where something cannot be taken over; told with the place of whoever asked for it. */
export class NotTaken extends Error implements Reason {
    public constructor(
        message: string,
        public readonly suggestion?: string,
    ) {
        super(message);
    }
}

/**
 * Puts a subject before the reason why something is not taken: "its value" is a Jinja template.
 *
 * @param advice In place of what was advised.
 * @throws NotTaken
 */
export function about<T>(subject: string, read: () => T, advice?: string): T {
    try {
        return read();
    } catch (error) {
        throw error instanceof NotTaken
            ? new NotTaken(`${subject} ${error.message}`, advice ?? error.suggestion)
            : error;
    }
}

/** Kernel modules that bring sysctls with them. */
const modulePrefixes: Readonly<Record<string, readonly string[]>> = {
    br_netfilter: ["net.bridge."],
    bridge: ["net.bridge."],
    nf_conntrack: ["net.netfilter.nf_conntrack_", "net.nf_conntrack_max"],
    ip_conntrack: ["net.netfilter.nf_conntrack_", "net.nf_conntrack_max"],
    ip_vs: ["net.ipv4.vs."],
    sctp: ["net.sctp."],
    mpls_router: ["net.mpls."],
};

/** What was found in playbooks, in the order in which Ansible would come to it. */
export class Findings {
    readonly #assignments: PlacedAssignment[] = [];
    readonly #told = new Map<string, Diagnostic>();
    readonly #modules: { readonly name: string; readonly by: Location }[] = [];

    public get assignments(): readonly PlacedAssignment[] {
        return this.#assignments;
    }

    public get leftOut(): readonly Diagnostic[] {
        return [...this.#told.values()].filter(({ severity }) => severity === "error");
    }

    public get notes(): readonly Diagnostic[] {
        return [...this.#told.values()].filter(({ severity }) => severity === "note");
    }

    public take(assignment: PlacedAssignment): void {
        this.#assignments.push(assignment);
    }

    /** Takes assignments back that a later task takes out of the file they were written to; without a key, all of it. */
    public takeBack(
        { key, hosts, writtenTo }: Pick<PlacedAssignment, "hosts" | "writtenTo"> & { readonly key?: string },
        by: Location,
    ): void {
        for (let index = this.#assignments.length - 1; index >= 0; index--) {
            const each = this.#assignments[index]!;
            if (
                [each.key, undefined].includes(key) &&
                each.writtenTo === writtenTo &&
                [each.hosts, "all"].includes(hosts)
            ) {
                this.#assignments.splice(index, 1);
                this.leaveOut(
                    each.location,
                    { message: `${by.file}:${by.line} takes it out again (state: absent)` },
                    each,
                );
            }
        }
    }

    public leaveOut(
        location: Location,
        { message, suggestion }: Reason,
        { key, value }: { readonly key?: string; readonly value?: string } = {},
    ): void {
        this.#tell({ id: "IMPORT", severity: "error", location, message, suggestion, key, value });
    }

    public loadsModule(name: string, by: Location): void {
        this.#modules.push({ name, by });
    }

    /** A tuning loads the modules of keys that the catalogue has, and no others. */
    public tellModules(): void {
        for (const { name, by } of this.#modules) {
            const keys = this.#assignments
                .map(({ key }) => key)
                .filter(
                    (key) =>
                        modulePrefixes[name]?.some((prefix) => key.startsWith(prefix)) && !parameterOf(key)?.module,
                );
            if (keys.length > 0) {
                const message = `it loads the kernel module ${name}, and a tuning does not: ${[...new Set(keys)].join(", ")} would be missing on the host`;
                this.leaveOut(by, { message, suggestion: "Keep the task, and run it before the tuning" });
            }
        }
    }

    public note(id: string, location: Location, message: string): void {
        this.#tell({ id, severity: "note", location, message });
    }

    /** A file that several plays come to is told of once. */
    #tell(diagnostic: Diagnostic): void {
        this.#told.set(formatDiagnostic(diagnostic), diagnostic);
    }
}
