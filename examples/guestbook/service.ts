// What okd runs, bundled into `dist/`: the guest book with its entries in `data/`.
import { fileURLToPath } from "node:url";
import { guestbook } from "./guestbook.js";
import { openStore } from "./store.js";

const file = fileURLToPath(new URL("../data/guestbook.db", import.meta.url));

export default guestbook(() => openStore(file));
