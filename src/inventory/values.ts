import { type Bound, boundAround, bounds } from "../bound";
import { quote } from "../diagnostic";
import { type Fact, factProblem } from "../fact";
import type { Amount, ParameterValue } from "../setting";
import { suggest } from "../suggest";
import type { Problems } from "./problems";
import type { Entries, MappingNode, Node, ScalarNode, SequenceNode } from "./yaml";

/**
 * Reads what a variable holds as one type. Each method reports a value of another type and then returns undefined;
 * `name` is what the message calls it.
 */
export class ValueReader {
    public constructor(public readonly problems: Problems) {}

    /**
     * Text that is secret and does not belong into an inventory.
     *
     * @param instead What to do where it cannot be read.
     */
    public secret(node: Node, name: string, instead: string): string | undefined {
        if (node.kind === "unusable") {
            this.problems.add(node.location, `${name} ${node.reason}, and cannot be read here`, instead);
            return undefined;
        }
        return this.text(node, name, `${name} in quotes`);
    }

    public text(node: Node, name: string, example: string): string | undefined {
        if (node.kind === "scalar" && node.value !== null && typeof node.value !== "boolean" && node.text !== "") {
            return typeof node.value === "string" ? node.value : node.text;
        }
        return this.#refuse(node, name, "text", example);
    }

    /** One of a few words for a field of `tcp_tuning`. */
    public word<T extends string>(node: Node, field: string, words: readonly T[]): T | undefined {
        const text = node.kind === "scalar" ? node.text : "";
        const near = suggest(text, words);
        const examples = (near.length > 0 ? near : words).map((word) => `${field}: ${word}`);
        return (
            words.find((word) => word === text) ??
            this.#refuse(node, `tcp_tuning.${field}`, words.join(" or "), examples.join(" or "))
        );
    }

    /** Ansible's truth values; a quoted "yes" is as good as a plain one. */
    public flag(node: Node, name: string): boolean | undefined {
        const text = node.kind === "scalar" ? String(node.value).toLowerCase() : "";
        if (/^(true|yes|on|y|t|1)$/.test(text)) {
            return true;
        }
        return /^(false|no|off|n|f|0)$/.test(text) ? false : this.#refuse(node, name, "true or false", `${name}: true`);
    }

    public integer(node: Node, name: string, from: number, to: number, example = from): number | undefined {
        const value = node.kind === "scalar" && /^\d+$/.test(node.text) ? Number(node.text) : NaN;
        return value >= from && value <= to
            ? value
            : this.#refuse(node, name, `a whole number from ${from} to ${to}`, `${name}: ${example}`);
    }

    public mapping(node: Node, name: string, example: string): Entries | undefined {
        return node.kind === "mapping" ? node.entries : this.#refuse(node, name, "a mapping", example);
    }

    public list(node: Node, name: string, example: string): readonly Node[] | undefined {
        return node.kind === "sequence" ? node.items : this.#refuse(node, name, "a list", example);
    }

    /** A value, or `{atLeast: 4096}`. Whether it fits the parameter is not decided here. */
    public parameter(node: Node, key: string): ParameterValue | undefined {
        if (node.kind !== "mapping" || isFact(node)) {
            return this.#amount(node, { key });
        }
        const [bound, value] = boundOf(node);
        if (bound === undefined) {
            const example = `${key}: {atLeast: 4096}, ${key}: {atMost: 4096} or ${key}: {perCpu: 1024}`;
            return this.#refuse(node, key, "a value, one bound, or a fact", example);
        }
        const amount = this.#amount(value, { key, bound });
        return amount === undefined ? undefined : { [bound as "atLeast"]: amount };
    }

    /** A number, text, `{perCpu: 1024}`, `{shareOfMemory: 5%}`, or a list of these but text. */
    #amount(node: Node, place: Place): Amount | undefined {
        if (node.kind === "sequence") {
            return this.#list(node, place);
        }
        if (isFact(node)) {
            return this.#fact(node, place);
        }
        if (isNumber(node)) {
            return this.#plainNumber(node, nameOf(place));
        }
        const truth = node.kind === "scalar" && typeof node.value === "boolean" ? Number(node.value) : undefined;
        return node.kind === "scalar" && typeof node.value === "string"
            ? node.value
            : this.#refuse(node, nameOf(place), AMOUNT, truth === undefined ? amounts(place) : write(place, truth));
    }

    #list(node: SequenceNode, place: Place): (number | Fact)[] | undefined {
        const meant = boundAround(node.items.map(plain));
        if (meant !== undefined) {
            this.problems.add(
                node.location,
                `${nameOf(place)} has a bound in its list, and a bound goes around the whole value`,
                `Write ${place.key}: ${meant}`,
            );
            return undefined;
        }
        if (!node.items.every((item) => isNumber(item) || isFact(item))) {
            return this.#refuse(node, nameOf(place), `${AMOUNT} only`, amounts(place));
        }
        return node.items
            .map((item) => (isNumber(item) ? this.#plainNumber(item, nameOf(place)) : this.#fact(item, place)))
            .filter((number) => number !== undefined);
    }

    /** Numbers as everywhere, and a share also as `5%`. */
    #fact({ entries, location }: FactNode, place: Place): Fact | undefined {
        const read = (value: (node: Node, field: string) => unknown) =>
            Object.fromEntries([...entries].map(([field, node]) => [field, value(node, field)]));
        const [unusable] = [...entries].filter(([, { kind }]) => kind === "unusable");
        if (unusable !== undefined) {
            return this.#refuse(unusable[1], `${unusable[0]} of ${place.key}`, "a number", "");
        }
        const fact = read(numberOrShare) as unknown as Fact;
        const problem = factProblem(fact, read(plain));
        if (problem !== undefined) {
            this.problems.add(
                location,
                `${nameOf(place)}: ${problem}`,
                `Write ` +
                    `${write(place, "{shareOfMemory: 5%, max: 67108864}")}, or ${write(place, "{perCpu: 1024}")}`,
            );
        }
        return problem === undefined ? fact : undefined;
    }

    /** `010` is 8 in YAML 1.1, and `1_000` a number: neither is what it looks like everywhere. */
    #plainNumber({ value, text, location }: NumberNode, name: string): number | undefined {
        if (String(value) === text) {
            return value;
        }
        this.problems.add(
            location,
            `${name} is written as ${quote(text)}, which YAML reads as ${value}`,
            `Write plain decimal digits without a leading zero${Number.isSafeInteger(value) ? "" : ", in quotes"}`,
        );
        return undefined;
    }

    #refuse(node: Node, name: string, wanted: string, example: string): undefined {
        if (node.kind === "unusable") {
            this.problems.add(node.location, `${name} ${node.reason}, and cannot be read here`, node.suggestion);
        } else {
            const message = `${name} must be ${wanted}; this is ${describe(node)}`;
            this.problems.add(node.location, message, `Write ${example}`);
        }
        return undefined;
    }
}

/** A parameter's value, or the value of a bound on it. */
interface Place {
    readonly key: string;
    readonly bound?: Bound;
}

const AMOUNT = "a number, text, a fact, or a list of numbers and facts";

function nameOf({ key, bound }: Place): string {
    return bound === undefined ? key : `${bound} of ${key}`;
}

function write({ key, bound }: Place, value: unknown): string {
    return `${key}: ${bound === undefined ? value : `{${bound}: ${value}}`}`;
}

function amounts(place: Place): string {
    return `${write(place, 4096)}, or ${write(place, "[4096, 131072, 6291456]")} for several numbers`;
}

type FactNode = MappingNode & { readonly isFact?: true };

/** The one bound of a mapping and what it holds. */
function boundOf({ entries }: MappingNode): readonly [bound: Bound, value: Node] | readonly [undefined, undefined] {
    const [entry, ...others] = entries;
    return entry !== undefined && others.length === 0 && Object.hasOwn(bounds, entry[0])
        ? [entry[0] as Bound, entry[1]]
        : [undefined, undefined];
}

/** A node as plain data, for messages: text where it is written otherwise than a plain number. */
function plain(node: Node): unknown {
    switch (node.kind) {
        case "scalar":
            return String(node.value) === node.text ? node.value : node.text;
        case "sequence":
            return node.items.map(plain);
        case "mapping":
            return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
        case "unusable":
            return undefined;
    }
}

function isFact(node: Node): node is FactNode {
    return node.kind === "mapping" && (node.entries.has("shareOfMemory") || node.entries.has("perCpu"));
}

/** NaN for what is neither; half of a processor is no `50%`. */
function numberOrShare(node: Node, field: string): number {
    const text = node.kind === "scalar" ? node.text : "";
    if (field === "shareOfMemory" && /^[0-9]+(?:\.[0-9]+)?%$/.test(text)) {
        return Number(text.slice(0, -1)) / 100;
    }
    return /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text) ? Number(text) : NaN;
}

type NumberNode = ScalarNode & { readonly value: number };

function isNumber(node: Node): node is NumberNode {
    return node.kind === "scalar" && typeof node.value === "number";
}

function describe(node: Exclude<Node, { kind: "unusable" }>): string {
    switch (node.kind) {
        case "mapping":
            return "a mapping";
        case "sequence":
            return "a list";
        case "scalar":
            return node.value === null || node.text === "" ? "empty" : quote(node.text);
    }
}
