import { readFileSync } from "node:fs";
import { quote } from "../diagnostic";
import { commentOn, LONGEST_COMMENT, markerOf, untold } from "../preview/comment";
import { type Preview, PreviewError, readPreview, stackOf } from "../preview/engine";
import { type Forge, forges, PostError, post } from "../preview/post";
import type { Arguments, Command, Terminal } from "./command";
import { UsageError } from "./command";

const forgeNames = Object.keys(forges) as Forge[];

/** `tcp-tuning comment`: what a preview would do to the kernels, for a pull request. */
export const comment: Command = {
    summary: "tell in a pull request what a preview would change on which host",
    usage: "[options] [FILE]",
    description:
        "Makes Markdown of what pulumi preview --json printed: a table of hosts and keys, with the value now,\n" +
        "the value then, and why. Reads FILE or standard input. Policy violations are only in a stream of\n" +
        "events, which PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true makes of it; that holds secrets in plain\n" +
        "text, so pipe it, and keep it nowhere:\n\n" +
        "  PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json | tcp-tuning comment\n\n" +
        "Errors of other resources and violations of other policy packs may hold anything: Markdown names\n" +
        "them, and their text goes to stderr.\n\n" +
        "--post also writes it into the pull request of the job, over the comment of the stack's last run.\n" +
        "github: GITHUB_TOKEN, which may write pull requests. gitlab: GITLAB_TOKEN, with the scope api, or\n" +
        "else CI_JOB_TOKEN, where the project allows it to. All else the job's own variables tell.\n\n" +
        "Exit code: 0 made, 2 no preview to be read, or not posted. A preview that failed is no failure here.",
    options: {
        stack: { value: "NAME", help: "the stack, where the preview ended before it named it" },
        open: { value: "ROWS", help: "fold a table with more rows; 20, if not given" },
        post: { value: "FORGE", help: `${forgeNames.join(" or ")}` },
    },
    async run(args, terminal) {
        const [forge, open] = [readForge(args), readOpen(args)];
        const preview = read(args, terminal);
        const stack = stackOf(preview) ?? (await givenStack(args));
        const text = commentOn(preview, { stack, open, longest: LONGEST_COMMENT });
        const told = untold(preview)
            .map((line) => `${line}\n`)
            .join("");
        if (forge === undefined) {
            return { exitCode: 0, stdout: text, stderr: told };
        }
        const { exitCode, said } = await posted(forge, text, markerOf(stack));
        return { exitCode, stdout: text, stderr: `${told}tcp-tuning comment: ${said}\n` };
    },
};

function readForge(args: Arguments): Forge | undefined {
    const name = args.text("post");
    if (name !== undefined && !Object.hasOwn(forges, name)) {
        throw new UsageError(`--post takes ${forgeNames.join(" or ")}. Received: ${quote(name)}.`);
    }
    return name as Forge | undefined;
}

function readOpen(args: Arguments): number | undefined {
    const text = args.text("open");
    if (text !== undefined && !/^\d{1,6}$/.test(text)) {
        throw new UsageError(`--open takes a number of rows, such as 20. Received: ${quote(text)}.`);
    }
    return text === undefined ? undefined : Number(text);
}

function read({ files }: Arguments, terminal: Terminal): Preview {
    const [file = "-", ...others] = files;
    if (others.length > 0) {
        throw new UsageError(`comment takes one file. Received: ${files.map(quote).join(", ")}.`);
    }
    try {
        return readPreview(file === "-" ? terminal.readStdin() : readFileSync(file, "utf8"));
    } catch (error) {
        const what = file === "-" ? "Standard input" : quote(file);
        const { message } = error as Error;
        throw new UsageError(
            error instanceof PreviewError
                ? `${what} is no preview of Pulumi: ${message}. Give what pulumi preview --json printed.`
                : `${what} cannot be read: ${message}.`,
        );
    }
}

/** As the preview itself names it: the project of the nearest Pulumi.yaml, and the stack without its organisation. */
async function givenStack(args: Arguments): Promise<string> {
    const given = args.text("stack");
    if (given === undefined) {
        throw new UsageError("The preview ended before it named its stack. Give --stack NAME.");
    }
    // Loaded late: it needs a package.
    const { projectNameAt } = await import("../pulumi-project.js");
    const parts = given.split("/");
    const stack = parts.at(-1)!;
    const project = parts.length === 3 ? parts[1] : projectNameAt(process.cwd());
    return project === undefined ? stack : `${project}/${stack}`;
}

async function posted(forge: Forge, text: string, marker: string): Promise<{ exitCode: 0 | 2; said: string }> {
    try {
        return { exitCode: 0, said: await post(forge, text, marker) };
    } catch (error) {
        if (error instanceof PostError) {
            return { exitCode: 2, said: `not posted: ${error.message}` };
        }
        throw error;
    }
}
