// The product page from node:http and Eta. Usage: node product-http.mjs DATA.json
import { listen } from "./listen.mjs";
import { openProduct } from "./product-eta.mjs";

listen(await openProduct(process.argv[2]));
