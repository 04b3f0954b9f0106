/*
 * A failed command keeps its former inputs in the state: a program that goes back to them would find nothing to do, with half
 * of the hosts changed. So before a roll-out begins its plan is stored, with a token of its own, and the token of the one before.
 */

/** What the last plan left. */
export interface Plan {
    readonly token: string;
    /** Of the plan before. @default this one is the first */
    readonly previous?: string;
}

/** What runs a plan's command: a new token for each request, and the one before. */
export const planner: readonly string[] = [
    "node",
    "-e",
    'require("fs").readFileSync(0);e=process.env.PULUMI_COMMAND_STDOUT;' +
        'console.log(JSON.stringify({schema:1,verb:"plan",token:require("crypto").randomBytes(6).toString("hex"),' +
        "previous:e?JSON.parse(e).token:undefined}))",
];

/** Reads what a plan has printed; undefined for any other text. */
export function parsePlan(text: string): Plan | undefined {
    try {
        const { schema, verb, token, previous } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        if (schema !== 1 || verb !== "plan" || typeof token !== "string") {
            return undefined;
        }
        return { token, ...(typeof previous === "string" && { previous }) };
    } catch {
        return undefined;
    }
}
