import { provideImage } from "./image";

/** What `npm run vm-image` runs: afterwards the image is in the cache. */
provideImage((line) => process.stderr.write(`vm: ${line}\n`)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
});
