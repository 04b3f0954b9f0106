import * as pulumi from "@pulumi/pulumi";
import { type ProfileName, TcpTuning } from "pulumi-tcp-tuning";

const config = new pulumi.Config();
const user = config.require("user");

/** getNumber would take "4k" for 4. */
function wholeNumber(key: string): number | undefined {
    const text = config.get(key);
    if (text !== undefined && !/^[0-9]+$/.test(text)) {
        throw new pulumi.RunError(`${key}: received ${JSON.stringify(text)}; write a whole number, such as 4000.`);
    }
    return text === undefined ? undefined : Number(text);
}

const tuning = new TcpTuning("host", {
    profile: config.require<ProfileName>("profile"),
    parameters: {
        // Beside the profile's or instead of them, for example "net.core.somaxconn": 16384. Hover explains each.
    },
    connection: {
        host: config.require("host"),
        user,
        // Without one the SSH agent is asked.
        privateKey: config.getSecret("privateKey"),
    },
    knownHosts: config.require("knownHosts"),
    become: user !== "root",
    // Every value is read back; with a limit, the sockets in TIME_WAIT must come within it, too.
    verify: { maxTimeWait: wholeNumber("maxTimeWait") },
});

export const summary = tuning.summary;
export const settings = tuning.settings;
export const report = tuning.report;
