/*
 * How a command on the host starts the agent. Constant, whoever logs in and whatever is asked: all that may change travels
 * in the request. Kept under 300 bytes: a failure prints the command several times.
 */

/** Seconds after which an apply or a restore is ended, and undone. */
export const APPLY_SECONDS = 120;

/** Seconds after which a verification is ended: beyond the settling time, counting the states of very many sockets. */
export function verifySeconds(settleSeconds = 0): number {
    return settleSeconds + 60;
}

/** Starts the agent that travels in the request on stdin. */
export function launchPacked(verb: "apply" | "restore" | "observe"): string {
    const unpack = `eval "$(printf "%s\\n" "$r"|sed -n 2p|base64 -d|gzip -dc)"`;
    const broken = `echo "tcp-tuning: the agent did not arrive whole">&2;exit 70`;
    return launch(`r=$(cat);${unpack};${broken}`, verb, APPLY_SECONDS);
}

/** Starts the agent that `apply` left on the host. */
export function launchInstalled(verb: "verify", name: string, settleSeconds?: number): string {
    const gone = 'echo "tcp-tuning: its ledger is gone: run pulumi up --replace">&2;exit 76';
    return launch(`r=$(cat);cd /var/lib/tcp-tuning/${name}&&. ./agent;${gone}`, verb, verifySeconds(settleSeconds));
}

function launch(script: string, verb: string, timeoutSeconds: number): string {
    return `timeout ${timeoutSeconds} sh -c '${script}' tcp-tuning ${verb}`;
}
