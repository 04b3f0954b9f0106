import { formatDiagnostic } from "../diagnostic";
import { describeDrift } from "../drift-words";
import type { Look } from "../look";
import type { RuleWarning } from "./rule-warnings";

/** ANSI colours: green, yellow, red. */
const colours: Readonly<Record<Look["state"], number>> = { "as wanted": 32, differs: 33, "not seen": 31 };

export interface LookCounts {
    readonly asWanted: number;
    readonly differ: number;
    readonly notSeen: number;
}

export function countLooks(looks: readonly Look[]): LookCounts {
    const count = (wanted: Look["state"]) => looks.filter(({ state }) => state === wanted).length;
    return { asWanted: count("as wanted"), differ: count("differs"), notSeen: count("not seen") };
}

/** One paragraph a host, and a last line that counts them. */
export function formatLooks(looks: readonly Look[], colour: boolean): string {
    const { asWanted, differ, notSeen } = countLooks(looks);
    const hosts = looks.map((look) => formatLook(look, colour)).join("");
    return `${hosts}${asWanted} as wanted, ${differ} not, ${notSeen} could not be looked at\n`;
}

function formatLook(look: Look, colour: boolean): string {
    const { host, state } = look;
    const heading = state === "not seen" ? `could not be looked at: ${indented(look.reason).trimStart()}` : state;
    const details = state === "not seen" ? "" : describeLook(look);
    const shown = colour ? `\u001b[1;${colours[state]}m${heading}\u001b[0m` : heading;
    return `${host}: ${shown}\n${details === "" ? "" : `${indented(details)}\n`}`;
}

/** The differences, then what an apply would refuse or tell, under the ids of the rules. */
function describeLook({ seen, findings }: Extract<Look, { seen: unknown }>): string {
    return [
        describeDrift(seen),
        ...seen.refusals.map((text) => `error ${text}`),
        ...seen.cautions.map((text) => `warning ${text}`),
        ...findings.filter(({ accepted }) => accepted === undefined).map(formatDiagnostic),
    ]
        .filter((text) => text !== "")
        .join("\n");
}

function indented(text: string): string {
    return text.replace(/^/gm, "    ");
}

/**
 * `keys`, `drift`, `refusals` and `cautions` are as in an observation, `findings` what the rules say beside; a host that was
 * not seen has a `reason` instead. `warnings` need no look.
 */
export function looksAsJson(looks: readonly Look[], warnings: readonly RuleWarning[]): string {
    const hosts = looks.map((look) => {
        if (look.state === "not seen") {
            return look;
        }
        const {
            host,
            state,
            findings,
            seen: { name, ...seen },
        } = look;
        return { host, state, name: name || undefined, ...seen, findings };
    });
    return `${JSON.stringify({ hosts, counts: countLooks(looks), warnings }, undefined, 2)}\n`;
}
