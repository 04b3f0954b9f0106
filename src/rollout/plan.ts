/*
 * A failed command keeps its former inputs in the state: a program that goes back to them would find nothing to do, with half
 * of the hosts changed. So before a roll-out begins its plan is stored, with a token of its own, and the token of the one before.
 */

/** What the last plan left. */
export interface Plan {
    readonly token: string;
    /** Of the plan before. @default this one is the first */
    readonly previous?: string;
    /** The hosts that are to be restored when they leave, sealed. */
    readonly members: string;
}

/** Reads what a plan has printed; undefined for any other text. */
export function parsePlan(text: string): Plan | undefined {
    try {
        const { schema, verb, token, previous, members } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        if (schema !== 1 || verb !== "plan" || typeof token !== "string" || typeof members !== "string") {
            return undefined;
        }
        return { token, members, ...(typeof previous === "string" && { previous }) };
    } catch {
        return undefined;
    }
}

/** As {@link parsePlan} reads it. */
export function planText(plan: Plan): string {
    return JSON.stringify({ schema: 1, verb: "plan", ...plan });
}
