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

/** What was found in playbooks, in the order in which Ansible would come to it. */
export class Findings {
    readonly #assignments: PlacedAssignment[] = [];
    readonly #told = new Map<string, Diagnostic>();

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

    /** Takes assignments back that a later task takes out of the file they were written to. */
    public takeBack(
        { key, hosts, writtenTo }: Pick<PlacedAssignment, "key" | "hosts" | "writtenTo">,
        by: Location,
    ): void {
        for (let index = this.#assignments.length - 1; index >= 0; index--) {
            const each = this.#assignments[index]!;
            if (each.key === key && each.writtenTo === writtenTo && [each.hosts, "all"].includes(hosts)) {
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

    public note(id: string, location: Location, message: string): void {
        this.#tell({ id, severity: "note", location, message });
    }

    /** A file that several plays come to is told of once. */
    #tell(diagnostic: Diagnostic): void {
        this.#told.set(formatDiagnostic(diagnostic), diagnostic);
    }
}
