import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import type { Target } from "../rules";
import type { Assignment } from "../sysctl-file";
import { type ImportedTuning, type Judgement, judge } from "./judge";
import type { HostAssignment } from "./sources";

/** What assignments come to, for all hosts, groups and single hosts. */
export interface Tunings {
    /** By `all`, group or host, in the order in which they were come to. */
    readonly tunings: Readonly<Record<string, ImportedTuning | false>>;
    readonly taken: readonly Assignment[];
    readonly leftOut: readonly Diagnostic[];
    readonly warnings: readonly Diagnostic[];
    readonly notes: readonly Diagnostic[];
}

/** Judges the assignments of each group beside those of `all`, as the inventory will merge them. */
export function judgeEach(assignments: readonly HostAssignment[], target?: Target): Tunings {
    const names = [...new Set(["all", ...assignments.map(({ hosts }) => hosts)])];
    const ofAll = judge(of("all", assignments), target, {
        merged: names.length > 1 && of("all", assignments).length > 0,
    });
    const judged = names.map((name) => ({
        name,
        ...(name === "all" ? ofAll : judgeGroup(name, assignments, ofAll, target)),
    }));
    return {
        tunings: Object.fromEntries(
            judged.flatMap(({ name, tuning }) => (tuning === undefined ? [] : [[name, tuning]])),
        ),
        taken: judged.flatMap(({ taken }) => taken),
        leftOut: unique(judged.flatMap(({ leftOut }) => leftOut)),
        warnings: unique(judged.flatMap(({ tuning, warnings }) => (tuning === false ? [] : warnings))),
        notes: unique(judged.flatMap(({ notes }) => notes)),
    };
}

/** A line that several groups get is told of once. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    return [...new Map(diagnostics.map((each) => [formatDiagnostic(each), each])).values()];
}

function of(name: string, assignments: readonly HostAssignment[]): HostAssignment[] {
    return assignments.filter(({ hosts }) => hosts === name);
}

/** What a later play sets for all hosts counts for those of the group as well. */
function judgeGroup(
    name: string,
    assignments: readonly HostAssignment[],
    { taken: above }: Judgement,
    target: Target | undefined,
): Judgement {
    const replacing = (own: HostAssignment) =>
        assignments.findLast(
            ({ hosts, key }, index) => hosts === "all" && key === own.key && index > assignments.indexOf(own),
        );
    const own = of(name, assignments).map((each) => ({ each, later: replacing(each) }));
    const counting = own.filter(({ later }) => later === undefined).map(({ each }) => each);
    const judgement = judge(counting, target, { above, merged: above.length > 0 });
    const inherited = new Set(
        above.filter(({ key }) => !counting.some((each) => each.key === key)).map(({ key }) => key),
    );
    return {
        ...judgement,
        leftOut: judgement.leftOut.map((each) =>
            inherited.has(each.key ?? "") ? { ...each, message: `for the hosts of ${name}: ${each.message}` } : each,
        ),
        notes: [...judgement.notes, ...own.flatMap(({ each, later }) => (later ? [replacedForAll(each, later)] : []))],
    };
}

function replacedForAll({ key, value, location }: Assignment, later: Assignment): Diagnostic {
    const { file, line } = later.location;
    const message = `${file}:${line} sets it again for all hosts, to ${later.value}, and that counts`;
    return { id: "KEY-DUP", severity: "note", key, value, location, message };
}
