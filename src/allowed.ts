import type { OnOverride } from "./agent/request";

/** Arguments that are one of a few words, the same in a program and in an inventory. */
export const allowedWords = {
    onOverride: ["error", "warn"],
    restore: ["originals", "leave"],
} as const satisfies { readonly onOverride: readonly OnOverride[]; readonly restore: readonly Restore[] };

/** What becomes of a host when its tuning is deleted: it gets the originals back, or stays tuned. */
export type Restore = "originals" | "leave";

/** The smallest and the largest limit of a verification that has a meaning: sockets, and seconds up to an hour. */
export const verifyLimits: Readonly<Record<"maxTimeWait" | "settleSeconds", readonly [from: number, to: number]>> = {
    maxTimeWait: [0, 1_000_000_000],
    settleSeconds: [0, 3600],
};
