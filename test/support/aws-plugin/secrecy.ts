import { isDeepStrictEqual } from "node:util";
import { holdsSecret, reveal, secret, type Value } from "../command-plugin/secrets";

/** A value that AWS returned, as secret as the one that was known under its name. */
export function asSecretAs(known: Value | undefined, found: Value): Value {
    if (!holdsSecret(known)) {
        return found;
    }
    return isDeepStrictEqual(reveal(known), found) ? known! : secret(found);
}
