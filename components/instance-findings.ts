import { becomeFindings, type Finding, finding, hopFindings, received } from "./argument-findings";
import { bootNames, tuningFindings } from "./boot-tuning";
import type { TunedInstanceArgs } from "./tuned-instance";

/** Seconds from one that a boot can take to one that nobody waits for. */
const bootSecondsRange = [10, 3600] as const;

/** What is wrong with what a {@link TunedInstance} has beside its tuning. */
export function instanceFindings({ userData, userDataBase64, tuning }: TunedInstanceArgs): Finding[] {
    return [
        ...tuningFindings(tuning, [...bootNames, "connection", ...connected]),
        ...(userData !== undefined && userDataBase64 !== undefined
            ? [
                  finding(
                      "userData",
                      "received one beside userDataBase64, and an instance takes one of them; leave one out",
                  ),
              ]
            : []),
        ...(tuning?.connection == null ? unreachedFindings(tuning ?? {}) : reachedFindings(tuning, tuning.connection)),
    ];
}

const connected = ["become", "becomePassword", "verify", "insecureIgnoreHostKey", "bootSeconds"] as const;

/** Without a connection nothing would be done about these. */
function unreachedFindings(tuning: Partial<TunedInstanceArgs["tuning"]>): Finding[] {
    const idle = connected.filter((name) => tuning[name] !== undefined && tuning[name] !== false);
    return idle.map((name) =>
        finding(
            `tuning.${name}`,
            `${name === "becomePassword" ? "received one" : received(tuning[name])} without tuning.connection, so nobody would connect; give a connection, or leave it out`,
        ),
    );
}

function reachedFindings(
    { insecureIgnoreHostKey, bootSeconds, ...tuning }: TunedInstanceArgs["tuning"],
    connection: NonNullable<TunedInstanceArgs["tuning"]["connection"]>,
): Finding[] {
    const host = typeof connection.host === "function" ? "of the instance" : connection.host;
    const [from, to] = bootSecondsRange;
    return [
        ...hopFindings({ ...connection, host }, "tuning.connection"),
        ...becomeFindings(tuning, "tuning."),
        ...(connection.hostKey !== undefined || insecureIgnoreHostKey
            ? []
            : [
                  finding(
                      "tuning.connection.hostKey",
                      "received none, so anyone could answer in the instance's place. Bring a key by cloud-config's ssh_keys and give its " +
                          "public half here, or give up the check by insecureIgnoreHostKey: true",
                  ),
              ]),
        ...(bootSeconds === undefined || (Number.isSafeInteger(bootSeconds) && bootSeconds >= from && bootSeconds <= to)
            ? []
            : [
                  finding(
                      "tuning.bootSeconds",
                      `${received(bootSeconds)}; write a whole number of seconds, ${from} to ${to}`,
                  ),
              ]),
    ];
}
