// The hello-world service in Fastify.
import fastify from "fastify";

const server = fastify();
server.get("/hello", (request, reply) => {
  reply.type("text/plain; charset=utf-8");
  return `Hello, ${request.query.name}!`;
});
console.log(`listening on ${await server.listen({ port: 0, host: "127.0.0.1" })}/`);
