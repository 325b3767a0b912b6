// Entry point of the template publisher: obeys the launcher. It reads the site and nothing else; what it loads to check
// it runs here and in no process that serves clients.

import { becomeChild, report } from "../process/child.js";
import type { PublisherOrder, PublisherReport } from "../process/messages.js";
import { SiteWatcher } from "./watcher.js";

becomeChild("okd-publisher", () => process.exit(0));

process.on("message", async (order: PublisherOrder) => {
  try {
    await SiteWatcher.open(order.site, {
      published: (needsProcess) => report<PublisherReport>({ type: "published", needsProcess }),
      refused: (reason) => report<PublisherReport>({ type: "refused", reason }),
    });
    report<PublisherReport>({ type: "ready" });
  } catch (error) {
    report<PublisherReport>({ type: "refused", reason: (error as Error).message });
    setTimeout(() => process.exit(1), 100);
  }
});
