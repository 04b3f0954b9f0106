import { readFileSync } from "node:fs";
import { type Ec2Instance, METADATA_ADDRESS, metadataServer } from "./ec2-metadata";

/** A process of its own, since it runs in the network of the virtual machine: `metadata-server INSTANCE.json`. */
const instance = () => JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Ec2Instance;
metadataServer(instance).listen(80, METADATA_ADDRESS, () => process.stdout.write("metadata ready\n"));
