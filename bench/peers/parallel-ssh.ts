import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../../test/support/hosts/run";
import { dropInOf } from "../parameters";
import type { Peer } from "./peer";

const PROCESSES = 64;
const TARGET = "/etc/sysctl.d/99-bench.conf";

/** Everything that the ssh of one host needs to know, its address left to xargs. */
const SCRIPT = `
    exec xargs -P ${PROCESSES} -n 1 sh -c '
        exec ssh -F none -i "$1" -o IdentitiesOnly=yes -o UserKnownHostsFile="$2" -o StrictHostKeyChecking=yes \\
            -o BatchMode=yes "root@$4" "cat >${TARGET} && sysctl -q -p ${TARGET}" <"$3"' ssh "$1" "$2" "$3"`;

/** What one would write by hand: no look at what is there, no way back, nothing read back. */
export const parallelSsh: Peer = {
    title: "parallel ssh",
    about: `one ssh a host, ${PROCESSES} at once: the drop-in through stdin, then sysctl -p`,
    usual: true,
    async open({ hosts, access, folder }) {
        const dropIn = join(folder, "drop-in.conf");
        const addresses = hosts.map(({ address }) => `${address}\n`).join("");
        return {
            async apply(values) {
                writeFileSync(dropIn, dropInOf(values));
                const words = [access.privateKeyFile, access.knownHostsFile, dropIn];
                await mustRun(["sh", "-euc", SCRIPT, "parallel-ssh", ...words], { input: addresses });
                return undefined;
            },
            close: async () => undefined,
        };
    },
};
