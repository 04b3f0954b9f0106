/*
 * How a command on the host starts the agent. Constant, whoever logs in and whatever is asked: all that may change travels
 * in the request. Kept under 300 bytes: a failure prints the command several times.
 */

/** Seconds after which an apply or a restore is ended, and undone. */
export const APPLY_SECONDS = 120;

/** Seconds after which an apply is ended that verifies before it commits, and settles for so long. */
export function applySeconds({ settleSeconds = 0 }: { readonly settleSeconds?: number } = {}): number {
    return APPLY_SECONDS + settleSeconds;
}

/** Seconds after which a verification is ended: beyond the settling time, counting the states of very many sockets. */
export function verifySeconds(settleSeconds = 0): number {
    return settleSeconds + 60;
}

/** Starts the agent that travels in the request on stdin. */
export function launchPacked(
    verb: "apply" | "apply anew" | "restore" | "observe" | "verify",
    seconds: number = APPLY_SECONDS,
): string {
    // The one word that gzip and base64 make begin so. What is unpacked also is what an apply leaves on the host.
    const unpack =
        'for w in $r;do case $w in H4sIAAAA*)break;esac;done;a=$(printf %s "$w"|base64 -d|gzip -dc);eval "$a"';
    // No words here for a damaged agent: the command is printed with every failure. What unpacks it says enough.
    return launch(`r=$(cat);${unpack};exit 70`, verb, seconds);
}

/**
 * Verifies, with the agent that travels in the request, once cloud-init has ended this boot; or when `bootSeconds` are over,
 * as it was found then.
 */
export function launchAfterBoot(bootSeconds: number, settleSeconds?: number): string {
    const booted = `timeout ${bootSeconds} sh -c 'until [ -e /run/cloud-init/result.json ];do sleep 1;done'`;
    return `${booted};${launchPacked("verify", verifySeconds(settleSeconds))}`;
}

/** Starts the agent that `apply` left on the host. */
export function launchInstalled(verb: "verify", name: string, settleSeconds?: number): string {
    // What to say without an agent stands in the request: this text is printed with every failure.
    const gone = 'printf "%s\\n" "$r"|sed -n 2p>&2;exit 76';
    return launch(
        `r=$(cat);cd /var/lib/tcp-tuning/${name} 2>&-&&[ -e agent ]&&. ./agent;${gone}`,
        verb,
        verifySeconds(settleSeconds),
    );
}

function launch(script: string, verb: string, timeoutSeconds: number): string {
    return `timeout ${timeoutSeconds} sh -c '${script}' tcp-tuning ${verb}`;
}
