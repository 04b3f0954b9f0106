import { isMap, isUnknown, type Value, type ValueMap } from "../command-plugin/secrets";

type Kind = "string" | "number" | "boolean" | "strings" | "map" | "object" | "objects";

/** One input of a resource, or of an object inside it. */
export interface Property {
    readonly kind: Kind;
    readonly required?: true;
    /** A change replaces the resource. */
    readonly replaces?: true;
    /** Left out, it is whatever AWS says: no difference. */
    readonly computed?: true;
    readonly byDefault?: Value;
    /** What an `object`, or each of the `objects`, has. */
    readonly of?: Properties;
}
export type Properties = Readonly<Record<string, Property>>;

/** A finding about one input. The engine prints the input's name beside it. */
export interface Failure {
    readonly property: string;
    readonly reason: string;
}

/** Every input that is not known here, missing, or of the wrong type; of revealed values. */
export function failures(values: ValueMap, properties: Properties, path = ""): Failure[] {
    const unknown = Object.keys(values).filter((key) => !Object.hasOwn(properties, key) && !key.startsWith("__"));
    return [
        ...unknown.map((key) => ({ property: path + key, reason: unsupported(path + key, properties) })),
        ...Object.entries(properties).flatMap(([key, property]) => mismatch(values[key], property, path + key)),
    ];
}

function unsupported(property: string, properties: Properties): string {
    return (
        `the stand-in for the AWS plugin has no input ${property}; at this place it knows ` +
        `${Object.keys(properties).sort().join(", ")}. Leave it out, or add it to test/support/aws-plugin.`
    );
}

function mismatch(value: Value | undefined, property: Property, path: string): Failure[] {
    if (value === undefined || value === null) {
        return property.required
            ? [{ property: path, reason: `${path} is missing, and must be a ${property.kind}` }]
            : [];
    }
    if (isUnknown(value)) {
        return [];
    }
    if (!FITS[property.kind](value)) {
        return [{ property: path, reason: `${path} must be a ${property.kind}, and is a ${typeOf(value)}` }];
    }
    return elements(value).flatMap((element, index) => {
        const inside = Array.isArray(value) ? `${path}[${index}].` : `${path}.`;
        return property.of === undefined || !isMap(element) ? [] : failures(element, property.of, inside);
    });
}

const elements = (value: Value): readonly Value[] => (Array.isArray(value) ? (value as readonly Value[]) : [value]);
const typeOf = (value: Value) => (Array.isArray(value) ? "list" : typeof value);
const isText = (value: Value | undefined) => typeof value === "string";
const isList = (value: Value, fits: (element: Value) => boolean) => Array.isArray(value) && value.every(fits);

const FITS: Record<Kind, (value: Value) => boolean> = {
    string: isText,
    number: (value) => typeof value === "number",
    boolean: (value) => typeof value === "boolean",
    strings: (value) => isList(value, isText),
    map: (value) => isMap(value) && Object.values(value).every(isText),
    object: isMap,
    objects: (value) => isList(value, (element) => isMap(element) || isUnknown(element)),
};

/** Whether the program wants something else than there is; of revealed values. */
export function differs(is: Value | undefined, wanted: Value | undefined, property: Property): boolean {
    if (wanted === undefined || wanted === null) {
        return !property.computed && !isNothing(is);
    }
    const { of } = property;
    if (of === undefined || isUnknown(wanted)) {
        return JSON.stringify(sorted(is)) !== JSON.stringify(sorted(wanted));
    }
    const [left, right] = [elements(is ?? []), elements(wanted)];
    return (
        left.length !== right.length ||
        right.some((element, index) => {
            const [before, after] = [left[index], element];
            return (
                !isMap(before) ||
                !isMap(after) ||
                Object.entries(of).some(([key, inner]) => differs(before[key], after[key], inner))
            );
        })
    );
}

/** As in Terraform, what is empty is not set. */
function isNothing(value: Value | undefined): boolean {
    return (
        value === undefined ||
        value === null ||
        value === "" ||
        value === false ||
        value === 0 ||
        (typeof value === "object" && Object.keys(value).length === 0)
    );
}

/** Maps have no order; lists of plain strings are sets for AWS: subnets, security groups, values. */
function sorted(value: Value | undefined): Value {
    if (Array.isArray(value)) {
        return (value as Value[]).map(sorted).sort();
    }
    return isMap(value)
        ? Object.fromEntries(
              Object.keys(value)
                  .sort()
                  .map((key) => [key, sorted(value[key])]),
          )
        : (value ?? null);
}
