import { servePlugin } from "../command-plugin/serve";
import { configure } from "./configuration";
import { onConfigure } from "./configure-call";
import { provider } from "./provider";

onConfigure(configure);
servePlugin("aws", provider);
