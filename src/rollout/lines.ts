import { plural } from "../counted";
import { printable } from "../diagnostic";
import { type Failure, isFailure, type Outcome } from "./outcome";
import type { Progress } from "./roll-out";

/** `wave 2: 13 of 40 hosts done, 1 failed, 26 waiting, about 12 s left` */
export function progressLine({ wave, outcomes, waiting }: Progress, elapsedSeconds: number): string {
    const failed = outcomes.filter(isFailure).length;
    const parts = [
        `${outcomes.length - failed} of ${plural(outcomes.length + waiting.length, "host")} done`,
        ...(failed > 0 ? [`${failed} failed`] : []),
        ...(waiting.length > 0 ? [`${waiting.length} waiting`] : []),
        ...(outcomes.length > 0 && waiting.length > 0
            ? [timeLeft(outcomes.length, waiting.length, elapsedSeconds)]
            : []),
    ];
    return `wave ${wave}: ${parts.join(", ")}`;
}

/** What is waited for while nothing else happens; nothing where that is not so. */
export function waitLine({ wave, pauseSeconds, waiting }: Progress, soakSeconds: number, isNewWave: boolean): string[] {
    if (pauseSeconds !== undefined) {
        return [
            `wave ${wave} is over; the next begins in ${pauseSeconds} s, with ${plural(waiting.length, "host")} waiting`,
        ];
    }
    return isNewWave && soakSeconds > 0
        ? [`wave ${wave}: values soak for ${soakSeconds} s before they are confirmed`]
        : [];
}

/** As fast as until now. */
function timeLeft(ended: number, waiting: number, elapsedSeconds: number): string {
    const seconds = Math.ceil((elapsedSeconds / ended) * waiting);
    return `about ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`;
}

/** What went wrong on one host, on one line. */
export function failureLine({ host, reason }: Failure): string {
    return printable(`${host} failed: ${reason}`);
}

/** What has become of every host, for who has to know at 3 a.m. which are which. */
export function summaryLines({ outcomes, waiting, isStopped, wave }: Progress, maxFailures: number): string[] {
    const failed = outcomes.filter(isFailure);
    const named = (state: Outcome["state"]) => outcomes.filter((each) => each.state === state).map(({ host }) => host);
    const [tuned, wanted] = [named("tuned"), named("as wanted")];
    if (failed.length === 0) {
        return [`${plural(outcomes.length, "host")}: ${tuned.length} tuned, ${wanted.length} as wanted already`];
    }
    return [
        isStopped && waiting.length > 0
            ? `stopped after wave ${wave}: ${plural(failed.length, "host")} failed, and maxFailures is ${maxFailures}`
            : `${failed.length} of ${plural(outcomes.length, "host")} failed`,
        ...group("failed, why is said above", named("failed")),
        ...group("tuned", tuned),
        ...group("as wanted already", wanted),
        ...group("untouched", waiting),
        "pulumi up goes on from there",
    ];
}

function group(words: string, hosts: readonly string[]): string[] {
    return hosts.length === 0 ? [] : [`  ${hosts.length} ${words}: ${hosts.join(" ")}`];
}
