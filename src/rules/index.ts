export { acceptFor, applyAccept, isAcceptable } from "./accept";
export { type CheckOptions, checkSettings } from "./check";
export { HANDLED_BY_AGENT } from "./elsewhere";
export { parseKernel } from "./kernel";
export { keysNamedBy } from "./named-keys";
export type { CheckTarget, Finding, Rule, Target } from "./rule";
export { placeOf, ruleOf, rules } from "./table";
export { defaultTimeWaitCap } from "./time-wait";
