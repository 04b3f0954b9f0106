/** A stack's state as `pulumi stack export` writes it, of tunings with what each verification printed. */
export function stateOf(tunings: readonly StateTuning[]): unknown {
    return { version: 3, deployment: { resources: tunings.flatMap(resourcesOf) } };
}

export interface StateTuning {
    readonly name: string;
    /** @default none: the verification has not succeeded yet */
    readonly stdout?: unknown;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly delete?: boolean;
}

/** A stack's state with a fleet of these hosts. */
export interface StateFleet {
    /** Those of which the same is said, each with the program's `verify`. */
    readonly tunings: readonly { readonly hosts: readonly string[]; readonly verify?: object | false }[];
    /** What the plan printed that was stored before the last roll-out. @default none: an older version made the state */
    readonly plan?: unknown;
    /** What the roll-out printed. @default none: it has not succeeded yet */
    readonly stdout?: unknown;
    readonly delete?: boolean;
}

export function fleetStateOf({ tunings, plan, stdout, delete: isLeft }: StateFleet): unknown {
    const type = "pulumi-tcp-tuning:index:TcpTuningFleet";
    const urn = `urn:pulumi:prod::shop::${type}::fleet`;
    const kind = "command:local:Command";
    const asked = { stdin: ciphertext, create: "…" };
    const inputs = {
        tunings: tunings.map(({ hosts, verify = {} }) => ({
            hosts: Object.fromEntries(hosts.map((host) => [host, `${host}.example.com`])),
            settings: {},
            verify,
        })),
        rollout: {},
    };
    const commands = Object.entries({ key: ciphertext, plan, rollout: stdout })
        .filter(([, printed]) => printed !== undefined)
        .map(([name, printed]) => ({
            urn: `urn:pulumi:prod::shop::${type}$${kind}::fleet-${name}`,
            type: kind,
            parent: urn,
            inputs: asked,
            outputs: { ...asked, stdout: printed },
        }));
    const fleet = { urn, type, inputs, outputs: {}, ...(isLeft && { delete: true }) };
    return {
        version: 3,
        deployment: { resources: [fleet, ...commands] },
    };
}

/** A value that the engine encrypted. */
export const ciphertext = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "v1:x",
};

/** The same as `--show-secrets` writes it. */
export function shownSecret(value: unknown): unknown {
    const { ciphertext: _, ...mark } = ciphertext;
    return { ...mark, plaintext: JSON.stringify(value) };
}

function resourcesOf({ name, stdout, inputs, delete: isLeft }: StateTuning): readonly unknown[] {
    const type = "pulumi-tcp-tuning:index:TcpTuning";
    const urn = `urn:pulumi:prod::shop::${type}::${name}`;
    const commandOf = (verb: string, outputs: object) => ({
        urn: `urn:pulumi:prod::shop::${type}$command:remote:Command::${name}-${verb}`,
        type: "command:remote:Command",
        parent: urn,
        inputs: { connection: ciphertext, create: `timeout 150 sh -c '…' tcp-tuning ${verb}` },
        outputs: { connection: ciphertext, ...outputs },
    });
    return [
        { urn, type, inputs: { verify: {}, delivery: "ssh", ...inputs }, outputs: {}, ...(isLeft && { delete: true }) },
        commandOf("apply", { stdout: '{"schema":1,"verb":"apply","generation":1,"written":"x","changed":1}\n' }),
        ...(stdout === undefined ? [] : [commandOf("verify", { stdout })]),
    ];
}
