import { mentions } from "./report";

/** What a part of a report must be; the rest of it is only shown. */
type Shape =
    | "string"
    | "number"
    | "boolean"
    | "time"
    | readonly string[]
    | { readonly [field: string]: Shape }
    | Each
    | Maybe;
interface Each {
    readonly "[]": Shape;
}
interface Maybe {
    readonly "?": Shape;
}

const maybe = (shape: Shape): Maybe => ({ "?": shape });
const each = (shape: Shape): Each => ({ "[]": shape });
/** ISO 8601 in UTC, to the second. */
const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const counter: Shape = { before: maybe("number"), now: "number" };

/** A report of schema 1, as schema/report.schema.json has it. */
const report: Shape = {
    name: "string",
    generation: "number",
    host: "string",
    kernel: "string",
    boot: "string",
    verifiedAt: "time",
    namespace: ["first", "other"],
    keys: each({
        status: Object.keys(mentions),
        wanted: "string",
        bound: maybe("string"),
        computed: maybe("string"),
        original: maybe("string"),
        live: maybe("string"),
        atBoot: maybe({ by: "string", value: "string" }),
        why: maybe("string"),
    }),
    timeWait: {
        start: "number",
        highest: "number",
        count: "number",
        limit: maybe("number"),
        waitedSeconds: "number",
        overflowed: "number",
    },
    counters: {
        TCPTimeWaitOverflow: counter,
        ListenOverflows: counter,
        ListenDrops: counter,
        RetransSegs: counter,
        OutSegs: counter,
    },
    orphans: "number",
    states: maybe({ before: maybe(each("number")), now: each("number") }),
    listeners: {
        total: "number",
        listed: each({
            address: "string",
            port: "number",
            process: maybe("string"),
            pid: maybe("number"),
            backlog: maybe("number"),
            somaxconn: "number",
            restartNeeded: "boolean",
        }),
    },
    rivals: maybe(each("string")),
    ok: "boolean",
    problems: each("string"),
};

/** What is not as in a report of schema 1, for example `listeners.total is missing`; undefined when nothing is. */
export function shapeProblem(value: unknown, shape: Shape = report, path = ""): string | undefined {
    const place = path || "it";
    if (Array.isArray(shape)) {
        return shape.includes(value as string) ? undefined : `${place} is none of ${shape.join(", ")}`;
    }
    if (typeof shape === "string") {
        return (shape === "time" ? typeof value === "string" && TIME.test(value) : typeof value === shape)
            ? undefined
            : value === undefined
              ? `${place} is missing`
              : `${place} is no ${shape}`;
    }
    if (value === undefined && "?" in shape) {
        return undefined;
    }
    return "?" in shape ? shapeProblem(value, shape["?"] as Shape, path) : objectProblem(value, shape as Fields, path);
}

type Fields = Readonly<Record<string, Shape>>;

function objectProblem(value: unknown, shape: Fields, path: string): string | undefined {
    if (typeof value !== "object" || value === null) {
        return value === undefined ? `${path} is missing` : `${path || "it"} is no object`;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const names = Object.keys("[]" in shape ? fields : shape);
    return names
        .map((name) => shapeProblem(fields[name], shape["[]"] ?? shape[name], path === "" ? name : `${path}.${name}`))
        .find((problem) => problem !== undefined);
}
