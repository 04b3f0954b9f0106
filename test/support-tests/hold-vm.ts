/** A program: starts a virtual machine, and then does nothing until it dies. */
import { startVm } from "../support/vm";

void startVm().then(() => setInterval(() => undefined, 1000));
