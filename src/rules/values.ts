import { bounds } from "../bound";
import { type Kind, type Parameter, parameterOf, usualRange } from "../catalogue";
import type { Unit } from "../catalogue/parameter";
import { foldBlanks, isSafeValue } from "../catalogue/syntax";
import { arityOf, elementsOf, isDecimal, numbersOf, parsePorts } from "../catalogue/value";
import { quote } from "../diagnostic";
import { isFactElement, isOfMemory, limitsOf } from "../fact";
import type { Setting } from "../setting";
import type { Finding, Rule } from "./rule";
import type { ListedSetting, SettingsView } from "./view";

/** Rules that report a key's values outside the kernel's bounds themselves. */
const BOUNDED_BY_OWN_RULE: ReadonlySet<string> = new Set(["net.ipv4.tcp_ecn"]);

/** Has a value the right form, and is every number in it possible and sensible? */
export const valueRules: readonly Rule[] = [
    {
        id: "BOUND-KIND",
        severity: "error",
        title: "Only numbers of the catalogue that mean more or less of something can have a bound.",
        check: (view, target) => boundsOfOthers(view, target.unlisted),
    },
    {
        id: "FACT-KIND",
        severity: "error",
        title: "Only numbers of the catalogue can be computed by the host, and shares of RAM only for bytes and pages.",
        check: factsOfOthers,
    },
    {
        id: "VAL-FORMAT",
        severity: "error",
        title: "Numbers are plain decimals, words are plain words; nothing that ends a line or that a shell reads.",
        check: ({ all, listed }, target) => [
            ...listed.filter(({ setting, parameter }) => !isRefusedAsWhole(setting, parameter)).flatMap(malformedValue),
            ...all
                .filter(({ key, computed }) => target.unlisted.has(key) && !parameterOf(key) && !computed)
                .filter(({ value }) => !isSafeValue(foldBlanks(value)))
                .map((setting) => ({ at: setting, message: unsafeMessage(setting.value), suggestion: PLAIN_WORDS })),
        ],
    },
    {
        id: "VAL-ARITY",
        severity: "error",
        title: "A value has exactly as many numbers as the parameter; the kernel silently takes fewer or drops more.",
        check: ({ listed }) => listed.flatMap(wrongArity),
    },
    {
        id: "VAL-RANGE",
        severity: "error",
        title: "The kernel refuses numbers outside the parameter's bounds.",
        check: (view) => eachNumber(view, outOfRange),
    },
    {
        id: "VAL-ENUM",
        severity: "error",
        title: "The number has no meaning, although the kernel takes it.",
        check: (view) => eachNumber(view, meaningless),
    },
    {
        id: "VAL-NEGATIVE",
        severity: "error",
        title: "The kernel takes zero or a negative number where only a positive one makes sense.",
        check: (view) => eachNumber(view, tooSmall),
    },
    {
        id: "VAL-UNUSUAL",
        severity: "warning",
        title: "The number is possible, but outside what makes sense on a server.",
        check: (view) => eachNumber(view, unusual),
    },
    {
        id: "PORTLIST",
        severity: "error",
        title: "A port list is ports and ranges joined by commas, without blanks.",
        check: ({ listed }) =>
            listed
                .filter(({ setting, parameter }) => parameter.kind === "ports" && !isRefusedAsWhole(setting, parameter))
                .flatMap(badPortList),
    },
];

/** Of which a larger number is more of the same. */
const BOUNDED: ReadonlySet<Kind> = new Set(["integer", "triple"]);

function boundsOfOthers({ all, listed }: SettingsView, unlisted: ReadonlySet<string>): readonly Finding[] {
    const finding = (at: Setting, why: string) =>
        at.bound === undefined
            ? []
            : [
                  {
                      at,
                      message: `${why}, so nobody can say what "${bounds[at.bound].words}" means here`,
                      suggestion: "Write a plain value",
                  },
              ];
    return [
        ...listed
            .filter(({ parameter }) => !BOUNDED.has(parameter.kind))
            .flatMap(({ setting, parameter }) => finding(setting, kindOf(parameter))),
        ...all
            .filter(({ key }) => unlisted.has(key) && !parameterOf(key))
            .flatMap((setting) => finding(setting, "the key is outside the catalogue")),
    ];
}

function factsOfOthers({ all }: SettingsView): readonly Finding[] {
    return all
        .filter(({ computed }) => computed)
        .flatMap((setting) => {
            const parameter = parameterOf(setting.key);
            const ofMemory = elementsOf(setting.value).some(isOfMemory);
            const finding = (why: string, suggestion = "Write a plain value") => [
                { at: setting, message: `${why}, so the host cannot compute it`, suggestion },
            ];
            if (parameter === undefined) {
                return finding("the key is outside the catalogue and its bounds are not known");
            }
            if (!BOUNDED.has(parameter.kind)) {
                return finding(kindOf(parameter));
            }
            return !ofMemory || MEMORY_UNITS.has(parameter.unit)
                ? []
                : finding(`its unit is ${parameter.unit}, not bytes or pages`, "Write a number, or perCpu");
        });
}

/** Words that are a bound or a fact: BOUND-KIND or FACT-KIND says so, and what stands in it is no mistake of its own. */
function isRefusedAsWhole({ bound, computed }: Setting, parameter: Parameter): boolean {
    return arityOf(parameter) === undefined && (bound !== undefined || computed === true);
}

const MEMORY_UNITS: ReadonlySet<string> = new Set(["bytes", "pages"]);

const KIND_NAMES: Partial<Record<Kind, string>> = { ports: "list of ports", pair: "pair of numbers" };

function kindOf({ kind }: Parameter): string {
    return `the parameter is a ${KIND_NAMES[kind] ?? kind}`;
}

const PLAIN_WORDS = "Use letters, digits and . , : _ / - with single blanks between words";
const HEXADECIMAL = /^0x[0-9a-f]{1,12}$/i;
const PLAIN_NAME = /^[a-z][a-z0-9_-]{0,14}$/;

/** Line breaks, carriage returns, NUL, quotes and shell characters all fail here, whatever the kind. */
function malformedValue({ setting, parameter }: ListedSetting): readonly Finding[] {
    const text = foldBlanks(setting.value);
    if (parameter.kind === "ports") {
        return [];
    }
    if (parameter.kind === "name") {
        return PLAIN_NAME.test(text)
            ? []
            : [
                  {
                      at: setting,
                      message: isSafeValue(text)
                          ? "this is not the name of an algorithm: those are lower-case words of at most 15 characters"
                          : unsafeMessage(text),
                      suggestion: "Write the name alone, such as cubic",
                  },
              ];
    }
    const wrong = elementsOf(text).find((element) => !isNumber(element, setting));
    return wrong === undefined
        ? []
        : [{ at: setting, message: numberMessage(wrong), suggestion: numberSuggestion(wrong, parameter) }];
}

/** A decimal, or what the host makes one of. */
function isNumber(element: string, { computed }: Setting): boolean {
    return isDecimal(element) || (computed === true && isFactElement(element));
}

function unsafeMessage(text: string): string {
    if (text === "") {
        return "the value is empty";
    }
    return /[\r\n]/.test(text)
        ? "the value has a line break in it and would write a line of its own"
        : "the value has characters in it that a sysctl.d file or a shell could take for something else";
}

function numberMessage(element: string): string {
    if (/^-?0[0-7]+$/.test(element)) {
        return `${element} would be read as octal: the kernel would store ${parseInt(element, 8)}`;
    }
    if (/^-?0[0-9]+$/.test(element)) {
        return `${element} would be read as octal, which it is not, and the kernel would refuse it`;
    }
    if (/^-?[1-9][0-9]*$/.test(element)) {
        return `${element} is larger than any number that a parameter takes`;
    }
    if (HEXADECIMAL.test(element)) {
        return `${element} is hexadecimal: the kernel would read it back as ${Number(element)}`;
    }
    return isSafeValue(element)
        ? `${element} is not a plain decimal number`
        : `${quote(element)} is not a number, and ${unsafeMessage(element)}`;
}

function numberSuggestion(element: string, { unit }: Parameter): string {
    if (/^[#;]/.test(element)) {
        return "Put the remark on a line of its own: here it would be a part of the value";
    }
    const meant = HEXADECIMAL.test(element) ? Number(element) : inUnit(element, unit);
    return meant === undefined
        ? "Write plain decimal numbers with blanks between, without plus sign, unit, quotes or leading zeros"
        : `Write ${meant}`;
}

/** What a letter behind a number stands for, by the parameter's unit. */
const letters: Readonly<Partial<Record<Unit, Readonly<Record<string, number>>>>> = {
    bytes: { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 },
    seconds: { s: 1, m: 60, h: 3600, d: 86_400 },
};

/** `16M` as a number of bytes, `1h` as one of seconds. */
function inUnit(element: string, unit: Unit): number | undefined {
    const [, number, letter = ""] = /^(\d{1,9})([a-z])(?:i?b)?$/i.exec(element) ?? [];
    const factor = letters[unit]?.[letter.toLowerCase()];
    return factor === undefined ? undefined : Number(number) * factor;
}

function wrongArity({ setting, parameter }: ListedSetting): readonly Finding[] {
    const wanted = arityOf(parameter);
    const elements = elementsOf(setting.value);
    if (
        wanted === undefined ||
        elements.length === wanted ||
        !elements.every((element) => isNumber(element, setting))
    ) {
        return [];
    }
    return [
        {
            at: setting,
            message:
                `it takes ${numbers(wanted)} and received ${elements.length === 0 ? "none" : elements.length}; ` +
                `the kernel would ${elements.length < wanted ? "leave the rest as it is" : "drop the rest"}`,
            suggestion: `Write ${numbers(wanted)} (${parameter.unit}); the default is ${parameter.default}`,
        },
    ];
}

function numbers(count: number): string {
    return count === 1 ? "one number" : `${count === 2 ? "two" : "three"} numbers`;
}

/** Reports the first number of each well-formed value that a check has something against. */
function eachNumber(
    { listed }: SettingsView,
    check: (number: bigint, entry: ListedSetting, words: string) => Omit<Finding, "at"> | undefined,
): readonly Finding[] {
    return listed.flatMap((entry) => {
        for (const [number, words] of numbersIn(entry)) {
            const finding = check(number, entry, words);
            if (finding) {
                return [{ at: entry.setting, ...finding }];
            }
        }
        return [];
    });
}

/** The numbers of a well-formed value, the limits of its facts among them, with what a message calls them. */
function numbersIn({ setting, parameter }: ListedSetting): readonly (readonly [number: bigint, words: string])[] {
    if (!setting.computed) {
        return (numbersOf(parameter, setting.value) ?? []).map((number) => [number, `${number}`]);
    }
    const elements = elementsOf(setting.value);
    return elements.length !== arityOf(parameter) || !BOUNDED.has(parameter.kind)
        ? []
        : elements.flatMap((element) =>
              isDecimal(element)
                  ? [[BigInt(element), element] as const]
                  : limitsOf(element).map((limit) => [limit, `the limit ${limit}`] as const),
          );
}

function isOutOfRange(number: bigint, { min, max }: Parameter): boolean {
    return (min !== undefined && number < BigInt(min)) || (max !== undefined && number > BigInt(max));
}

function outOfRange(
    number: bigint,
    { setting, parameter }: ListedSetting,
    words: string,
): Omit<Finding, "at"> | undefined {
    if (!isOutOfRange(number, parameter) || BOUNDED_BY_OWN_RULE.has(setting.key)) {
        return undefined;
    }
    const from = parameter.least ?? parameter.min;
    return {
        message: `${words} is outside ${parameter.min}..${parameter.max}, and the kernel refuses it (EINVAL)`,
        suggestion:
            parameter.choices && parameter.kind === "choice"
                ? listChoices(parameter)
                : `Write a value from ${from} to ${parameter.max} (${parameter.unit}); the default is ${parameter.default}`,
    };
}

function meaningless(
    number: bigint,
    { setting, parameter }: ListedSetting,
    words: string,
): Omit<Finding, "at"> | undefined {
    if (isOutOfRange(number, parameter) || BOUNDED_BY_OWN_RULE.has(setting.key)) {
        return undefined;
    }
    const message = `${words} has no meaning, although the kernel takes it`;
    if (parameter.kind === "flag" && number !== 0n && number !== 1n) {
        return { message, suggestion: "Write 1 for on, 0 for off" };
    }
    if (parameter.kind === "choice" && !Object.hasOwn(parameter.choices ?? {}, String(number))) {
        return { message, suggestion: listChoices(parameter) };
    }
    return undefined;
}

function listChoices({ choices = {} }: Parameter): string {
    return `Write ${Object.entries(choices)
        .map(([value, meaning]) => `${value} (${meaning})`)
        .join(", ")}`;
}

function tooSmall(number: bigint, { parameter }: ListedSetting, words: string): Omit<Finding, "at"> | undefined {
    const { least } = parameter;
    return least === undefined || number >= BigInt(least) || isOutOfRange(number, parameter)
        ? undefined
        : {
              message: `${words} makes no sense here, although the kernel takes it`,
              suggestion: `Write at least ${least} (${parameter.unit}); the default is ${parameter.default}`,
          };
}

function unusual(number: bigint, { parameter }: ListedSetting, words: string): Omit<Finding, "at"> | undefined {
    const { usual, least } = parameter;
    if (!usual || isOutOfRange(number, parameter) || (least !== undefined && number < BigInt(least))) {
        return undefined;
    }
    const side =
        usual.from !== undefined && number < usual.from
            ? `below ${usual.from}`
            : usual.to !== undefined && number > usual.to
              ? `above ${usual.to}`
              : undefined;
    return side === undefined
        ? undefined
        : {
              message: `${words} is ${side}: ${usual.note}`,
              suggestion: `Write ${usualRange(usual)} (${parameter.unit}), or accept VAL-UNUSUAL with a reason`,
          };
}

function badPortList({ setting }: ListedSetting): readonly Finding[] {
    const problem = parsePorts(foldBlanks(setting.value));
    return typeof problem !== "string"
        ? []
        : [
              {
                  at: setting,
                  message: `${problem}, and the kernel takes a list whole or not at all`,
                  suggestion:
                      setting.value.trim() === ""
                          ? "Leave the key out, or write 0, a port that is never given out"
                          : "Write ports and ranges with commas and no blanks, as in 8080-8081,9000",
              },
          ];
}
