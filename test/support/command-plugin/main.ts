import { provider } from "./provider";
import { servePlugin } from "./serve";

servePlugin("command", provider);
