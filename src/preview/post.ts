import { readFileSync } from "node:fs";

/** A comment that could not be written; the message says what to do, and holds no token. */
export class PostError extends Error {
    public override readonly name = "PostError";
}

/** Where the comments of the job's pull request are, and how to be let in. */
interface Thread {
    /** Lists comments, and takes new ones. */
    readonly comments: string;
    /** One of them. */
    comment(id: number): string;
    readonly headers: Readonly<Record<string, string>>;
    readonly method: "PATCH" | "PUT";
    /** What to do where the forge refuses. */
    readonly advice: string;
}

export const forges = { github: githubThread, gitlab: gitlabThread } as const;
export type Forge = keyof typeof forges;

/** Pages of 100 comments that are looked through. */
const MOST_PAGES = 50;
const LIMIT_MS = 30_000;

/**
 * Writes a comment into the job's pull request, over the one that begins with the marker where there is one.
 *
 * @returns what was done, in words
 * @throws PostError
 */
export async function post(forge: Forge, body: string, marker: string): Promise<string> {
    const thread = forges[forge]();
    const id = await findComment(thread, marker);
    if (id === undefined) {
        await request(thread, thread.comments, "POST", { body });
        return "a new comment was made";
    }
    await request(thread, thread.comment(id), thread.method, { body });
    return `comment ${id} was updated`;
}

interface Comment {
    readonly id: number;
    readonly body?: string;
}

async function findComment(thread: Thread, marker: string): Promise<number | undefined> {
    for (let page = 1; page <= MOST_PAGES; page++) {
        const found = (await request(thread, `${thread.comments}?per_page=100&page=${page}`, "GET")) as Comment[];
        const own = found.find(({ body }) => body?.split(/\r?\n/, 1)[0] === marker);
        if (own !== undefined || found.length < 100) {
            return own?.id;
        }
    }
    return undefined;
}

async function request({ headers, advice }: Thread, url: string, method: string, body?: object): Promise<unknown> {
    let answer: Response;
    try {
        answer = await fetch(url, {
            method,
            headers: { ...headers, "Content-Type": "application/json", "User-Agent": "tcp-tuning" },
            body: body && JSON.stringify(body),
            signal: AbortSignal.timeout(LIMIT_MS),
        });
    } catch (error) {
        const { cause, message } = error as Error;
        throw new PostError(
            `${new URL(url).host} cannot be reached: ${(cause as Error | undefined)?.message ?? message}.`,
        );
    }
    if (!answer.ok) {
        const refused = [401, 403, 404].includes(answer.status) ? ` ${advice}` : "";
        throw new PostError(`${method} ${new URL(url).pathname} was answered with ${answer.status}.${refused}`);
    }
    return answer.json();
}

function githubThread(): Thread {
    const [token, repository] = [required("GITHUB_TOKEN", "GH_TOKEN"), required("GITHUB_REPOSITORY")];
    const api = `${process.env["GITHUB_API_URL"] || "https://api.github.com"}/repos/${repository}/issues`;
    return {
        comments: `${api}/${pullRequest()}/comments`,
        comment: (id) => `${api}/comments/${id}`,
        headers: { Authorization: `Bearer ${token}`, Accept: "application/vnd.github+json" },
        method: "PATCH",
        advice: "Give the job `permissions: { pull-requests: write }`; one for a fork's pull request cannot have it.",
    };
}

/** From the event, or from the ref that a pull request's job runs on. */
function pullRequest(): number {
    const file = process.env["GITHUB_EVENT_PATH"];
    const event = file ? (JSON.parse(readFileSync(file, "utf8")) as { pull_request?: { number?: number } }) : undefined;
    const [, inRef] = /^refs\/pull\/(\d+)\//.exec(process.env["GITHUB_REF"] ?? "") ?? [];
    const number = event?.pull_request?.number ?? (inRef === undefined ? undefined : Number(inRef));
    if (number === undefined) {
        throw new PostError("this job is not that of a pull request. Run it `on: pull_request`.");
    }
    return number;
}

function gitlabThread(): Thread {
    const [api, project] = [required("CI_API_V4_URL"), required("CI_PROJECT_ID")];
    const request = process.env["CI_MERGE_REQUEST_IID"];
    if (!request) {
        throw new PostError(
            'this job is not that of a merge request: run it if $CI_PIPELINE_SOURCE == "merge_request_event".',
        );
    }
    const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${request}/notes`;
    const own = process.env["GITLAB_TOKEN"];
    return {
        comments: notes,
        comment: (id) => `${notes}/${id}`,
        headers: own ? { "PRIVATE-TOKEN": own } : { "JOB-TOKEN": required("CI_JOB_TOKEN") },
        method: "PUT",
        advice: own
            ? "GITLAB_TOKEN needs the scope api, and the role Reporter or more."
            : "A job's own token may not write notes here: give a project access token with the scope api as GITLAB_TOKEN.",
    };
}

function required(...names: readonly string[]): string {
    const value = names.map((name) => process.env[name]).find((each) => each !== undefined && each !== "");
    if (value === undefined) {
        throw new PostError(`${names.join(" or ")} is not set.`);
    }
    return value;
}
