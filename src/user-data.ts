import { gunzipSync, gzipSync } from "node:zlib";
import { launchInstalled, launchPacked } from "./agent/launcher";
import { type ApplyRequest, applyRequest, verifyRequest } from "./agent/request";
import { packedFirstBootAgent } from "./generated/agent";
import { multipart } from "./mime";

/** What an instance does when it is not as wanted after its first boot. */
export type OnFailure = "report" | "poweroff";

/** What is to be applied at boot, beside the user's own. */
export interface UserDataRequest extends Pick<ApplyRequest, "name" | "owner" | "dropIn" | "formers" | "onOverride"> {
    /** The user's own user data: cloud-config, a script, jinja, `#include`, MIME. @default none */
    readonly mergeWith?: string;
    /** @default "report" */
    readonly onFailure?: OnFailure;
}

/**
 * User data for cloud-init, which tunes the instance that boots with it: a boothook applies, before sshd and the services
 * start; the last script verifies. What the user has runs between, unread.
 */
export function userData(request: UserDataRequest): string {
    const { name, mergeWith } = request;
    const own = mergeWith === undefined || mergeWith.trim() === "" ? [] : [{ type: "text/plain", content: mergeWith }];
    return multipart([
        { type: "text/cloud-boothook", filename: `tcp-tuning-${name}-apply`, content: applyScript(request) },
        ...own,
        // Scripts run in the order of their names.
        { type: "text/x-shellscript", filename: `zzzz-tcp-tuning-${name}-verify`, content: verifyScript(request) },
    ]);
}

/** Where a boothook's words wait for the last script, which tells them. */
const wordsOf = (name: string) => `/run/tcp-tuning-${name}.apply`;

/** Runs at every boot: a host that is in step, or was tuned otherwise since the same user data was, stays as it is. */
function applyScript(request: UserDataRequest): string {
    const words = wordsOf(request.name);
    return `#cloud-boothook
#!/bin/sh
# pulumi-tcp-tuning: ${request.name}
${launchPacked("apply")} 2>${words} <<'=request'
${applyRequest({ ...request, by: "user-data" }, packedFirstBootAgent)}=request
code=$?
cat ${words} >&2
exit $code
`;
}

/** Seconds after which the values are looked at once more: services that start later may have changed them. */
const AGAIN_SECONDS = 120;

/**
 * Runs once, at the end of the first boot, and by a timer once more: leaves a report, and fails when the host is not as it
 * should be.
 */
function verifyScript({ name, onFailure, ...request }: UserDataRequest): string {
    const words = wordsOf(name);
    return `#!/bin/sh
# pulumi-tcp-tuning: ${name}
folder=/var/lib/tcp-tuning/${name} again=$1
mkdir -p $folder
[ -n "$again" ] || cp "$0" $folder/check
${launchInstalled("verify", name)} >$folder/report.new 2>$folder/why <<'=request'
${verifyRequest({ ...request, name, receipt: "first boot", by: "user-data", acceptNewer: true })}=request
code=$?
[ $code = 0 ] || [ -n "$again" ] || cat ${words} >>$folder/why
why=$(sed '$!s/$/;/' $folder/why | tr '\\t\\n' '  ')
[ -s $folder/report.new ] || printf '{"schema":1,"verb":"apply","name":"${name}","ok":false,"problems":["%s"]}\\n' \\
    "$(echo "$why" | sed 's/[\\\\"]/\\\\&/g')" >$folder/report.new
mv $folder/report.new $folder/report.json
rm $folder/why
if [ $code = 0 ]; then what='in force'; else what="NOT IN FORCE: $why"; fi
said="tcp-tuning ${name}: $what (\${again:-first} check, up $(cut -d. -f1 /proc/uptime) s, boot $(cat /proc/sys/kernel/random/boot_id))"
echo "$said"
if [ -n "$again" ]; then echo "$said" >/dev/console
else systemd-run --quiet --on-active=${AGAIN_SECONDS} --unit=tcp-tuning-check-${name} sh $folder/check second; fi
${onFailure === "poweroff" ? "[ $code = 0 ] || poweroff\n" : ""}exit $code
`;
}

/** What EC2 takes, counted before base64. */
const MOST_BYTES = 16_384;

/**
 * User data as EC2 takes it: in base64, gzip'd where it is too long otherwise (cloud-init unpacks it).
 *
 * @throws Error when it is too long even so, with both sizes
 */
export function userDataBase64(text: string): string {
    const plain = Buffer.from(text);
    const sent = plain.length <= MOST_BYTES ? plain : gzipSync(plain, { level: 9 });
    if (sent.length > MOST_BYTES) {
        throw new Error(
            `user data: ${plain.length} bytes, ${sent.length} gzip'd, and EC2 takes ${MOST_BYTES}. ` +
                "Shorten what mergeWith holds (an #include of a file elsewhere is short), set fewer parameters, " +
                "or tune the instance over SSH.",
        );
    }
    return sent.toString("base64");
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** User data as its owner wrote it, from base64, gzip'd or not. @throws Error when that is no text */
export function userDataText(base64: string): string {
    const sent = Buffer.from(base64, "base64");
    const bytes = sent.subarray(0, 2).equals(GZIP) ? gunzipSync(sent) : sent;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}
