import { plural } from "../counted";
import { readScope, type Scoped } from "../host-scope";
import { FLEET } from "../tuning-inputs";
import { type Accepted, type Change, type Changes, changesOf, effectOf } from "./changes";
import { nameOfUrn, type Preview, typeOfUrn, type Violation } from "./engine";
import { block, code, fitting, plain } from "./markdown";

/** What GitHub takes as the text of a comment, in UTF-16 code units. */
export const LONGEST_COMMENT = 65_536;

export interface CommentOptions {
    /** `project/stack`: in the title, and in the marker by which the comment is found again. */
    readonly stack: string;
    /** A table with more rows is folded. @default 20 */
    readonly open?: number;
    /** Longest text, in UTF-16 code units. @default what GitHub takes */
    readonly longest?: number;
}

/** The first line of a stack's comment: the next run finds it by this, and writes over it. */
export function markerOf(stack: string): string {
    return `<!-- tcp-tuning:${stack.replace(/[^\w./+-]/g, "_").replaceAll("--", "-_")} -->`;
}

/** What a preview would do to the kernels of all hosts, as Markdown for a pull request. */
export function commentOn(preview: Preview, { stack, open = 20, longest = LONGEST_COMMENT }: CommentOptions): string {
    const changes = changesOf(preview);
    const told = [...errors(preview), ...violations(preview)];
    const log = preview.failed && told.length === 0 ? ["The job's log tells why.", ""] : [];
    const head = [markerOf(stack), `### TCP parameters: ${code(stack)}`, "", ...verdict(preview, changes), "", ...log];
    const notes = [...remarks(changes), ...warnings(preview), ...acceptances(changes.accepted)];
    // What stops the change comes first, and what is least missed is cut first: notes, then rows.
    const room = longest - lengthOf(head);
    const stops = section(told, Math.floor(room * 0.4));
    const rows = table(changes.rows, open, room - lengthOf(stops) - Math.min(lengthOf(notes), Math.floor(room * 0.2)));
    const rest = section(notes, room - lengthOf(stops) - lengthOf(rows));
    return [...head, ...stops, ...rows, ...rest].join("\n").replace(/\n*$/, "\n");
}

function lengthOf(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function verdict({ failed }: Preview, { rows, remarks: told, isWhole }: Changes): string[] {
    const hosts = plural(new Set(rows.map(({ host }) => host)).size, "host");
    const what =
        rows.length > 0
            ? [`**${plural(rows.length, "value")} would change on ${hosts}.**`]
            : failed
              ? []
              : [
                    told.length === 0
                        ? "Nothing would change on any host."
                        : `No value would change${isWhole ? "" : ", as far as can be told"}.`,
                ];
    return [[...(failed ? ["**The preview failed, so none of this can be applied.**"] : []), ...what].join(" ")];
}

/** A heading and lines below it; a block is one text. */
interface Part {
    readonly heading: string;
    readonly lines: readonly string[];
    readonly asBlock?: boolean;
}

function section(lines: readonly string[], room: number): string[] {
    const { lines: kept, cut } = fitting(lines, room - CUT_ROOM);
    return cut === 0 ? [...lines] : [...closed(kept), "", `… ${plural(cut, "line")} cut: the job's log has them.`, ""];
}

/** Room for the line that says what was cut, and for a fence. */
const CUT_ROOM = 200;

/** A block that was cut open is closed again. */
function closed(lines: readonly string[]): readonly string[] {
    const fences = lines.filter((line) => /^`{3,}/.test(line));
    return fences.length % 2 === 0 ? lines : [...lines, fences.at(-1)!.replace("text", "")];
}

function described({ heading, lines, asBlock = false }: Part): string[] {
    return lines.length === 0 ? [] : [`**${heading}**`, "", ...(asBlock ? block(lines) : lines), ""];
}

/** Errors of the tunings and of the program itself; those of other resources may hold anything, and are only named. */
function errors({ messages }: Preview): string[] {
    const wrong = messages.filter(({ severity, text }) => severity === "error" && !isEcho(text));
    const own = wrong.filter(({ urn }) => urn === undefined || isOurs(urn));
    const others = wrong.flatMap(({ urn }) => (urn === undefined || isOurs(urn) ? [] : urn));
    const lines = own.map(({ urn, text }) => (urn === undefined ? text : `${nameOfUrn(urn)}: ${text}`));
    return [
        ...described({
            heading: "Errors",
            lines: [...new Set(lines)].flatMap((text) => text.split("\n")),
            asBlock: true,
        }),
        ...described({
            heading: "Errors of other resources, which the job's log tells",
            lines: [...new Set(others)].map((urn) => `- ${code(`${typeOfUrn(urn)} ${nameOfUrn(urn)}`)}`),
        }),
    ];
}

/** What the engine says beside the error itself. */
function isEcho(text: string): boolean {
    return /^(?:Unhandled exception: |preview failed$|One or more errors occurred)/.test(text);
}

/** A tuning, or a command or verification of one. */
function isOurs(urn: string): boolean {
    return urn.includes("pulumi-tcp-tuning:");
}

/** Those of our own pack with their text; another's may hold anything. */
function violations({ violations: found }: Preview): string[] {
    const lines = found.map((violation) => {
        const { policy, pack, level, text } = violation;
        const from = isOfOwnPack(violation) ? "" : ` of ${code(pack)}`;
        const what = isOfOwnPack(violation) ? plain(text) : "the job's log has the text";
        return `- ${level} ${code(policy)}${from} on ${code(placeOf(violation))}: ${what}`;
    });
    return described({ heading: "Policy violations", lines: [...new Set(lines)] });
}

function isOfOwnPack({ pack }: Violation): boolean {
    return pack === "pulumi-tcp-tuning";
}

function placeOf({ urn }: Violation): string {
    return urn === undefined ? "the stack" : nameOfUrn(urn);
}

/** What a comment names and does not tell, for the job's log, which has nothing of it from the engine. */
export function untold({ messages, violations: found }: Preview): string[] {
    const errors = messages.flatMap(({ urn, severity, text }) =>
        severity === "error" && urn !== undefined && !isOurs(urn) && !isEcho(text)
            ? [`error of ${typeOfUrn(urn)} ${nameOfUrn(urn)}: ${text}`]
            : [],
    );
    const violated = found
        .filter((violation) => !isOfOwnPack(violation))
        .map((violation) => {
            const { policy, pack, level, text } = violation;
            return `${level} ${policy} of ${pack} on ${placeOf(violation)}: ${text}`;
        });
    return [...new Set([...errors, ...violated])];
}

const HEADER = ["| host | key | now | then | why |", "| --- | --- | --- | --- | --- |"];
const LEGEND =
    "*seen*: read from the host in this preview. *last up*: what the last `pulumi up` set; nobody looked at the host.";

function table(rows: readonly Change[], open: number, room: number): string[] {
    if (rows.length === 0) {
        return [];
    }
    const grouped = groupsOf(rows);
    const lines = grouped.map(rowOf);
    const isFolded = lines.length > open;
    const summary = `<summary>${plural(rows.length, "value")}, ${plural(lines.length, "row")}</summary>`;
    const before = isFolded ? ["<details>", summary, ""] : [];
    const after = ["", ...(isFolded ? ["</details>", ""] : []), LEGEND, ""];
    const { lines: kept, cut } = fitting(lines, room - lengthOf([...before, ...HEADER, ...after]) - CUT_ROOM);
    const lost = grouped.slice(kept.length).reduce((sum, { hosts }) => sum + hosts.length, 0);
    const told =
        cut === 0 ? [] : ["", `… ${plural(cut, "row")} with ${plural(lost, "value")} cut: a comment holds no more.`];
    return [...before, ...HEADER, ...kept, ...told, ...after];
}

/** What is the same on several hosts, which is one row. */
interface Group extends Change {
    readonly hosts: readonly string[];
}

function groupsOf(rows: readonly Change[]): Group[] {
    const groups = new Map<string, Group>();
    for (const row of rows) {
        const { host, ...same } = row;
        const id = JSON.stringify(same);
        groups.set(id, { ...row, hosts: [...(groups.get(id)?.hosts ?? []), host] });
    }
    return [...groups.values()];
}

/** As many hosts are named in a row. */
const MOST_NAMES = 10;

/** @param unnamed How many more there are, whose names are not told. */
function namesOf(hosts: readonly string[], unnamed = 0): string {
    const more = Math.max(0, hosts.length - MOST_NAMES) + unnamed;
    return `${hosts.slice(0, MOST_NAMES).map(code).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function rowOf({ hosts, key, now, source, wanted, why, accepted }: Group): string {
    const effect = effectOf(key);
    const reasons = [
        plain(why),
        ...(accepted.length > 0 ? [`accepted: ${accepted.map(code).join(", ")}`] : []),
        ...(effect === undefined ? [] : [`*${effect.replaceAll("|", "\\|")}*`]),
    ];
    const cells = [
        namesOf(hosts),
        code(key),
        now === undefined ? source : `${code(now)} ${source}`,
        wanted === undefined ? "its original" : code(wanted),
        reasons.join("<br>"),
    ];
    return `| ${cells.join(" | ")} |`;
}

function remarks({ remarks: told }: Changes): string[] {
    return described({
        heading: "Beside the values",
        lines: byText(told.map(({ host, text }) => ({ hosts: [host], more: 0, text }))).map(lineOf),
    });
}

function warnings({ messages }: Preview): string[] {
    const found = messages.flatMap(({ urn, severity, text }) =>
        severity === "warning" && urn !== undefined && isOurs(urn) ? [scopedOf(urn, text)] : [],
    );
    return described({ heading: "Warnings", lines: byText(found).map(lineOf) });
}

/** A fleet says itself which of its hosts a text is about. */
function scopedOf(urn: string, text: string): Scoped {
    const scoped = typeOfUrn(urn) === FLEET ? readScope(text) : undefined;
    return scoped ?? { hosts: [nameOfUrn(urn)], more: 0, text };
}

function acceptances(accepted: readonly Accepted[]): string[] {
    const told = accepted.map(({ id, reason, host }) => ({
        hosts: [host],
        more: 0,
        text: `${code(id)}: ${plain(reason)}`,
    }));
    return described({
        heading: "Accepted warnings",
        lines: byText(told).map(({ hosts, text }) => `- ${text} (${namesOf(hosts)})`),
    });
}

function lineOf({ hosts, more, text }: Scoped): string {
    return `- ${namesOf(hosts, more)}: ${plain(text)}`;
}

/** Each text once, with its hosts. */
function byText(told: readonly Scoped[]): Scoped[] {
    const texts = new Map<string, Scoped>();
    for (const each of told) {
        const known = texts.get(each.text);
        texts.set(each.text, {
            ...each,
            hosts: [...new Set([...(known?.hosts ?? []), ...each.hosts])],
            more: (known?.more ?? 0) + each.more,
        });
    }
    return [...texts.values()];
}
