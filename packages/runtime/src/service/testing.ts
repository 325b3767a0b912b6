/**
 * What the tests of the service API share: services that end with their test, and requests byte for byte.
 */
import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { defineService, type ServiceDefinition } from "./define-service.js";
import { createTestService, type TestService, type TestServiceOptions } from "./test-service.js";

type Definition = ServiceDefinition<Record<never, never>, unknown>;

/** Starts a service with this handler, until the test is over. */
export async function serving(
  handle: NonNullable<Definition["handle"]>,
  definition: Partial<Definition> = {},
  options: TestServiceOptions = {},
): Promise<TestService> {
  return started({ name: "test", filterCgi: 0, handle, ...definition } as Definition, options);
}

/** Starts a service until the test is over. */
export async function started(definition: Definition, options: TestServiceOptions = {}): Promise<TestService> {
  const service = await createTestService(defineService(definition), options);
  onTestFinished(() => service.close());
  return service;
}

/** Sends bytes and returns all that comes back until the server closes the connection. */
export function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request, "latin1"));
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

/** Names of the header fields of a response in order. */
export function fieldNames(response: string): string[] {
  const [head] = response.split("\r\n\r\n");
  return head
    .split("\r\n")
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(":")));
}
