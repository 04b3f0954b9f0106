import { bufferRules } from "./buffers";
import { connectionRules } from "./connection";
import { declarationRules, hostRules } from "./elsewhere";
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
];

const byId = new Map(rules.map((rule) => [rule.id, rule]));

export function ruleOf(id: string): Rule | undefined {
    return byId.get(id);
}
