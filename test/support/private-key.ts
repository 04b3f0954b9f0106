import { generateKeyPairSync } from "node:crypto";

/** A private key as a file has it, of nobody. */
export const PRIVATE_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs1",
    format: "pem",
}) as string;
