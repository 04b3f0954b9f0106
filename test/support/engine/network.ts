const HOST = "https://get.pulumi.com/";
const LIMIT_MS = 5000;

/**
 * Whether Pulumi's download host answers within seconds. Asked first, because the downloads themselves retry
 * for minutes where it does not.
 */
export async function isPulumiReachable(): Promise<boolean> {
    try {
        await fetch(HOST, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(LIMIT_MS) });
        return true;
    } catch {
        return false;
    }
}
