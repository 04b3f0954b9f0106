import { assetKind, isMap, isUnknown, mapInside, reveal, type Value, type ValueMap } from "./secrets";

/** The version of the plugin that this stands in for. */
export const VERSION = "1.2.1";

type Kind = "string" | "number" | "boolean" | "list" | "strings" | "asset" | "Connection" | "ProxyConnection";

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

/** The resources, their inputs, and what their state has besides the inputs. */
export const RESOURCES = {
    "command:remote:Command": {
        typeName: "CommandInputs",
        inputs: {
            addPreviousOutputInEnv: { kind: "boolean", byDefault: true },
            connection: { kind: "Connection", required: true },
            create: { kind: "string" },
            delete: { kind: "string" },
            environment: { kind: "strings" },
            logging: { kind: "string" },
            stdin: { kind: "string" },
            triggers: { kind: "list", replaces: true },
            update: { kind: "string" },
        },
        outputs: ["stderr", "stdout"],
    },
    "command:remote:CopyToRemote": {
        typeName: "CopyToRemoteInputs",
        inputs: {
            connection: { kind: "Connection", required: true },
            remotePath: { kind: "string", required: true },
            source: { kind: "asset", required: true },
            triggers: { kind: "list", replaces: true },
        },
        outputs: [],
    },
} as const satisfies Record<string, { typeName: string; inputs: Properties; outputs: readonly string[] }>;

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
            return { property, reason: `Unrecognized field '${property}' on 'remote.${typeName}'` };
        }),
    ];
}

function mismatch(key: string, value: Value | undefined, property: Property, typeName: string): string | undefined {
    const { kind } = property;
    if (isUnknown(value)) {
        return undefined;
    }
    if (value === undefined || value === null) {
        return property.required ? `Missing required field '${key}' on 'remote.${typeName}'` : undefined;
    }
    if (!FITS[kind](value)) {
        return `Field '${key}' on 'remote.${typeName}' must be a '${kind}'; got '${typeOf(value)}' instead`;
    }
    if (kind !== "Connection" && kind !== "ProxyConnection") {
        return undefined;
    }
    const inner = mismatches(value as ValueMap, TYPES[kind], kind);
    const list = inner.map((failure) => `\n\t${failure.property}: ${failure.reason}`).join("");
    return inner.length === 0
        ? undefined
        : `An error occurred decoding '${typeName}.${key}': ${inner.length} failures decoding:${list}`;
}

const FITS: Record<Kind, (value: Value) => boolean> = {
    string: (value) => typeof value === "string",
    number: (value) => typeof value === "number",
    boolean: (value) => typeof value === "boolean",
    list: (value) => Array.isArray(value),
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
    const resources = Object.entries(RESOURCES).map(([type, { inputs, outputs }]) => [
        type,
        {
            inputProperties: describeProperties(inputs),
            requiredInputs: required(inputs),
            properties: {
                ...describeProperties(inputs),
                ...Object.fromEntries(outputs.map((name) => [name, { type: "string" }])),
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
