// The hello-world service as `okd` runs it.
import { defineService } from "pub-runtime/service";

export default defineService({
  name: "hello",
  filterCgi: 0,
  handle: ({ query }, response) => response.text(`Hello, ${query.get("name")}!`),
});
