import { APPLY_SECONDS, launchInstalled, launchPacked, verifySeconds } from "./agent/launcher";
import { type ApplyRequest, applyRequest, type VerifyRequest, verifyRequest } from "./agent/request";

/** Whether the hosts are tuned, or given back what they had. */
export type Ensure = "tuned" | "absent";

/** What is to be done on the hosts of an association. */
export interface DocumentRequest extends Pick<ApplyRequest, "name" | "owner" | "dropIn" | "formers" | "onOverride"> {
    /** @default "tuned" */
    readonly ensure?: Ensure;
    /** The check after applying, or false for none. @default every value and the drop-in, no limit for TIME_WAIT */
    readonly verify?: Pick<VerifyRequest, "maxTimeWait" | "settleSeconds" | "states"> | false;
}

/** What SSM takes as a document, in bytes. */
const MOST_BYTES = 65_536;

/**
 * An SSM Command document (schema 2.2, JSON) whose hosts apply and verify, or restore, as root. Run again on a host in step it
 * changes nothing.
 *
 * @throws Error when SSM would not take it, with both sizes
 */
export function ssmDocument(request: DocumentRequest): string {
    const { name, ensure = "tuned", verify = {} } = request;
    const seconds = APPLY_SECONDS + (verify === false ? 0 : verifySeconds(verify.settleSeconds));
    const text = JSON.stringify(
        {
            schemaVersion: "2.2",
            description: `TCP parameters of ${name}: ${ensure} (pulumi-tcp-tuning)`,
            mainSteps: [
                {
                    action: "aws:runShellScript",
                    name: ensure === "absent" ? "restore" : "tune",
                    precondition: { StringEquals: ["platformType", "Linux"] },
                    inputs: { timeoutSeconds: String(seconds), runCommand: script(request).trimEnd().split("\n") },
                },
            ],
        },
        undefined,
        1,
    );
    const { length } = Buffer.from(text);
    if (length > MOST_BYTES) {
        throw new Error(
            `SSM document: ${length} bytes, and SSM takes ${MOST_BYTES}. Set fewer parameters in one tuning.`,
        );
    }
    return text;
}

function script({ ensure = "tuned", verify = {}, ...request }: DocumentRequest): string {
    if (ensure === "absent") {
        return run(launchPacked("restore"), applyRequest(request));
    }
    const apply = run(launchPacked("apply"), applyRequest(request));
    if (verify === false) {
        return apply;
    }
    const { name, dropIn, onOverride } = request;
    const checked = verifyRequest({ ...verify, name, dropIn, onOverride, receipt: "State Manager" });
    return `${apply}code=$?; [ $code = 0 ] || exit $code\n${run(launchInstalled("verify", name, verify.settleSeconds), checked)}`;
}

/** SSM would look for a parameter in `{{ }}`: each brace travels with a mark behind it. */
function run(launch: string, stdin: string): string {
    return `sed 's/\\([{}]\\)=/\\1/g' <<'=request' | ${launch}\n${stdin.replace(/[{}]/g, "$&=")}=request\n`;
}
