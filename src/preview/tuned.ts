import type { ToldDrift } from "../drift-words";
import { type HostReport, parseReport } from "../report";
import { TUNING, type TuningInputs } from "../tuning-inputs";
import { nameOfUrn, type Preview, type ResourceState, type Step } from "./engine";
import { type Family, familiesOf } from "./family";

/** What a preview says of the tuning of one host. */
export interface Tuned {
    readonly host: string;
    readonly before?: TuningInputs;
    readonly after?: TuningInputs;
    /** Why nothing of it is there yet. @default tuned by the last `up` */
    readonly arrival?: Arrival;
    /** What becomes of a host that leaves the program. @default it stays in it */
    readonly leaves?: "restored" | "tuned";
    /** True where a host that moved leaves its former one tuned. */
    readonly isFormerLeft?: boolean;
    /** True where it is applied, also where no value changes. */
    readonly isApplied: boolean;
    /** What the last verification found. */
    readonly report?: HostReport;
    /** Absent where the host is in step, or nobody looked. */
    readonly drift?: ToldDrift;
}

export type Arrival = "new host" | "moved to another host" | "no roll-out has reached it yet";

/** One of each `TcpTuning`. */
export function tuningsOf(preview: Preview): Tuned[] {
    return familiesOf(preview, TUNING).map(tunedOf);
}

function tunedOf({ name, step, commands, drifts }: Family): Tuned {
    const command = (verb: string) => commands.find(({ urn }) => nameOfUrn(urn) === `${name}-${verb}`);
    const [apply, verify] = [command("apply"), command("verify")];
    return {
        host: name,
        before: inputsOf(step?.before),
        after: inputsOf(step?.after),
        arrival: step?.op === "create" ? "new host" : isReplaced(apply) ? "moved to another host" : undefined,
        leaves: step?.op === "delete" ? (step.before?.retainOnDelete ? "tuned" : leftAs(apply)) : undefined,
        isApplied: apply?.op === "update",
        report: readPrinted(verify?.before?.outputs?.["stdout"]),
        drift: drifts.at(-1),
    };
}

function inputsOf(state: ResourceState | undefined): TuningInputs | undefined {
    return state?.inputs as TuningInputs | undefined;
}

/** It restores the former host, and finds nothing of its own on the new one. */
function isReplaced(restoring: Step | undefined): boolean {
    return restoring !== undefined && /replace/.test(restoring.op);
}

/** What a command does to its host when it is deleted. */
function leftAs(restoring: Step | undefined): "restored" | "tuned" {
    const { inputs, retainOnDelete } = restoring?.before ?? {};
    return inputs?.["delete"] !== undefined && retainOnDelete !== true ? "restored" : "tuned";
}

/** The report that an agent printed; undefined for any other text, also for a secret and for what is not known yet. */
export function readPrinted(text: unknown): HostReport | undefined {
    try {
        return typeof text === "string" ? parseReport(text) : undefined;
    } catch {
        return undefined;
    }
}
