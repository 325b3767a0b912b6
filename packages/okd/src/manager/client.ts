// The manager's side of the management socket.

import net from "node:net";
import type { ManagerAnswer, ManagerPiece, ManagerRequest } from "./protocol.js";

/**
 * Sends one request to the server that listens on `path`. `piece` gets what comes before the answer. Rejects when there
 * is no server, or it goes away before it has answered.
 */
export function askServer(
  path: string,
  request: ManagerRequest,
  piece: (text: string) => void = () => {},
): Promise<ManagerAnswer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path);
    let text = "";
    let answer: ManagerAnswer | null = null;
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk) => {
      const lines = (text + chunk).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        const message = JSON.parse(line) as ManagerAnswer | ManagerPiece;
        if ("piece" in message) piece(message.piece);
        else answer = message;
      }
    });
    socket.on("error", reject);
    socket.on("end", () => {
      if (answer === null) reject(new Error("the server closed the connection"));
      else resolve(answer);
    });
  });
}
