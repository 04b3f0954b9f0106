import { boundsInWords, moduleInWords, scopeInWords } from "./catalogue/words";
import type { ParameterExplanation } from "./explain";

/** What is told under one title. */
export type Row = readonly [title: string, ...paragraphs: string[]];

/** All that is known of a parameter, in the words of `tcp-tuning explain` and of the parameter reference. */
export function parameterRows({ parameter, rules, profiles, deviation }: ParameterExplanation): readonly Row[] {
    const { kind, unit, choices = {}, introduced, backported, ignoredSince, removed, scope, interactions } = parameter;
    const kernels = [
        `${introduced} or newer${backported === undefined ? "" : `, stable releases of ${backported} too`}.`,
        removed === undefined ? "" : `Removed in ${removed}.`,
        ignoredSince === undefined ? "" : `Ignored since ${ignoredSince}.`,
        scopeInWords(scope),
        moduleInWords(parameter),
    ];
    return [
        ["effect", parameter.effect],
        [
            "value",
            `${kind === unit ? kind : `${kind}, ${unit}`}. ${boundsInWords(parameter)}`,
            ...Object.entries(choices).map(([value, meaning]) => `${value}: ${meaning}`),
        ],
        ["default", parameter.default],
        ["kernels", kernels.filter((sentence) => sentence !== "").join(" ")],
        ["risk", parameter.risk],
        ["goes with", ...interactions.map((other) => `${other.with}: ${other.rule}`)],
        ["rules", ...rules.map(({ id, severity, title }) => `${id} (${severity}): ${title}`)],
        ["profiles", ...profiles.map(({ profile, value }) => `${profile}: ${value}`)],
        ["published", ...(deviation ? [`${deviation.published}; ours: ${deviation.ours}. ${deviation.why}`] : [])],
        ["source", parameter.source.join("; ")],
    ];
}
