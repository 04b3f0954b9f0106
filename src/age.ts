import { thousands } from "./counted";

const UNITS = [
    ["days", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
] as const;
/** Clocks of hosts are off by that much without anybody noticing, in seconds. */
const SKEW = 60;

/** `2 days ago`, in whole units of the largest that fits; `in 3 h, by its clock` where a host's clock is ahead. */
export function ago(time: string, now: Date): string {
    const seconds = Math.trunc((now.getTime() - Date.parse(time)) / 1000);
    return seconds < -SKEW ? `in ${span(-seconds)}, by its clock` : `${span(Math.max(0, seconds))} ago`;
}

function span(seconds: number): string {
    const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? UNITS[3];
    const count = Math.floor(seconds / length);
    return `${thousands(count)} ${count === 1 ? unit.replace("days", "day") : unit}`;
}

/** `2026-11-26 03:00` of an ISO 8601 time in UTC. */
export function minuteOf(time: string): string {
    return time.slice(0, 16).replace("T", " ");
}
