import type { OnOverride } from "./agent/request";

/** Arguments that are one of a few words, the same in a program and in an inventory. */
export const allowedWords = {
    onOverride: ["error", "warn"],
    restore: ["originals", "leave"],
} as const satisfies { readonly onOverride: readonly OnOverride[]; readonly restore: readonly string[] };

/** What becomes of a host when its tuning is deleted. */
export type Restore = (typeof allowedWords.restore)[number];
