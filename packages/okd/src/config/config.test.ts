// Whole configurations: an example of everything, includes, overrides, writing back, the documentation.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest } from "pub-parser";
import { afterAll, describe, expect, test } from "vitest";
import { configReference, defaultSettings, formatSettings, loadSettings, type Settings, version } from "./index.js";
import { loadText } from "./testing.js";

const here = dirname(fileURLToPath(import.meta.url));
const example = join(here, "fixtures/example.okws_config");
const temporary = mkdtempSync(join(tmpdir(), "okws-config-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Writes settings, reads them back; where a line stands does not count. */
function writtenAndRead(settings: Settings): Settings {
  const file = join(temporary, "written");
  writeFileSync(file, formatSettings(settings), "latin1");
  const { settings: read, diagnostics } = loadSettings(file);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  return read!;
}

const withoutPlaces = (settings: Settings): Settings => ({
  ...settings,
  services: settings.services
    .map((service) => ({ ...service, file: "", line: 0 }))
    .sort((left, right) => (left.uri < right.uri ? -1 : 1)),
});

test("the example", () => {
  const { settings, diagnostics } = loadSettings(example);
  expect(diagnostics).toEqual([]);
  const { services, ...rest } = settings!;
  expect(rest.http.serverVersion).toBe(version);
  expect(rest).toMatchObject({
    network: {
      listen: [
        { address: "127.0.0.1", port: 8080 },
        { address: "127.0.0.1", port: 8081 },
      ],
      referencePort: 8080,
      trustedProxies: [
        { address: "10.0.0.0", prefixLength: 8 },
        { address: "192.0.2.1", prefixLength: 32 },
      ],
    },
    dispatch: { siblingChoice: "random", demuxTimeout: 16_000 },
    directories: { top: "/usr/local/lib/okws", jail: "/disk/jail", serviceBinaries: "service/bin" },
    identities: { serviceMode: 0o510 },
    lifecycle: { bindRetrySchedule: [1000, 5000] },
    http: { serverName: "Quill & Co", serverHeader: "Quill#1", parameterFilter: "none", hostName: hostname() },
    logs: { directory: "/var/log/okws", accessLog: "access_log", errorLog: "error_log", tlsLog: "ssl_log" },
    syslog: { levels: ["crit", "err"] },
    helpers: {
      dispatcher: { program: "/usr/local/lib/okws/okd", arguments: [], environment: {} },
      logger: { program: "/opt/oklogd", arguments: ["-v"], environment: { OKWS_DEBUG_OPTIONS: "3" } },
      templates: { program: "/usr/local/lib/okws/pubd", arguments: ["-j", "/disk/docs"] },
    },
    aliases: [
      { to: "/static", from: "/" },
      { to: ":8081/admin", from: ":8081/" },
    ],
    regexAliases: [{ to: "/static", pattern: "^(:\\d+)?/static/.*$", flags: "is" }],
    errorDocuments: [
      { status: 404, template: "/err/404.html" },
      { status: 500, template: "/err/500.html" },
    ],
  });
  expect(rest.tls.channels).toMatchObject([
    { name: "default", primaryPort: 4430, ports: [], certificateFile: "okws.crt", ordinal: null },
    { name: "extern", primaryPort: 4431, ports: [4432, 4433], certificateFile: "keys/extern cert.pem", ordinal: 2 },
  ]);
  expect(services.map(({ uri, program }) => [uri, program])).toEqual([
    ["/static", "/service/bin/static"],
    ["/search", "/abs/search"],
    [":8081/admin", "/service/bin/admin"],
    [":4432/calc", "/service/bin/calc"],
    [":4433/pay", "/service/bin/pay"],
    ["/feed", "scripts/feed.mjs"],
  ]);
  expect(services[1]).toEqual({
    ...rest.serviceDefaults,
    uri: "/search",
    path: "/search",
    port: null,
    program: "/abs/search",
    programArguments: [],
    interpreter: null,
    environment: { LANG: "de", MODE: "a=b" },
    siblings: 3,
    runAs: null,
    directPorts: [[9001, 9004], [9002], [9003]],
    lifeRequests: 1000,
    lifeTime: 60_000,
    whiteSpaceStripping: false,
    gzip: "off",
    visibleErrors: false,
    waitForContinue: false,
    writableDirectories: [],
    readablePaths: [],
    nativeAddons: false,
    file: example,
    line: 25,
  });
  expect(services[2]).toMatchObject({ path: "/admin", port: 8081, runAs: 1234, highWater: 20, lowWater: 10 });
  expect(services[3]).toMatchObject({ programArguments: ["-n", "5", "two words"], zombieWarning: true });
  expect(services[5]).toMatchObject({
    interpreter: { name: "node", path: "/usr/bin/node", arguments: ["--no-warnings"] },
    environment: { NODE_ENV: "production", DEBUG: "1" },
    templateCaching: false,
  });
});

describe("settings written out read back the same", () => {
  test("the example", () => {
    const { settings } = loadSettings(example);
    expect(withoutPlaces(writtenAndRead(settings!))).toEqual(withoutPlaces(settings!));
  });
  test("the defaults", () => {
    expect(writtenAndRead(defaultSettings())).toEqual(defaultSettings());
  });
  test.each(["a b", 'a"b\\', "#a", "a#b", "a\nb", "", "\xc3\xa9", "a\\\n"])("the server name %j", (serverName) => {
    const settings = defaultSettings();
    settings.http.serverName = serverName;
    expect(writtenAndRead(settings).http.serverName).toBe(serverName);
  });
});

describe("an empty configuration", () => {
  test("gives the defaults and says which port is used", () => {
    const { settings, warnings } = loadText("\n# nothing\n");
    expect(settings).toEqual(defaultSettings());
    expect(warnings).toEqual(["conf:1: : no directive names a port to listen on: port 80 is used"]);
  });
});

describe("includes", () => {
  const line = "LazyStartup 1\nBindAddr *\n";
  test("nested, relative to the including file", () => {
    const { settings, errors } = loadText({
      a: "include b\nDemuxTimeout 5\n",
      b: 'DemuxTimeout 6\ninclude "c d"\n',
      "c d": line,
    });
    expect(errors).toEqual([]);
    expect(settings).toMatchObject({ lifecycle: { lazyStartup: true }, dispatch: { demuxTimeout: 5000 } });
  });
  test.each<[rule: string, files: Record<string, string>, ...errors: string[]]>([
    [
      "a missing file",
      { a: "DemuxTimeout 5\ninclude b\nX" },
      "a:2: b: cannot read b: no such file",
      "a:3: X: unknown config parameter: X",
    ],
    ["a loop", { a: `include b\n${line}`, b: "include a" }, "b:1: a: File included more than once: a"],
    ["itself", { a: "include a" }, "a:1: a: File included more than once: a"],
    [
      "the same content twice",
      { a: "include b\ninclude c", b: line, c: line },
      "a:2: c: File included more than once: c",
    ],
    [
      "mistakes in all files",
      { a: "X\ninclude b\nY", b: '\nZ "' },
      "a:1: X: unknown config parameter: X",
      "b:2: \": closing '\"' missing",
      "b:2: Z: unknown config parameter: Z",
      "a:3: Y: unknown config parameter: Y",
    ],
    ["a directory", { a: "include /" }, "a:1: /: cannot read /: EISDIR"],
  ])("%s", (_rule, files, ...errors) => {
    const loaded = loadText(files);
    expect(loaded.errors).toEqual(errors);
    expect(loaded.settings).toBeNull();
  });
  test("a main file that is missing", () => {
    const { settings, diagnostics } = loadSettings(join(temporary, "none"));
    expect(settings).toBeNull();
    expect(diagnostics).toMatchObject([{ message: `cannot read ${join(temporary, "none")}: no such file`, line: 1 }]);
  });
});

describe("overrides of the command line", () => {
  test("replace the reference port, address and log directory", () => {
    const text = "BindAddr 10.0.0.1 8080\nListenPorts 8081\nService a :8080/a\nService b :8081/b\nLogDir /old";
    const { settings } = loadText(text, { overrides: { port: 0, address: "127.0.0.1", logDirectory: "/new" } });
    expect(settings).toMatchObject({
      network: {
        referencePort: 0,
        address: "127.0.0.1",
        listen: [
          { address: "127.0.0.1", port: 0 },
          { address: "127.0.0.1", port: 8081 },
        ],
      },
      logs: { directory: "/new" },
      services: [{ uri: "/a" }, { uri: ":8081/b" }],
    });
  });
  test("name a port where the file names none", () => {
    const { settings, warnings } = loadText("", { overrides: { port: 8080 } });
    expect(settings!.network.listen).toEqual([{ address: "0.0.0.0", port: 8080 }]);
    expect(warnings).toEqual([]);
  });
});

test.each([
  ["ListenPrts", "ListenPorts"],
  ["LISTENPORTS", "ListenPorts"],
  ["LitsenPorts", "ListenPorts"],
  ["Whatever", undefined],
  ["", undefined],
  ["Gzip", "Gzip"],
])("nearest to %j is %j", (word, expected) => {
  expect(nearest(word, ["Gzip", "GzipLevel", "ListenPorts", "ListenQueueSize"])).toBe(expected);
});

test("docs/okws-config.md is what the table says", async () => {
  await expect(configReference()).toMatchFileSnapshot(join(here, "../../../../docs/okws-config.md"));
});

test("the version is that of the package", () => {
  expect(JSON.parse(readFileSync(join(here, "../../package.json"), "utf8")).version).toBe(version);
});
