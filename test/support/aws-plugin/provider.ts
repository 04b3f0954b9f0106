import { randomBytes } from "node:crypto";
import type {
    CheckResult,
    CreateResult,
    DiffResult,
    Provider,
    ReadResult,
    UpdateResult,
} from "@pulumi/pulumi/provider";
import { isMap, reveal, type Value, type ValueMap } from "../command-plugin/secrets";
import { clients } from "./configuration";
import { differs, failures } from "./property";
import type { ResourceKind } from "./resource-kind";
import { kindOf, VERSION } from "./resources";
import { asSecretAs } from "./secrecy";

/** The resources of the AWS plugin that this repository uses, over the AWS SDK. */
export const provider: Provider = {
    version: VERSION,
    // Enough for programs with an SDK; only those in YAML read a schema.
    getSchema: async () => JSON.stringify({ name: "aws", version: VERSION }),

    async check(urn: string, olds: ValueMap, news: ValueMap): Promise<CheckResult> {
        const kind = kindOf(urn);
        const inputs = withName(kind, urn, olds, withDefaults(kind, news));
        const plain = reveal(inputs) as ValueMap;
        const found = failures(plain, kind.inputs);
        return { inputs, failures: found.length > 0 ? found : (kind.check?.(plain) ?? []) };
    },

    async diff(_id: string, urn: string, olds: ValueMap, news: ValueMap): Promise<DiffResult> {
        const kind = kindOf(urn);
        const [is, wanted] = [plainOf(olds), plainOf(news)];
        const changed = changedInputs(kind, is, wanted);
        const replaces = [
            ...changed.filter((input) => kind.inputs[input]?.replaces),
            ...(kind.replaces?.(changed, wanted, is) ?? []),
        ];
        // As the real provider: what has a fixed name cannot be there twice.
        const deleteBeforeReplace = kind.named === true && is["name"] === wanted["name"] && !isMade(news);
        return { changes: changed.length > 0, replaces, deleteBeforeReplace };
    },

    async create(urn: string, news: ValueMap): Promise<CreateResult> {
        const [kind, inputs] = [kindOf(urn), plainOf(news)];
        const id = await kind.create(clients(), inputs);
        try {
            await kind.settle?.(clients(), id, inputs);
        } catch (error) {
            throw await unsettled(kind, id, news, error as Error);
        }
        return { id, outs: await state(kind, id, news) };
    },

    async read(id: string, urn: string, props: ValueMap): Promise<ReadResult> {
        const kind = kindOf(urn);
        const found = await kind.read(clients(), id, plainOf(props));
        return found === undefined ? { id: "", props: {} } : { id, props: merge(found, props) };
    },

    async update(id: string, urn: string, olds: ValueMap, news: ValueMap): Promise<UpdateResult> {
        const [kind, is, wanted] = [kindOf(urn), plainOf(olds), plainOf(news)];
        await kind.update(clients(), id, wanted, changedInputs(kind, is, wanted), is);
        return { outs: await state(kind, id, news) };
    },

    async delete(id: string, urn: string, props: ValueMap): Promise<void> {
        await kindOf(urn).delete(clients(), id, plainOf(props));
    },
};

/** With secrets laid open, and without what is set to nothing. */
function plainOf(values: ValueMap): ValueMap {
    const set = Object.entries(reveal(values) as ValueMap).filter(([, value]) => value !== undefined && value !== null);
    return Object.fromEntries(set);
}

function changedInputs(kind: ResourceKind, is: ValueMap, wanted: ValueMap): string[] {
    return Object.keys(kind.inputs).filter((input) => differs(is[input], wanted[input], kind.inputs[input]!));
}

function withDefaults(kind: ResourceKind, inputs: ValueMap): ValueMap {
    const defaults = Object.entries(kind.inputs).filter(
        ([input, { byDefault }]) => byDefault !== undefined && (inputs[input] === undefined || inputs[input] === null),
    );
    return { ...inputs, ...Object.fromEntries(defaults.map(([input, { byDefault }]) => [input, byDefault])) };
}

/** A name, once made, is kept; as in the real provider, the inputs say that it was made. */
function withName(kind: ResourceKind, urn: string, olds: ValueMap, news: ValueMap): ValueMap {
    if (!kind.named || (news["name"] !== undefined && news["name"] !== null)) {
        return news;
    }
    const prefix = String(reveal(news["namePrefix"]) ?? `${urn.split("::").slice(3).join("::")}-`);
    const old = olds["name"];
    const isKept = isMade(olds) && typeof old === "string" && old.startsWith(prefix);
    const made = `${prefix}${randomBytes(4).toString("hex").slice(0, 7)}`;
    return { ...news, name: isKept ? old : made, __defaults: ["name"] };
}

function isMade(inputs: ValueMap): boolean {
    const made = inputs["__defaults"];
    return Array.isArray(made) && made.includes("name");
}

/** What is there, as the state has it. */
async function state(kind: ResourceKind, id: string, inputs: ValueMap): Promise<ValueMap> {
    const found = await kind.read(clients(), id, plainOf(inputs));
    if (found === undefined) {
        throw new Error(`${id} was created or updated, and AWS does not know it any more.`);
    }
    return merge(found, inputs);
}

/** What AWS says goes over what was known, and stays as secret as that was; what it no longer has is gone. */
function merge(found: Record<string, Value | undefined>, known: ValueMap): ValueMap {
    const kept = Object.entries(known).filter(([key]) => !key.startsWith("__") && !Object.hasOwn(found, key));
    const outputs = Object.entries(found).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, asSecretAs(known[key], pruned(value))] as const],
    );
    const all = Object.fromEntries<Value | undefined>([...kept, ...outputs]);
    return isMap(all["tags"]) ? { ...all, tagsAll: all["tags"] } : all;
}

/** Without what is undefined inside: the wire format has no such thing. */
function pruned(value: Value): Value {
    return JSON.parse(JSON.stringify(value)) as Value;
}

/** An error from which the engine learns that the resource is there all the same. */
async function unsettled(kind: ResourceKind, id: string, inputs: ValueMap, error: Error): Promise<Error> {
    const properties = await state(kind, id, inputs);
    return Object.assign(new Error(error.message), { id, properties, reasons: [error.message] });
}
