const controller = new AbortController();

/** Aborted once the engine has cancelled the run, which ends this plugin's work for good. */
export const cancelled: AbortSignal = controller.signal;

/** What Go says of work that was cancelled before it began. */
export const CANCELLED = "context canceled";

/** Ends every waiting dial and kills every local command; remote commands that run already are left to themselves. */
export function cancel(): void {
    controller.abort();
}
