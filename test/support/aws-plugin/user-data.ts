/** User data of an instance as its program gives it: text, or base64 of anything. */
interface UserData {
    readonly userData?: string;
    readonly userDataBase64?: string;
}

/** As EC2 takes and returns it. */
export function isBase64(text: string): boolean {
    return /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

export function encodedUserData({ userData, userDataBase64 }: UserData): string | undefined {
    return userDataBase64 ?? (userData === undefined ? undefined : Buffer.from(userData, "utf8").toString("base64"));
}

/** The SDK encodes the bytes of an attribute by itself. */
export function decodedUserData(encoded: string): Buffer {
    return Buffer.from(encoded, "base64");
}
