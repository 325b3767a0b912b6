// The bookshop's product page as a service that `okd` runs.
import { defineService } from "pub-runtime/service";

export default defineService({
  name: "product",
  handle: (_request, response) => response.page("/_render/product.pub"),
});
