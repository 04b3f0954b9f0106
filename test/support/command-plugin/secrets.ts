import { isDeepStrictEqual } from "node:util";

/** The wire format of the engine's special values; the SDK keeps its constants to itself. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** A property value as the engine sends it: plain data in which secrets and assets are marked objects. */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap;
export interface ValueMap {
    readonly [key: string]: Value | undefined;
}

/** A value with every secret laid open. */
export function reveal(value: Value | undefined): Value | undefined {
    if (Array.isArray(value)) {
        return value.map((element: Value) => reveal(element) ?? null);
    }
    if (!isMap(value)) {
        return value;
    }
    if (isWrapper(value)) {
        return reveal(value["value"] ?? UNKNOWN);
    }
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, reveal(element)]));
}

/** Whether a value is a secret, or has one in it. */
export function holdsSecret(value: Value | undefined): boolean {
    if (Array.isArray(value)) {
        return value.some((element: Value) => holdsSecret(element));
    }
    if (!isMap(value)) {
        return false;
    }
    const isSecret = value[SIGNATURE] === SECRET || (value[SIGNATURE] === OUTPUT && value["secret"] === true);
    return isSecret || Object.values(value).some(holdsSecret);
}

export function secret(value: Value): ValueMap {
    return { [SIGNATURE]: SECRET, value };
}

/** Changes the object inside of any secret, and leaves it as secret as it was; what is no object stays as it is. */
export function mapInside(value: Value | undefined, change: (inside: ValueMap) => ValueMap): Value | undefined {
    if (!isMap(value)) {
        return value;
    }
    return isWrapper(value) ? { ...value, value: mapInside(value["value"], change) } : change(value);
}

/** Whether two values are the same once secrets are laid open. */
export function same(left: Value | undefined, right: Value | undefined): boolean {
    return isDeepStrictEqual(reveal(left), reveal(right));
}

/** In a preview, what is not known yet. */
export function isUnknown(value: Value | undefined): boolean {
    return value === UNKNOWN;
}

export function isMap(value: Value | undefined): value is ValueMap {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an asset, an archive, or neither. */
export function assetKind(value: Value | undefined): "asset" | "archive" | undefined {
    const signature = isMap(value) ? value[SIGNATURE] : undefined;
    return signature === ASSET ? "asset" : signature === ARCHIVE ? "archive" : undefined;
}

function isWrapper(value: ValueMap): boolean {
    return value[SIGNATURE] === SECRET || value[SIGNATURE] === OUTPUT;
}
