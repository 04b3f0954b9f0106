import * as pulumi from "@pulumi/pulumi";

/** What a tuning comes to, or why to nothing. */
export interface Rendered {
    readonly text: string;
    /** What is wrong with values that came late; it was logged already. */
    readonly refusal?: string;
}

/** @throws RunError with the refusal */
export function textOf({ text, refusal }: Rendered): string {
    if (refusal !== undefined) {
        throw new pulumi.RunError(refusal);
    }
    return text;
}

/**
 * What AWS is given, or why there is nothing to give, logged as an error; AWS refuses such a text. An input that rejects would
 * leave its resource unregistered, and an inline program of the Automation API then deletes it.
 */
export function orReason(
    { text, refusal }: Rendered,
    make: (text: string) => string,
    resource: pulumi.Resource,
): string {
    if (refusal !== undefined) {
        return refusal;
    }
    try {
        return make(text);
    } catch (error) {
        void pulumi.log.error((error as Error).message, resource);
        return (error as Error).message;
    }
}
