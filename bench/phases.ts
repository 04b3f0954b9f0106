import { changedValues, type Values } from "./parameters";

/** What is measured of each peer, in this order, on the same hosts. */
export const phases = {
    first: { title: "First run", values: (wanted: Values) => wanted },
    again: { title: "Nothing to do", values: (wanted: Values) => wanted },
    change: { title: "One value changed", values: changedValues },
} as const;

export type Phase = keyof typeof phases;

export const phaseNames = Object.keys(phases) as readonly Phase[];
