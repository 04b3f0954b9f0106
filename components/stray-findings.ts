import { suggest } from "../src/suggest";
import { type Finding, finding } from "./argument-findings";

/** How names are told that are none. */
export interface Terms {
    /** What stands before a name. @default nothing */
    readonly path?: string;
    /** What to do about arguments that belong elsewhere. @default none is known */
    readonly elsewhere?: Readonly<Record<string, string>>;
}

/**
 * Names that are no arguments: a slip, or what a variable brings along unseen by the compiler. What they say would be lost in
 * silence.
 */
export function strayFindings(
    args: Readonly<Record<string, unknown>>,
    names: readonly string[],
    { path = "", elsewhere = {} }: Terms = {},
): Finding[] {
    const strays = Object.keys(args).filter((name) => !names.includes(name) && args[name] !== undefined);
    return strays.map((name) => {
        const [meant] = suggest(name.replaceAll("_", ""), names);
        const advice =
            elsewhere[name] ?? (meant === undefined ? `write one of ${names.join(", ")}` : `did you mean ${meant}?`);
        return finding(path + name, `there is no such argument here; ${advice}`);
    });
}
