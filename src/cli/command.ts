/** What a command prints and how it ends. Nothing is printed before it has ended, so output is whole or absent. */
export interface Result {
    /** 0: in order; 1: errors or differences were found; 2: the command could not be carried out. */
    readonly exitCode: 0 | 1 | 2;
    readonly stdout?: string;
    readonly stderr?: string;
}

export interface Option {
    /** What follows the option, as the help shows it (`SIZE`); a switch has none. */
    readonly value?: string;
    readonly help: string;
    /** May be given several times. */
    readonly repeatable?: boolean;
}

export type Options = Readonly<Record<string, Option>>;

/** The arguments after the command's name. */
export interface Arguments {
    readonly files: readonly string[];
    has(option: string): boolean;
    /** The value of an option; undefined when it was not given. */
    text(option: string): string | undefined;
    /** All values of a repeatable option. */
    texts(option: string): readonly string[];
}

export interface Terminal {
    readonly colour: boolean;
    /** True where standard input is a keyboard, which would be waited for. */
    readonly typesInput: boolean;
    readStdin(): string;
}

export interface Command {
    readonly summary: string;
    /** Behind the command's name in the first line of its help. */
    readonly usage: string;
    readonly description: string;
    readonly options: Options;
    run(args: Arguments, terminal: Terminal): Result | Promise<Result>;
}

/** The command line cannot be carried out: exit code 2. */
export class UsageError extends Error {
    public override readonly name = "UsageError";
}
