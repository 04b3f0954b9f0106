import type { ResourceValidation, ResourceValidationPolicy } from "@pulumi/policy";
import { isOwnCommand } from "./own";
import { ofTunings } from "./tuning";

const ofTuning = ofTunings(({ insecureIgnoreHostKey }) =>
    insecureIgnoreHostKey !== true
        ? []
        : [
              "insecureIgnoreHostKey: received true, so whoever answers gets root commands. Give knownHosts, or connection.hostKey.",
          ],
);

/** What the components' commands really connect with, those of a `TunedInstance` among them; a fleet's have no connection. */
const ofCommand: ResourceValidation = ({ type, props }, report) => {
    if (type !== "command:remote:Command" || !isOwnCommand(props)) {
        return;
    }
    const { connection } = props;
    for (const [path, hop] of [
        ["connection", connection],
        ["connection.proxy", connection?.proxy],
    ] as const) {
        if (hop != null && !hop.hostKey) {
            report(
                `${path}.hostKey: received none, so whoever answers gets root commands. Give the host's key, or knownHosts.`,
            );
        }
    }
};

/** No tuning connects to a host, or a proxy, whose key it does not know. Mandatory. */
export const hostKey: ResourceValidationPolicy = {
    name: "tcp-tuning-host-key",
    description: "A TcpTuning, or a fleet, connects only to a host whose key it knows.",
    enforcementLevel: "mandatory",
    validateResource: [ofTuning, ofCommand],
};
