/**
 * `pubc render --batch`: one JSON request a line in, one JSON result a line out. Requests are independent of each other;
 * a page that waits does not hold up the others, so results can come in another order.
 */
import { isUtf8 } from "node:buffer";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { render } from "../project/render.js";
import { type RequestedOptions, runOptions } from "./run-options.js";

interface BatchRequest {
  readonly id: unknown;
  readonly root: string;
  readonly main: string;
  readonly options?: RequestedOptions;
  readonly globals?: Readonly<Record<string, unknown>>;
}

/** Pages that may be waiting at the same time. */
const MAXIMUM_WAITING = 64;

export async function renderBatch(input: Readable, output: Writable): Promise<number> {
  const waiting = new Set<Promise<void>>();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    const work = answer(line).then((result) => {
      output.write(`${JSON.stringify(result)}\n`);
      waiting.delete(work);
    });
    waiting.add(work);
    if (waiting.size >= MAXIMUM_WAITING) await Promise.race(waiting);
    if (output.writableNeedDrain) await once(output, "drain");
  }
  await Promise.all(waiting);
  return 0;
}

async function answer(line: string): Promise<object> {
  let id: unknown = null;
  try {
    const request = JSON.parse(line) as BatchRequest;
    id = request.id;
    if (typeof request.root !== "string" || typeof request.main !== "string") {
      return { id, error: 'a request needs "root" and "main"' };
    }
    const result = await render({ ...request, options: runOptions(request.options ?? {}) });
    return {
      id,
      ...bytesField("stdout", result.output),
      ...bytesField("stderr", result.log.map((entry) => `${entry}\n`).join("")),
      accepted: result.accepted,
    };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** A byte string as JSON text, or in base 64 when it is not UTF-8. */
function bytesField(name: "stdout" | "stderr", bytes: string): Record<string, string> {
  const buffer = Buffer.from(bytes, "latin1");
  return isUtf8(buffer) ? { [name]: buffer.toString("utf8") } : { [`${name}Base64`]: buffer.toString("base64") };
}
