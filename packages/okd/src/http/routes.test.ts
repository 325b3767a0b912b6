// Which service a path reaches.

import { expect, test } from "vitest";
import type { RouteConfiguration } from "../process/messages.js";
import { createRouteTable, wholeMatch } from "./routes.js";

const cluster = (uri: string | null, name = uri ?? "rest") => ({ name, uri, siblings: 1 });
const configuration: RouteConfiguration = {
  referencePort: 80,
  primaryTlsPorts: [443],
  clusters: [cluster("/a"), cluster("/b"), cluster(":8080/a"), cluster("/Case")],
  aliases: [
    { from: "/alias", to: "/a" },
    { from: ":8080/other", to: "/b" },
    { from: "/lost", to: "/nowhere" },
  ],
  regexAliases: [
    { pattern: "/static/.*", flags: "", to: "/b" },
    { pattern: "/STATIC/.*", flags: "i", to: "/a" },
    { pattern: "(:\\d+)?/both", flags: "", to: "/a" },
  ],
};

test.each([
  ["/a", 80, "/a"],
  ["/a/", 80, null],
  ["/A", 80, null],
  ["/a", 8080, ":8080/a"],
  ["/b", 8080, null],
  ["/alias", 80, "/a"],
  ["/other", 8080, "/b"],
  ["/other", 80, null],
  ["/lost", 80, null],
  ["/static/x", 80, "/b"],
  ["/Static/x", 80, "/a"],
  ["/static/x", 8080, null],
  ["/both", 8080, "/a"],
  ["/both/", 80, null],
  ["/", 80, null],
])("%s on port %i reaches %s", (path, port, name) => {
  expect(createRouteTable(configuration).find(path, port)).toBe(name);
});

test("what nobody takes goes to the service without a place of its own", () => {
  const clusters = [...configuration.clusters, cluster(null)];
  const table = createRouteTable({ ...configuration, clusters });
  expect(table.find("/x", 80)).toBe("rest");
  expect(table.find("/a", 80)).toBe("/a");
});

test("extended expressions", () => {
  expect(wholeMatch(" /a # comment\n [ #]b\\ c", "x").source).toBe("^(?:\\/a[ #]b\\ c)$");
});
