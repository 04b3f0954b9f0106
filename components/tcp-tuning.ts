import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { launchPacked } from "../src/agent/launcher";
import { applyRequest, type OnOverride, ownerOf, refusedRequest, tokenOf } from "../src/agent/request";
import { nameOf, renderDropIn } from "../src/drop-in";
import type { HostReport } from "../src/report";
import { userData, userDataBase64 } from "../src/user-data";
import { type Finding, finding } from "./argument-findings";
import { argumentNames } from "./argument-names";
import { checkArgs, type Outcome, resolveArgs, tellLateMistakes, tellLatePassword } from "./check-args";
import { confirmationHook } from "./confirmation-hook";
import { asSecret, hostOf, pinnedConnection } from "./connection";
import { driftTransform, UPDATE } from "./drift";
import { formerNames } from "./former-names";
import { takeName } from "./names-on-host";
import { logWarnings, publicInputs, settingsInWords } from "./public-inputs";
import { orReason, type Rendered, textOf } from "./rendered";
import { strayFindings } from "./stray-findings";
import type { TcpTuningArgs } from "./tcp-tuning-args";
import { TcpVerification } from "./tcp-verification";

/** What a verification needs to know of a tuning on a host that it can reach. */
export interface AppliedTuning {
    /** The NAME on the host. */
    readonly name: string;
    /** How to reach it, with the host's key: a secret. */
    readonly connection: pulumi.Output<pulumi.Unwrap<command.types.input.remote.ConnectionArgs>>;
    /** Become root through sudo. @default the login user is root */
    readonly become?: boolean;
    /** The password that sudo asks for: a secret. @default none: `sudo -n` */
    readonly becomePassword?: pulumi.Output<string>;
    /** What a file is that overrides the tuning at the next boot. @default "error" */
    readonly onOverride?: OnOverride;
    /** What the agent answered, or which instance it is: with another text the verification runs again. */
    readonly receipt: pulumi.Output<string>;
    /** User data applies it: longest wait, in seconds, for the boot to end. @default applied over SSH, nothing to wait for */
    readonly bootSeconds?: number;
}

/** stdout is data. On stderr the agent says, in a few lines, what went wrong or was found changed by hand. */
const AGENT_LOGGING = "stderr";

/** What the arguments say, or else the stack's configuration. */
export function isObserved({ observe }: Pick<TcpTuningArgs, "observe">): boolean {
    return observe ?? new pulumi.Config("pulumi-tcp-tuning").getBoolean("observe") ?? false;
}

/** A fleet may have a host of this name. */
function nameFindings(title: string, name: string): Finding[] {
    const other = takeName(nameOf(pulumi.getProject(), pulumi.getStack(), name), title);
    return other === undefined
        ? []
        : [finding("name", `its name on the host is that of a host of ${other}; give one of them another name`)];
}

/**
 * TCP parameters of one Linux host: checked before the host is touched, applied as a whole or not at all, read back,
 * and given back by `destroy`.
 *
 * @throws InputPropertiesError with every finding about the arguments, before anything is registered
 */
export class TcpTuning extends pulumi.ComponentResource {
    /**
     * The sysctl.d drop-in, as it stands on the host; a bound is `KEY >= VALUE` or `KEY <= VALUE` here, and the value that
     * it comes to on the host stands in `report`.
     */
    public readonly dropIn: pulumi.Output<string>;
    /** The resolved parameters: key to canonical value, or to `at least 4096`. */
    public readonly settings: pulumi.Output<Record<string, string>>;
    /** What the verification found; undefined with `verify: false` or `delivery: "user-data"`. */
    public readonly report?: pulumi.Output<HostReport>;
    /** The report in one line. */
    public readonly summary?: pulumi.Output<string>;
    /** What further verifications need; undefined with `delivery: "user-data"`. */
    public readonly applied?: AppliedTuning;

    /** The NAME on the host: project-stack-name. */
    public readonly nameOnHost: string;
    /** User data that applies the same at boot, and verifies it: a MIME multipart with `mergeWith` in it. */
    public readonly userData: pulumi.Output<string>;
    private readonly booted: pulumi.Output<Rendered>;
    /** The drop-in for components that carry it elsewhere. @internal */
    public readonly rendered: pulumi.Output<Rendered>;

    /**
     * {@link userData} in base64 as EC2 takes it, gzip'd where it would be longer than EC2's 16,384 bytes. Where it is too long
     * even so, or a value came late and is wrong, the reason is logged as an error and stands here in its place; AWS refuses it.
     */
    public get userDataBase64(): pulumi.Output<string> {
        return this.booted.apply((rendered) => orReason(rendered, userDataBase64, this));
    }

    /**
     * @param name The resource's name, a part of NAME on the host.
     * @param args What to tune, how to reach the host, and what to check.
     * @param opts Pulumi's own; an alias keeps a renamed host's ledger.
     * @throws InputPropertiesError with every finding about the arguments, before anything is registered
     */
    public constructor(name: string, args: TcpTuningArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const title = `TcpTuning "${name}"`;
        checkArgs(title, args, [...nameFindings(title, name), ...strayFindings({ ...args }, argumentNames.tuning)]);
        const resolution = resolveArgs(title, args);
        const settings = resolution.apply((resolved) => settingsInWords(resolved.settings));
        const { verify = {}, become, onOverride, confirmWithinSeconds } = args;
        super("pulumi-tcp-tuning:index:TcpTuning", name, publicInputs(args, settings), opts);

        const identity = [pulumi.getProject(), pulumi.getStack(), name] as const;
        const onHost = { name: nameOf(...identity), owner: ownerOf(...identity) };
        this.nameOnHost = onHost.name;
        this.settings = settings;
        this.rendered = resolution.apply(({ refusal, settings: valid }) =>
            refusal === undefined ? { text: renderDropIn(onHost.name, valid) } : { text: "", refusal },
        );
        this.dropIn = this.rendered.apply(textOf);
        const { mergeWith, onFailure } = args;
        const formers = formerNames(name, opts.aliases);
        this.booted = pulumi.all([this.rendered, mergeWith, formers]).apply(([dropIn, own, names]) =>
            dropIn.refusal !== undefined
                ? dropIn
                : {
                      text: userData({
                          ...onHost,
                          dropIn: dropIn.text,
                          formers: names,
                          onOverride,
                          mergeWith: own,
                          onFailure,
                      }),
                  },
        );
        this.userData = this.booted.apply(textOf);
        resolution.apply(({ diagnostics, refusal }) => {
            if (refusal !== undefined) {
                void pulumi.log.error(refusal, this);
            }
            logWarnings(diagnostics, args, this);
        });

        if (args.connection !== undefined) {
            tellLateMistakes(args.connection, this);
            tellLatePassword(args.becomePassword, this);
            // A promise: as an Output it would make the command wait for the component's children, itself among them.
            const urn = new Promise<string>((resolve) => this.urn.apply(resolve));
            const becomePassword = asSecret(args.becomePassword);
            const request = pulumi
                .all([resolution, formers, urn, becomePassword])
                .apply(([{ refusal, settings: valid }, names, itself, password]) =>
                    refusal === undefined
                        ? applyRequest({
                              ...onHost,
                              dropIn: renderDropIn(onHost.name, valid),
                              formers: names,
                              become,
                              becomePassword: password,
                              onOverride,
                              confirmWithinSeconds,
                              resource: tokenOf(itself),
                          })
                        : refusedRequest({ ...onHost, become, becomePassword: password }, refusal),
                );
            this.applied = this.apply(name, onHost.name, args, args.connection, request, resolution);
            if (verify !== false) {
                const checked = new TcpVerification(`${name}-verify`, { ...verify, tuning: this }, { parent: this });
                this.report = checked.report;
                this.summary = checked.summary;
            }
        }
        this.registerOutputs({ summary: this.summary });
    }

    /** Registers the command that applies the drop-in, and restores the host when it is deleted. */
    private apply(
        name: string,
        nameOnHost: string,
        args: TcpTuningArgs,
        given: NonNullable<TcpTuningArgs["connection"]>,
        stdin: pulumi.Output<string>,
        resolution: pulumi.Output<Outcome>,
    ): AppliedTuning {
        const connection = pinnedConnection(given, args);
        const { stdout: receipt } = new command.remote.Command(
            `${name}-apply`,
            {
                connection,
                create: launchPacked("apply anew"),
                update: UPDATE,
                delete: args.restore === "leave" ? undefined : launchPacked("restore"),
                stdin,
                logging: AGENT_LOGGING,
                addPreviousOutputInEnv: false,
            },
            {
                parent: this,
                // Another host gets a command of its own, after the old one was given back its values.
                replacementTrigger: hostOf(given),
                deleteBeforeReplace: true,
                hideDiffs: ["stdin", "stdout"],
                ...(isObserved(args)
                    ? {
                          transforms: [
                              driftTransform(
                                  this,
                                  [{ connection, request: stdin, outcome: resolution }],
                                  (_drifted, token) => `${UPDATE} # drift ${token}`,
                              ),
                          ],
                      }
                    : { ignoreChanges: ["update"] }),
                hooks:
                    args.confirmWithinSeconds === undefined
                        ? undefined
                        : { onError: [confirmationHook(name, args.confirmWithinSeconds, this)] },
            },
        );
        const { become, onOverride } = args;
        return {
            name: nameOnHost,
            connection,
            receipt,
            become,
            becomePassword: asSecret(args.becomePassword),
            onOverride,
        };
    }
}
