import { isImageCached } from "./image";
import { vmUnavailable } from "./unavailable";

/** `npm run test:vm` sets it to "all". */
const VARIABLE = "TCP_TUNING_VM";

/**
 * For the `skip` of a test that starts a virtual machine: why it does not run here, or false. `npm test` runs those
 * of kind "usual", where an image is cached; `npm run test:vm` runs all, and builds the image.
 */
export function vmSkip(kind: "usual" | "all"): string | false {
    const unavailable = vmUnavailable();
    if (unavailable !== undefined) {
        return unavailable;
    }
    if (process.env[VARIABLE] === "all") {
        return false;
    }
    if (kind === "all") {
        return "Starts virtual machines, for minutes: npm run test:vm runs it.";
    }
    return isImageCached() ? false : "No image of the virtual machine is cached: npm run test:vm builds it.";
}
