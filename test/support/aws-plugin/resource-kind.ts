import type { Value, ValueMap } from "../command-plugin/secrets";
import type { AwsClients } from "../moto/clients";
import type { Failure, Properties } from "./property";

/** Inputs or state with secrets laid open, as the program writes them. */
export type Plain<T> = T & ValueMap;

/** One type of resource: its inputs as a table, and what is asked of AWS. */
export interface ResourceKind<T = ValueMap> {
    readonly inputs: Properties;
    /** Without a `name` one is made, from `namePrefix` or the resource's own. */
    readonly named?: true;
    /** What is wrong with inputs that are each right. */
    check?(inputs: Plain<T>): Failure[];
    /** What replaces beside the inputs whose table says so. */
    replaces?(changed: readonly string[], wanted: Plain<T>, is: Plain<T>): string[];
    /** Returns the id. */
    create(aws: AwsClients, inputs: Plain<T>): Promise<string>;
    /** Once it is there; what fails here leaves it in the state. */
    settle?(aws: AwsClients, id: string, inputs: Plain<T>): Promise<void>;
    update(aws: AwsClients, id: string, wanted: Plain<T>, changed: readonly string[], is: Plain<T>): Promise<void>;
    /** What AWS knows of it, under the names of inputs and outputs; undefined when it is gone. */
    read(aws: AwsClients, id: string, state: Plain<T>): Promise<Record<string, Value | undefined> | undefined>;
    delete(aws: AwsClients, id: string, state: Plain<T>): Promise<void>;
}

/** Types a resource's file by its own inputs; outside they are all alike. */
export function resourceKind<T>(kind: ResourceKind<T>): ResourceKind {
    return kind as unknown as ResourceKind;
}

export type Tags = Readonly<Record<string, string>>;

export function toTagList(tags: Tags = {}): { Key: string; Value: string }[] {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Without those that AWS itself sets. */
export function fromTagList(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): Tags {
    const own = tags.filter(({ Key = "" }) => !Key.startsWith("aws:"));
    return Object.fromEntries(own.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** `httpTokens` as AWS writes it: `HttpTokens`. */
export function toAws(value: object | undefined): Record<string, never> | undefined {
    return value && renamed(value, (key) => key[0]!.toUpperCase() + key.slice(1));
}

export function fromAws(value: object | undefined): Record<string, Value> | undefined {
    return value && renamed(value, (key) => key[0]!.toLowerCase() + key.slice(1));
}

function renamed<T>(value: object, rename: (key: string) => string): Record<string, T> {
    const set = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(set.map(([key, inner]) => [rename(key), inner as T]));
}

/** `undefined` when AWS says, by one of these errors, that there is none. */
export async function unlessGone<T>(work: Promise<T>, ...names: string[]): Promise<T | undefined> {
    try {
        return await work;
    } catch (error) {
        if (names.includes((error as Error).name)) {
            return undefined;
        }
        throw error;
    }
}
