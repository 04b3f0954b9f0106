import type { Plugin } from "esbuild";

/** Files of a bundle, and what stands there instead. */
export type Replacements = readonly (readonly [RegExp, string])[];

/** A plugin that puts other text in the place of what a bundle does not need. */
export function replacing(replacements: Replacements): Plugin {
    return {
        name: "replacing",
        setup: ({ onLoad }) => replacements.forEach(([filter, contents]) => onLoad({ filter }, () => ({ contents }))),
    };
}
