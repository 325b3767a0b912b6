// Files from @fastify/static. Usage: node static-fastify.mjs FOLDER
import fastifyStatic from "@fastify/static";
import fastify from "fastify";

const server = fastify();
server.register(fastifyStatic, { root: process.argv[2] });
console.log(`listening on ${await server.listen({ port: 0, host: "127.0.0.1" })}/`);
