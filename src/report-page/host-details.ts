import { counted, thousands } from "../counted";
import { problemsOf } from "../fleet";
import { type HostReport, type KeyReport, type ListenerReport, mentions } from "../report";
import { sortedStates } from "../tcp-states";
import { type Content, type Html, html } from "./html";
import { keySigns } from "./key-signs";
import { filterData, type ShownHost, statusMark } from "./shown-host";

/** All that is known of each host; what needs nobody is folded up. */
export function hostDetails(hosts: readonly ShownHost[]): Html {
    return html`<h2>Details of each host</h2>
${hosts.map(
    (host) => html`<details ${filterData(host)}><summary>${host.name} ${statusMark(host)}</summary><div id="${host.id}">
${aboutHost(host.report)}${list("Problems", problemsOf(host.report))}${keyTable(host.report)}${listenerTable(host.report)}${list(
    "Rivals",
    host.report.rivals ?? [],
)}${stateTable(host.report)}</div></details>
`,
)}`;
}

function aboutHost(report: HostReport): Html {
    const { name, generation, kernel, namespace, boot, verifiedAt, timeWait, orphans } = report;
    const { start, highest, count, limit, waitedSeconds, overflowed } = timeWait;
    return html`<p>Tuning <code>${name}</code>, generation ${generation}, Linux ${kernel}${
        namespace === "other" && ", in a network namespace of its own"
    }, boot <code>${boot}</code>; verified at
${verifiedAt.replace("T", " ").replace("Z", "")} UTC by its own clock. TIME_WAIT ${thousands(start)} at the start of the settling time, ${thousands(
        highest,
    )} at most, ${thousands(count)} after ${waitedSeconds} s; ${
        limit === undefined ? "no limit" : `limit ${thousands(limit)}`
    }; ${thousands(overflowed)} closed without it. ${counted(orphans, "orphan")}.</p>
`;
}

function list(title: string, texts: readonly string[]): Content {
    return (
        texts.length > 0 &&
        html`<h3>${title}</h3><ul>${texts.map((text) => html`<li>${text}`)}</ul>
`
    );
}

function keyTable({ keys }: HostReport): Html {
    return html`<div class="box" tabindex="0" role="group" aria-label="parameters"><table class="keys mono"><thead><tr>${heads(
        "Parameter",
        "Status",
        "Original",
        "Wanted",
        "Live",
        "At the next boot",
    )}<tbody>
${Object.entries(keys).map(([key, report]) => keyRow(key, report))}</table></div>
`;
}

const AS_WANTED = "as wanted";

function keyRow(key: string, { status, original, wanted, bound, computed, live, atBoot, why }: KeyReport): Html {
    const from = [bound, computed].filter((each) => each !== undefined).join(", ");
    const found = live ?? (status === "missing" ? "–" : status === "otherNamespace" ? "not known" : AS_WANTED);
    return html`<tr><td>${key}<td class="k-${status}">${keySigns[status]} ${why ?? mentions[status]}<td>${
        original ?? "–"
    }<td>${wanted}${from !== "" && ` (${from})`}<td>${found}<td>${
        atBoot === undefined
            ? status === "missing" || status === "otherNamespace"
                ? "–"
                : "as wanted"
            : atBootCell(atBoot)
    }
`;
}

function atBootCell({ by, value }: NonNullable<KeyReport["atBoot"]>): Html {
    return html`${value} by <code>${by}</code>`;
}

function listenerTable({ listeners: { total, listed } }: HostReport): Content {
    return (
        total > 0 &&
        html`<h3>Listeners that do not have what is in force${listed.length < total && `, ${listed.length} of ${total}`}</h3>
<div class="box" tabindex="0" role="group" aria-label="listeners"><table class="keys"><thead><tr>${heads(
            "Program",
            "Address and port",
            "Backlog",
            "What to do",
        )}<tbody>
${listed.map(listenerRow)}</table></div>
`
    );
}

function listenerRow({ address, port, process, pid, backlog, somaxconn, restartNeeded }: ListenerReport): Html {
    return html`<tr><td>${process ?? "unknown"}${pid !== undefined && ` (${pid})`}<td>${address}, ${port}<td>${
        backlog ?? "not known"
    } of ${somaxconn}<td>${restartNeeded ? "restart it" : "nothing, or raise the program's own backlog"}
`;
}

function stateTable({ states, counters }: HostReport): Html {
    const counts = sortedStates(states?.now ?? {}).map(
        ([state, now]) => [state, states?.before?.[state] ?? 0, now] as const,
    );
    const rows = [
        ...counts.map(([state, before, now]) => [state, states?.before && before, now] as const),
        ...Object.entries(counters).map(([counter, { before, now }]) => [counter, before, now] as const),
    ];
    return html`<div class="box" tabindex="0" role="group" aria-label="connections and counters"><table class="keys"><thead><tr>${heads(
        "Connections, counters since boot",
        "Before",
        "After",
    )}<tbody>
${rows.map(
    ([
        name,
        before,
        now,
    ]) => html`<tr><td>${name}<td>${before === undefined ? "–" : thousands(before)}<td>${thousands(now)}
`,
)}</table></div>
`;
}

function heads(...titles: readonly string[]): Html {
    return html`${titles.map((title) => html`<th scope="col">${title}`)}`;
}
