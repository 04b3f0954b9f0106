import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

/** What `--policy-pack node_modules/pulumi-tcp-tuning/policy` loads. A pack of one's own takes `policies`, or some of them. */
new PolicyPack("pulumi-tcp-tuning", { policies: [...policies], enforcementLevel: "mandatory" });
