import { type Parameter, type Scope, usualRange } from "./parameter";

/** Which numbers a parameter takes, in sentences; empty where it takes words. */
export function boundsInWords({ min, max, least, usual }: Parameter): string {
    const sentences = [
        min === undefined ? undefined : `The kernel takes ${min} to ${max}.`,
        least === undefined ? undefined : `Below ${least} it makes no sense and is refused.`,
        usual && `Usual: ${usualRange(usual)}; ${usual.note}.`,
    ];
    return sentences.filter((sentence) => sentence !== undefined).join(" ");
}

/** Whose value it is, in a sentence. */
export function scopeInWords(scope: Scope): string {
    switch (scope.of) {
        case "namespace":
            return `Each network namespace has its own since ${scope.since}.`;
        case "first-namespace":
            return "One for the whole host; containers do not have it.";
        case "first-namespace-writable":
            return "One for the whole host; containers cannot write it.";
        case "host":
            return "One for the whole host, even when a container writes it.";
    }
}

/** What has to be there before the key is; empty where nothing has. */
export function moduleInWords({ module }: Parameter): string {
    return module === undefined ? "" : `Missing until the module ${module} is loaded.`;
}
