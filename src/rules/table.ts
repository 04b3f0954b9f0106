import { bufferRules } from "./buffers";
import { connectionRules } from "./connection";
import { declarationRules, fileRules, hostRules } from "./elsewhere";
import { handshakeRules } from "./handshake";
import { keyRules } from "./keys";
import { portRules } from "./ports";
import type { Rule } from "./rule";
import { systemRules } from "./system";
import { timeWaitRules } from "./time-wait";
import { valueRules } from "./values";

/** Every rule there is, those checked on the host or while resolving included. */
export const rules: readonly Rule[] = [
    ...keyRules,
    ...valueRules,
    ...timeWaitRules,
    ...handshakeRules,
    ...portRules,
    ...bufferRules,
    ...connectionRules,
    ...systemRules,
    ...hostRules,
    ...declarationRules,
    ...fileRules,
];

const byId = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
    return byId.get(id);
}

const places: readonly (readonly [rules: readonly Rule[], place: string])[] = [
    [hostRules, "on the host, by its agent: `tcp-tuning check` knows no host"],
    [declarationRules, "where a tuning is declared: in a program or an inventory"],
    [fileRules, "where a file is read"],
];

/** Where a rule is checked that looks at no settings by themselves. */
export function placeOf(rule: Rule): string | undefined {
    return places.find(([those]) => those.includes(rule))?.[1];
}
