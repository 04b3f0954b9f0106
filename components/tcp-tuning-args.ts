import type * as pulumi from "@pulumi/pulumi";
import type { OnOverride } from "../src/agent/request";
import type { Restore as RestoreMode } from "../src/allowed";
import type { ParameterValues } from "../src/generated/parameters";
import type { ProfileName } from "../src/profiles";
import type { ParameterValue } from "../src/setting";
import type { OnFailure } from "../src/user-data";
import type { ConnectionArgs } from "./connection";

/** The catalogue's parameters, each value an Input; hover over a key for its meaning, unit, bounds and risk. */
export type ParameterArgs = { [Key in keyof ParameterValues]: pulumi.Input<ParameterValues[Key]> };

export type { RestoreMode };

/** What is checked after the values were applied. */
export interface VerifyArgs {
    /**
     * Most sockets in TIME_WAIT on the host when the settling time ends. Must be below `tcp_max_tw_buckets`, which it
     * could otherwise never reach.
     * @default no limit
     */
    readonly maxTimeWait?: number;
    /**
     * Seconds, up to 3600, that the host has to come within `maxTimeWait`; each TIME_WAIT lasts 60 s, so 90 is ample.
     * @default 90
     */
    readonly settleSeconds?: number;
    /**
     * Count the connections of every TCP state for the report, at about 4 µs a socket.
     * @default true
     */
    readonly states?: boolean;
}

/** Arguments of {@link TcpTuning}. */
export interface TcpTuningArgs {
    /**
     * A named group of parameters to start from: `base`, `high-traffic`, `full` or `modern`.
     * @default none
     */
    readonly profile?: ProfileName;
    /**
     * Parameters beside, or instead of, the profile's.
     * @default none
     */
    readonly parameters?: ParameterArgs;
    /**
     * Keys outside the catalogue, taken as they are; they are written and read back like any other.
     * @default none
     */
    readonly unlisted?: Readonly<Record<string, pulumi.Input<ParameterValue>>>;
    /**
     * Keys that a host's kernel may lack, or that a container may not have or change: skipped there, and reported as
     * `missing` or `otherNamespace`.
     * @default none: a missing key is an error
     */
    readonly optional?: readonly string[];
    /**
     * Warnings taken knowingly: rule id to reason.
     * @default the profile's own
     */
    readonly accept?: Readonly<Record<string, string>>;
    /**
     * How to reach the host by SSH. Leave it out only together with `delivery: "user-data"`.
     * @default none, which is an error with `delivery: "ssh"`
     */
    readonly connection?: pulumi.Input<ConnectionArgs>;
    /**
     * `ssh` applies and verifies during `pulumi up`; `user-data` connects nowhere and only renders the outputs
     * `userData` and `userDataBase64`.
     * @default "ssh"
     */
    readonly delivery?: "ssh" | "user-data";
    /**
     * User data that the instance has already: cloud-config, a shell script, jinja, `#include` or MIME. It becomes a part of
     * `userData`, byte for byte.
     * @default none
     */
    readonly mergeWith?: pulumi.Input<string | undefined>;
    /**
     * What an instance does that is not as wanted after its first boot, or two minutes later: `report` leaves
     * `cloud-init status` an error; `poweroff` also turns it off, so that a health check replaces it.
     * @default "report"
     */
    readonly onFailure?: OnFailure;
    /**
     * OpenSSH known_hosts file(s) with the host's key, for a `connection` without `hostKey`.
     * @default none
     */
    readonly knownHosts?: string | readonly string[];
    /**
     * Connect without checking the host's key: whoever answers gets root commands.
     * @default false
     */
    readonly insecureIgnoreHostKey?: boolean;
    /**
     * Become root through sudo on the host.
     * @default false: the login user is root
     */
    readonly become?: boolean;
    /**
     * The password that sudo asks the login user for. It is a secret, in whatever form it is given, and reaches the host
     * only as sudo's input. `destroy` uses the one of the last `up`: run `up` after it has changed on the host.
     * @default none: `sudo -n`
     */
    readonly becomePassword?: pulumi.Input<string>;
    /**
     * Look at the host in every preview and `up`, over a connection of its own that changes nothing: a host that is not
     * as the program wants it shows an update, which mends it, and a preview tells what would change.
     * @default the stack's configuration `pulumi-tcp-tuning:observe`, or false
     */
    readonly observe?: boolean;
    /**
     * Seconds from 5 to 3600 within which a second connection has to confirm that the host can still be reached after
     * its values changed; else the host puts everything back by itself. For changes that could cut it off.
     * @default none: no second connection
     */
    readonly confirmWithinSeconds?: number;
    /**
     * Another file of the host that gives one of the keys another value at its next boot: `error` refuses to apply, and
     * fails the verification; `warn` tells it only.
     * @default "error"
     */
    readonly onOverride?: OnOverride;
    /**
     * What `destroy`, or another host for this resource, does to the host: `originals` gives every original value back;
     * `leave` opens no connection, and the host stays tuned.
     * @default "originals"
     */
    readonly restore?: RestoreMode;
    /**
     * The check after applying, or false for none.
     * @default read every value and the drop-in back; no limit for TIME_WAIT
     */
    readonly verify?: VerifyArgs | false;
}
