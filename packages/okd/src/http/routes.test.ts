// Which service a path reaches.

import { describe, expect, test } from "vitest";
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
  prefixAliases: [],
  virtualHosts: [],
  clusterAddressing: false,
  ownPaths: [],
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
  expect(createRouteTable(configuration).find(path, port, "")?.name ?? null).toBe(name);
});

test("what nobody takes goes to the service without a place of its own", () => {
  const clusters = [...configuration.clusters, cluster(null)];
  const table = createRouteTable({ ...configuration, clusters });
  expect(table.find("/x", 80, "")?.name).toBe("rest");
  expect(table.find("/a", 80, "")?.name).toBe("/a");
});

describe("extensions", () => {
  const table = createRouteTable({
    ...configuration,
    prefixAliases: [
      { prefix: "/static", to: "/a" },
      { prefix: "/docs", to: "/a" },
      { prefix: "/docs/deep/", to: "/b" },
      { prefix: ":8080/docs", to: "/b" },
    ],
    virtualHosts: [
      { host: "shop.example", prefix: "/", to: "/b" },
      { host: "shop.example", prefix: "/api", to: "/Case" },
      { host: "*.wild.example", prefix: "/w", to: "/b" },
    ],
    clusterAddressing: true,
    ownPaths: ["/stats"],
  });

  test.each<[string, number, string, string | null]>([
    ["/docs", 80, "", "/a"],
    ["/docs/x", 80, "", "/a"],
    ["/docsx", 80, "", null],
    ["/docs/deep", 80, "", "/a"],
    ["/docs/deep/x", 80, "", "/b"],
    ["/docs/x", 8080, "", "/b"],
    ["/static/x", 80, "", "/a"],
    ["/a", 80, "other.example", "/a"],
    ["/a", 80, "Shop.Example:8080", "/b"],
    ["/api/x", 80, "shop.example", "/Case"],
    ["/w/x", 80, "a.b.wild.example", "/b"],
    ["/w/x", 80, "wild.example", null],
    ["/a", 80, "a.wild.example", "/a"],
    ["/stats", 80, "shop.example", null],
  ])("%s on port %i of host %j reaches %s", (path, port, host, name) => {
    expect(table.find(path, port, host)?.name ?? null).toBe(name);
  });

  test.each<[string, number, object | null]>([
    ["/a:1", 80, { name: "/a", sibling: 1 }],
    ["/docs/x:0", 80, { name: "/a", sibling: 0 }],
    ["/none:1", 80, null],
    ["/a:1", 8080, null],
    ["/a:x", 80, null],
  ])("§3.5 cluster addressing: %s on port %i", (path, port, route) => {
    expect(table.find(path, port, "")).toEqual(route);
  });
});

test("extended expressions", () => {
  expect(wholeMatch(" /a # comment\n [ #]b\\ c", "x").source).toBe("^(?:\\/a[ #]b\\ c)$");
});
