/** How a command on the host starts the agent. Kept under 300 bytes: a failure prints the command several times. */
export interface LaunchOptions {
    /** Run as root through `sudo -n`. */
    readonly become: boolean;
    /** Seconds after which the run is ended, and undone. */
    readonly timeoutSeconds: number;
}

/** Starts the agent that travels in the request on stdin. */
export function launchPacked(verb: "apply" | "restore" | "observe", options: LaunchOptions): string {
    const unpack = `eval "$(printf "%s\\n" "$r"|sed -n 2p|base64 -d|gzip -dc)"`;
    const broken = `echo "tcp-tuning: the agent did not arrive whole">&2;exit 70`;
    return launch(`r=$(cat);${unpack};${broken}`, verb, options);
}

/** Starts the agent that `apply` left on the host. */
export function launchInstalled(verb: "verify", name: string, options: LaunchOptions): string {
    const gone = 'echo "tcp-tuning: its ledger is gone: run pulumi up --replace">&2;exit 76';
    return launch(`r=$(cat);cd /var/lib/tcp-tuning/${name}&&. ./agent;${gone}`, verb, options);
}

function launch(script: string, verb: string, { become, timeoutSeconds }: LaunchOptions): string {
    const run = `timeout ${timeoutSeconds} sh -c '${script}' tcp-tuning ${verb}`;
    if (!become) {
        return run;
    }
    const refused = `echo "tcp-tuning: become: true needs sudo without a password for $(id -un)">&2`;
    return `sudo -n ${run};c=$?;[ $c != 1 ]||${refused};exit $c`;
}
