import { assetKind, isMap, isUnknown, mapInside, reveal, type Value, type ValueMap } from "./secrets";

/** The version of the plugin that this stands in for. */
export const VERSION = "1.2.1";

type Kind = "string" | "number" | "boolean" | "list" | "texts" | "strings" | "asset" | "Connection" | "ProxyConnection";

interface Property {
    readonly kind: Kind;
    readonly required?: true;
    readonly byDefault?: string | number | boolean;
    readonly replaces?: true;
}

type Properties = Readonly<Record<string, Property>>;

const PROXY_CONNECTION: Properties = {
    agentSocketPath: { kind: "string" },
    dialErrorLimit: { kind: "number", byDefault: 10 },
    host: { kind: "string", required: true },
    hostKey: { kind: "string" },
    password: { kind: "string" },
    perDialTimeout: { kind: "number", byDefault: 15 },
    port: { kind: "number", byDefault: 22 },
    privateKey: { kind: "string" },
    privateKeyPassword: { kind: "string" },
    user: { kind: "string", byDefault: "root" },
};

const TYPES = {
    Connection: { ...PROXY_CONNECTION, proxy: { kind: "ProxyConnection" } },
    ProxyConnection: PROXY_CONNECTION,
} satisfies Record<string, Properties>;

/** What every command has, here and on a host. */
const COMMAND = {
    addPreviousOutputInEnv: { kind: "boolean", byDefault: true },
    create: { kind: "string" },
    delete: { kind: "string" },
    environment: { kind: "strings" },
    logging: { kind: "string" },
    stdin: { kind: "string" },
    triggers: { kind: "list", replaces: true },
    update: { kind: "string" },
} as const satisfies Properties;

interface Resource {
    readonly typeName: `${"local" | "remote"}.${string}`;
    readonly inputs: Properties;
    /** In every state. */
    readonly outputs: readonly string[];
    /** In the state where their input is used, in the schema's own words. */
    readonly optionalOutputs?: Readonly<Record<string, object>>;
}

/** The resources, their inputs, and what their state has besides the inputs. */
export const RESOURCES = {
    "command:local:Command": {
        typeName: "local.CommandInputs",
        inputs: {
            ...COMMAND,
            archivePaths: { kind: "texts" },
            assetPaths: { kind: "texts" },
            dir: { kind: "string" },
            interpreter: { kind: "texts" },
        },
        outputs: ["stderr", "stdout"],
        optionalOutputs: {
            archive: { $ref: "pulumi.json#/Archive" },
            assets: { type: "object", additionalProperties: { $ref: "pulumi.json#/Asset" } },
        },
    },
    "command:remote:Command": {
        typeName: "remote.CommandInputs",
        inputs: { ...COMMAND, connection: { kind: "Connection", required: true } },
        outputs: ["stderr", "stdout"],
    },
    "command:remote:CopyToRemote": {
        typeName: "remote.CopyToRemoteInputs",
        inputs: {
            connection: { kind: "Connection", required: true },
            remotePath: { kind: "string", required: true },
            source: { kind: "asset", required: true },
            triggers: { kind: "list", replaces: true },
        },
        outputs: [],
    },
} as const satisfies Record<string, Resource>;

export type ResourceType = keyof typeof RESOURCES;

export function isResourceType(type: string): type is ResourceType {
    return Object.hasOwn(RESOURCES, type);
}

export function inputsOf(type: ResourceType): Properties {
    return RESOURCES[type].inputs;
}

/** A finding about one input. The engine prints the input's whole value beside it. */
export interface Failure {
    readonly property: string;
    readonly reason: string;
}

/** Every input that is unknown to the schema, missing, or of the wrong type. */
export function failures(type: ResourceType, inputs: ValueMap): Failure[] {
    return mismatches(inputs, inputsOf(type), RESOURCES[type].typeName);
}

function mismatches(values: ValueMap, properties: Properties, typeName: string): Failure[] {
    const unrecognized = Object.keys(values).filter((key) => !Object.hasOwn(properties, key));
    return [
        ...Object.entries(properties).flatMap(([key, property]) => {
            const reason = mismatch(key, reveal(values[key]), property, typeName);
            return reason === undefined ? [] : [{ property: key, reason }];
        }),
        ...unrecognized.map((property) => {
            return { property, reason: `Unrecognized field '${property}' on '${typeName}'` };
        }),
    ];
}

function mismatch(key: string, value: Value | undefined, property: Property, typeName: string): string | undefined {
    const { kind } = property;
    if (isUnknown(value)) {
        return undefined;
    }
    if (value === undefined || value === null) {
        return property.required ? `Missing required field '${key}' on '${typeName}'` : undefined;
    }
    if (!FITS[kind](value)) {
        return `Field '${key}' on '${typeName}' must be a '${kind}'; got '${typeOf(value)}' instead`;
    }
    if (kind !== "Connection" && kind !== "ProxyConnection") {
        return undefined;
    }
    const inner = mismatches(value as ValueMap, TYPES[kind], `remote.${kind}`);
    const list = inner.map((failure) => `\n\t${failure.property}: ${failure.reason}`).join("");
    return inner.length === 0
        ? undefined
        : `An error occurred decoding '${typeName.split(".")[1]}.${key}': ${inner.length} failures decoding:${list}`;
}

const FITS: Record<Kind, (value: Value) => boolean> = {
    string: (value) => typeof value === "string",
    number: (value) => typeof value === "number",
    boolean: (value) => typeof value === "boolean",
    list: (value) => Array.isArray(value),
    texts: (value) => Array.isArray(value) && value.every((element) => typeof element === "string"),
    strings: (value) => isMap(value) && Object.values(value).every((element) => typeof element === "string"),
    asset: (value) => assetKind(value) !== undefined,
    Connection: isMap,
    ProxyConnection: isMap,
};

function typeOf(value: Value): string {
    return Array.isArray(value) ? "list" : typeof value;
}

/** The inputs with every default filled in, as the state has them. */
export function withDefaults(type: ResourceType, inputs: ValueMap): ValueMap {
    return fill(inputs, inputsOf(type));
}

function fill(values: ValueMap, properties: Properties): ValueMap {
    const filled: Record<string, Value | undefined> = { ...values };
    for (const [key, { kind, byDefault }] of Object.entries(properties)) {
        filled[key] ??= byDefault;
        if (kind === "Connection" || kind === "ProxyConnection") {
            filled[key] = mapInside(filled[key], (inside) => fill(inside, TYPES[kind]));
        }
    }
    return Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== undefined && value !== null));
}

/** The package schema, in Pulumi's own format. */
export function packageSchema(): string {
    const resources = Object.entries<Resource>(RESOURCES).map(([type, { inputs, outputs, optionalOutputs }]) => [
        type,
        {
            inputProperties: describeProperties(inputs),
            requiredInputs: required(inputs),
            properties: {
                ...describeProperties(inputs),
                ...Object.fromEntries(outputs.map((name) => [name, { type: "string" }])),
                ...optionalOutputs,
            },
            required: [...required(inputs), ...outputs],
        },
    ]);
    const types = Object.entries(TYPES).map(([name, properties]) => [
        `command:remote:${name}`,
        {
            type: "object",
            properties: describeProperties(properties),
            required: required(properties),
        },
    ]);
    return JSON.stringify({
        name: "command",
        version: VERSION,
        description: "Stand-in for the command plugin, for development without a network.",
        resources: Object.fromEntries(resources) as unknown,
        types: Object.fromEntries(types) as unknown,
    });
}

const TYPE_SPECS: Record<Kind, object> = {
    string: { type: "string" },
    number: { type: "number" },
    boolean: { type: "boolean" },
    list: { type: "array", items: { $ref: "pulumi.json#/Any" } },
    texts: { type: "array", items: { type: "string" } },
    strings: { type: "object", additionalProperties: { type: "string" } },
    asset: { $ref: "pulumi.json#/Asset" },
    Connection: { $ref: "#/types/command:remote:Connection" },
    ProxyConnection: { $ref: "#/types/command:remote:ProxyConnection" },
};

function describeProperties(properties: Properties): object {
    return Object.fromEntries(
        Object.entries(properties).map(([key, property]) => [
            key,
            {
                ...TYPE_SPECS[property.kind],
                ...(property.byDefault === undefined ? {} : { default: property.byDefault }),
                ...(property.replaces ? { replaceOnChanges: true } : {}),
                ...(property.kind === "Connection" ? { secret: true } : {}),
            },
        ]),
    );
}

function required(properties: Properties): string[] {
    return Object.keys(properties).filter((key) => properties[key]?.required);
}
