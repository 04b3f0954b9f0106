import { type Bound, bounds } from "./bound";
import type { Fact } from "./fact";
import type { Amount, ParameterValue } from "./setting";

/** What `describeValue` put in words: `at least 4096`, `1024 per CPU, at most 65535`, `4096 131072 (1% of memory)`. */
export function parseSetting(words: string): ParameterValue {
    const bound = (Object.keys(bounds) as Bound[]).find((name) => words.startsWith(`${bounds[name].words} `));
    if (bound === undefined) {
        return parseAmount(words);
    }
    const amount = parseAmount(words.slice(bounds[bound].words.length + 1));
    return bound === "atLeast" ? { atLeast: amount } : { atMost: amount };
}

const FACT = /^([\d.]+)(% of memory| per CPU)(?:, at least (\d+))?(?:, at most (\d+))?$/;

function parseAmount(words: string): Amount {
    const whole = parseFact(words);
    if (whole !== undefined) {
        return whole;
    }
    const elements = words.match(/\([^)]*\)|\S+/g) ?? [];
    const facts = elements.map((element) => parseFact(element.replace(/^\((.*)\)$/, "$1")));
    return facts.every((fact) => fact === undefined)
        ? words
        : elements.map((element, index) => facts[index] ?? Number(element));
}

function parseFact(words: string): Fact | undefined {
    const [, factor, unit, min, max] = FACT.exec(words) ?? [];
    const limits = { ...(min && { min: Number(min) }), ...(max && { max: Number(max) }) };
    return factor === undefined
        ? undefined
        : unit === " per CPU"
          ? { perCpu: Number(factor), ...limits }
          : { shareOfMemory: Number((Number(factor) / 100).toFixed(6)), ...limits };
}
