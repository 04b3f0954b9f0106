import { readDrift, type ToldDrift } from "../drift-words";
import { nameOfUrn, type Preview, type Step, typeOfUrn } from "./engine";

/** A component in a preview, with what its commands and messages say. */
export interface Family {
    readonly name: string;
    /** Absent where a document leaves it out, since it is the same. */
    readonly step?: Step;
    /** Of several steps of one command the last. */
    readonly commands: readonly Step[];
    readonly drifts: readonly ToldDrift[];
}

/** The components of a type, also those of which only their commands or messages are told. */
export function familiesOf({ steps, messages }: Preview, type: string): Family[] {
    const isOne = (urn: string | undefined): urn is string => urn !== undefined && typeOfUrn(urn) === type;
    // One that is replaced is there before and after; the step that ends it has no more of it than what was.
    const lasting = steps.filter(({ urn, op }) => isOne(urn) && op !== "delete-replaced");
    const own = new Map(lasting.map((step) => [step.urn, step]));
    const commands = new Map<string, Map<string, Step>>();
    for (const step of steps.filter(({ urn }) => typeOfUrn(urn).startsWith("command:"))) {
        const parent = step.after?.parent ?? step.before?.parent;
        if (isOne(parent)) {
            commands.set(parent, (commands.get(parent) ?? new Map()).set(step.urn, step));
        }
    }
    const drifts = new Map<string, ToldDrift[]>();
    for (const { urn, text } of messages) {
        const drift = isOne(urn) ? readDrift(text) : undefined;
        if (drift !== undefined) {
            drifts.set(urn!, [...(drifts.get(urn!) ?? []), drift]);
        }
    }
    return [...new Set([...own.keys(), ...commands.keys(), ...drifts.keys()])].map((urn) => ({
        name: nameOfUrn(urn),
        step: own.get(urn),
        commands: [...(commands.get(urn)?.values() ?? [])],
        drifts: drifts.get(urn) ?? [],
    }));
}
