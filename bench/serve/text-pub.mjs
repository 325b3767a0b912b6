// The page of 1 kB as a service that `okd` runs.
import { defineService } from "pub-runtime/service";
import { page } from "./text.mjs";

export default defineService({
  name: "text",
  handle: ({ query }, response) => response.html(page(query.get("name") ?? "text")),
});
