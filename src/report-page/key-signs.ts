import type { KeyStatus } from "../report";

/** What a status looks like in the matrix, without colour. */
export const keySigns: Readonly<Record<KeyStatus, string>> = {
    applied: "✓",
    unchanged: "=",
    kept: "≥",
    overridden: "!",
    failed: "✗",
    missing: "–",
    otherNamespace: "○",
};
