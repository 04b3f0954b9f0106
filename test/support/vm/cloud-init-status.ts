/** What `cloud-init status` tells of the boot. */
export interface CloudInitStatus {
    /** `error` when a part of the user data failed, among other reasons. */
    readonly status: "not run" | "running" | "done" | "error" | "disabled";
    /** `nocloud`, or `ec2local`: EC2 is asked before the network is configured. */
    readonly datasource: string;
    readonly errors: readonly string[];
}
