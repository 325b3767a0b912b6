// A server of node:http that answers each request with a page, and says where it listens.
import { createServer } from "node:http";

/** @param {(request: import("node:http").IncomingMessage) => string} handle gives the text of the page */
export function listen(handle) {
  const server = createServer((request, response) => {
    const text = handle(request);
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Length": Buffer.byteLength(text),
    });
    response.end(text);
  });
  server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));
}
