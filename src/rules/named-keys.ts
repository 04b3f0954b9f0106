import type { Rule } from "./rule";
import { viewOf } from "./view";

/** The keys that a rule asks for by name, which it shows when nothing is set; none for a rule about any key. */
export function keysNamedBy({ check }: Rule): readonly string[] {
    const asked = new Set<string>();
    const nothing = viewOf([]);
    const target = { unlisted: new Set<string>(), foreign: false };
    const recording = {
        ...nothing,
        get: (key: string) => {
            asked.add(key);
            return nothing.get(key);
        },
        numbers: (key: Parameters<typeof nothing.numbers>[0]) => {
            asked.add(key);
            return nothing.numbers(key);
        },
    };
    // Some rules are generators, which look at nothing before they are asked.
    void [...(check?.(recording, target) ?? [])];
    return [...asked];
}
