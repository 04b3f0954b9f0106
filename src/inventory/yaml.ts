import type { Document, Pair, Scalar, YAMLParseError, Node as YamlNode } from "yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Location } from "../diagnostic";
import { quote } from "../diagnostic";
import type { Problems } from "./problems";

/** A piece of YAML that knows its place; under a key, the place of the key. */
export type Node = ScalarNode | MappingNode | SequenceNode | UnusableNode;

export interface ScalarNode {
    readonly kind: "scalar";
    readonly location: Location;
    readonly value: string | number | boolean | null;
    /** As written: `010` where the value is 8. */
    readonly text: string;
    /** The line of a literal block's (`|`) first line of text. */
    readonly textLine?: number;
}

export interface MappingNode {
    readonly kind: "mapping";
    readonly location: Location;
    readonly entries: Entries;
}

export interface SequenceNode {
    readonly kind: "sequence";
    readonly location: Location;
    readonly items: readonly Node[];
}

/** Something that only Ansible itself could evaluate. Harmless as long as nobody asks for it. */
export interface UnusableNode {
    readonly kind: "unusable";
    readonly location: Location;
    /** What it is, as in "x is …". */
    readonly reason: string;
    readonly suggestion: string;
    /** The text of a template, for who can make something of a simple one. */
    readonly template?: string;
    /** As for a scalar. */
    readonly textLine?: number;
}

export type Entries = ReadonlyMap<string, Node>;

export interface YamlOptions {
    /** What the file is, as in "an inventory is one document". @default an inventory */
    readonly what?: string;
    /** What a key is that occurs twice in one mapping; Ansible itself only warns, and the last one counts. @default error */
    readonly duplicates?: "error" | "note";
}

/** Reads one YAML document as Ansible does: version 1.1, so that `yes` is true. Undefined when it is damaged. */
export function readYaml(text: string, file: string, problems: Problems, options: YamlOptions = {}): Node | undefined {
    const { what = "an inventory", duplicates = "error" } = options;
    const lines = new LineCounter();
    const yamlOptions = { version: "1.1", lineCounter: lines, prettyErrors: false, logLevel: "error" } as const;
    const document = parseDocument(text, yamlOptions);
    const place = (offset: number): Location => ({ file, line: lines.linePos(offset).line });
    const isHarmless = ({ code }: YAMLParseError) => code === "DUPLICATE_KEY" && duplicates === "note";
    for (const error of document.errors) {
        const location = place(error.pos[0]);
        if (isHarmless(error)) {
            const key = quote(keyAt(text, error.pos[0]));
            problems.add(
                location,
                `The key ${key} occurs twice in one mapping, and the last counts`,
                undefined,
                "note",
            );
        } else {
            problems.add(location, ...explainSyntax(error, text, what));
        }
    }
    return document.errors.every(isHarmless)
        ? new Reader(document, place, problems).read(document.contents)
        : undefined;
}

function explainSyntax(error: YAMLParseError, text: string, what: string): [message: string, suggestion: string] {
    switch (error.code) {
        case "DUPLICATE_KEY":
            return [
                `The key ${quote(keyAt(text, error.pos[0]))} occurs twice in one mapping: only one would count`,
                "Keep one, or merge the two",
            ];
        case "TAB_AS_INDENT":
            return ["A tab indents this line; YAML allows blanks only", "Replace the tab by blanks"];
        case "MULTIPLE_DOCS":
            return [`A second YAML document begins here (---); ${what} is one`, "Put it into a file of its own"];
        default:
            return [
                `This is no valid YAML: ${error.message}`,
                "Look at the indentation and the quotes of this line " +
                    'and the one before; a value with ": " or " #" inside needs quotes',
            ];
    }
}

function keyAt(text: string, offset: number): string {
    return /^[^\n:]*/.exec(text.slice(offset))![0].trim();
}

class Reader {
    readonly #seen = new Map<YamlNode, Node | "being read">();

    public constructor(
        private readonly document: Document,
        private readonly place: (offset: number) => Location,
        private readonly problems: Problems,
    ) {}

    public read(node: unknown, fallback = this.place(0)): Node {
        const yaml = node as YamlNode | null;
        if (yaml === null || yaml === undefined) {
            return { kind: "scalar", location: fallback, value: null, text: "" };
        }
        const known = this.#seen.get(yaml);
        if (known !== undefined && known !== "being read") {
            return known;
        }
        const location = yaml.range ? this.place(yaml.range[0]) : fallback;
        if (known === "being read") {
            this.problems.add(location, "This alias (*) stands inside the very thing it refers to", "Write it out");
            return { kind: "scalar", location, value: null, text: "" };
        }
        this.#seen.set(yaml, "being read");
        const result = this.#convert(yaml, location);
        this.#seen.set(yaml, result);
        return result;
    }

    #convert(node: YamlNode, location: Location): Node {
        if (isAlias(node)) {
            return this.read(node.resolve(this.document), location);
        }
        if (node.tag !== undefined && !/^(tag:yaml\.org,2002:|!unsafe$)/.test(node.tag)) {
            return tagged(node.tag, location);
        }
        if (isMap(node)) {
            return this.#mapping(node.items, location);
        }
        if (isSeq(node)) {
            return { kind: "sequence", location, items: node.items.map((item) => this.read(item, location)) };
        }
        return isScalar(node) ? this.#scalar(node, location) : template(location);
    }

    #scalar({ value, source, type, range }: Scalar, location: Location): Node {
        const node = scalar(value, source, location);
        return type === "BLOCK_LITERAL" && range ? { ...node, textLine: this.place(range[0]).line + 1 } : node;
    }

    #mapping(pairs: readonly Pair[], location: Location): Node {
        const merged = new Map<string, Node>();
        const own = new Map<string, Node>();
        for (const { key, value } of pairs) {
            if (!isScalar(key)) {
                return template(location);
            }
            const at = key.range ? this.place(key.range[0]) : location;
            const node = this.read(value, at);
            if (key.source === "<<") {
                this.#merge(node, merged);
            } else {
                own.set(key.source ?? String(key.value), { ...node, location: at });
            }
        }
        return { kind: "mapping", location, entries: new Map([...merged, ...own]) };
    }

    /** `<<: *a` and `<<: [*a, *b]`: what comes first counts. */
    #merge(node: Node, into: Map<string, Node>): void {
        for (const source of node.kind === "sequence" ? node.items : [node]) {
            if (source.kind !== "mapping") {
                this.problems.add(node.location, "<< takes a mapping", "Write <<: *name, with &name on a mapping");
                continue;
            }
            source.entries.forEach((value, key) => into.has(key) || into.set(key, value));
        }
    }
}

function scalar(value: unknown, source: string | undefined, location: Location): ScalarNode | UnusableNode {
    const text = source ?? String(value ?? "");
    if (/\{\{|\{%/.test(text)) {
        return template(location, text);
    }
    // Ansible's own parser takes y and n for text, and dates are of no use here.
    const plain = value === null || (["string", "number", "boolean"].includes(typeof value) && !/^[yn]$/i.test(text));
    return { kind: "scalar", location, value: plain ? (value as ScalarNode["value"]) : text, text };
}

/** An unquoted `{{ x }}` is, for YAML, a mapping with a mapping as its key. */
function template(location: Location, text?: string): UnusableNode {
    const suggestion = "Write the value itself: templates are evaluated by Ansible only";
    return { kind: "unusable", location, reason: "is a Jinja template", suggestion, template: text };
}

function tagged(tag: string, location: Location): UnusableNode {
    if (/^!vault/.test(tag)) {
        const suggestion =
            "Write no secret here: use a private key file or the ssh-agent. " +
            "What is no secret can stand here in plain text";
        return { kind: "unusable", location, reason: "is encrypted with ansible-vault", suggestion };
    }
    const reason = `has the tag ${tag}, which is not known here`;
    return { kind: "unusable", location, reason, suggestion: "Leave out the tag" };
}
