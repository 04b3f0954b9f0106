/** Why sudo could not be given a password, and what to do, without anything of it; undefined where it can. */
export function passwordProblem(password: unknown): string | undefined {
    if (typeof password !== "string") {
        return `received a ${typeof password}; give the password as text`;
    }
    if (password === "") {
        return "received an empty text; leave it out where sudo needs no password";
    }
    return /[\n\r\0]/.test(password)
        ? "received a text with a line break, and a password is one line; take it away, as with .trimEnd() where it comes from a file"
        : undefined;
}
