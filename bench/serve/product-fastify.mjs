// The product page from Fastify and Eta. Usage: node product-fastify.mjs DATA.json
import fastify from "fastify";
import { openProduct } from "./product-eta.mjs";

const render = await openProduct(process.argv[2]);
const server = fastify();
server.get("/product", (_request, reply) => {
  reply.type("text/html; charset=utf-8");
  return render();
});
console.log(`listening on ${await server.listen({ port: 0, host: "127.0.0.1" })}/`);
