// The manager's side of the management socket.

import net from "node:net";
import type { ManagerAnswer, ManagerRequest } from "./protocol.js";

/** Sends one request to the server that listens on `path`. Rejects when there is none, or it goes away. */
export function askServer(path: string, request: ManagerRequest): Promise<ManagerAnswer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path);
    let text = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      if (text === "") reject(new Error("the server closed the connection"));
      else resolve(JSON.parse(text) as ManagerAnswer);
    });
  });
}
