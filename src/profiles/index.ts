import { base, full, highTraffic } from "./article";
import { modern } from "./modern";
import type { Profile, ProfileName } from "./profile";

export { type Deviation, deviations } from "./deviations";
export type { Profile, ProfileName } from "./profile";
export { type Published, type PublishedGroup, published } from "./published";

export const profiles: Readonly<Record<ProfileName, Profile>> = { base, "high-traffic": highTraffic, full, modern };

export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/** Whether a word, from a file perhaps, names a profile. */
export function isProfileName(name: unknown): name is ProfileName {
    return typeof name === "string" && Object.hasOwn(profiles, name);
}
