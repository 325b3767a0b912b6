// What single lines and combinations of lines mean, which are refused, and what is said about them.
import { describe, expect, test } from "vitest";
import type { Settings } from "./index.js";
import { loadText, settingsOf } from "./testing.js";

describe("accepted", () => {
  test.each<[rule: string, text: string, check: (settings: Settings) => unknown, expected: unknown]>([
    ["names in any case", "DEMUXtimeout 5", ({ dispatch }) => dispatch.demuxTimeout, 5000],
    ["the last of two counts", "DemuxTimeout 5\nDemuxTimeout 6", ({ dispatch }) => dispatch.demuxTimeout, 6000],
    ["a sign", "DemuxTimeout +5", ({ dispatch }) => dispatch.demuxTimeout, 5000],
    ["octal", "DemuxTimeout 010", ({ dispatch }) => dispatch.demuxTimeout, 8000],
    ["a misspelt synonym", "PubVisibileErrors 0", ({ serviceDefaults }) => serviceDefaults.visibleErrors, false],
    ["the other one", "MaxCrahsedProcesses 7", ({ lifecycle }) => lifecycle.maxCrashes, 7],
    ["an empty value", 'ServerName ""', ({ http }) => http.serverName, ""],
    ["ChildMode 4 as 0", "ChildMode 4", ({ dispatch }) => dispatch.siblingChoice, "client-address"],
    ["BindAddr *", "BindAddr *", ({ network }) => network.listen, [{ address: "0.0.0.0", port: 80 }]],
    ["BindAddr *:P", "BindAddr *:8080", ({ network }) => network.listen, [{ address: "0.0.0.0", port: 8080 }]],
    ["BindAddr A:P", "BindAddr 10.0.0.1:8080", ({ network }) => network.listen, [{ address: "10.0.0.1", port: 8080 }]],
    ["BindAddr name", "BindAddr localhost", ({ network }) => network.listen, [{ address: "localhost", port: 80 }]],
    ["BindAddr [A]:P", "BindAddr [::1]:8080", ({ network }) => network.listen, [{ address: "::1", port: 8080 }]],
    ["BindAddr A P", "BindAddr ::1 8080", ({ network }) => network.listen, [{ address: "::1", port: 8080 }]],
    [
      "the reference port leads",
      "ListenPorts 81\nBindAddr 10.0.0.1 82\nService a :81/a\nService b /b",
      ({ network }) => network.listen.map(({ port }) => port),
      [82, 81],
    ],
    ["no bind retries", "BindReattemptSchedule none", ({ lifecycle }) => lifecycle.bindRetrySchedule, []],
    ["no bind retries as 0", "BindReattemptSchedule 0", ({ lifecycle }) => lifecycle.bindRetrySchedule, []],
    ["a safe path", "JailDir a/b..c/d", ({ directories }) => directories.jail, "a/b..c/d"],
    ["the root directory", "JailDir //", ({ directories }) => directories.jail, "/"],
    ["a program below TopDir", "OkdExecPath okd\nTopDir /t", ({ helpers }) => helpers.dispatcher?.program, "/t/okd"],
    ["default ciphers", "OkssldExecPath o\nSSLCipherList Default", ({ tls }) => tls.channels[0].cipherList, null],
    ["the default TLS port", "OkssldExecPath okssld", ({ tls }) => tls.channels[0].primaryPort, 443],
    [
      "TLS port only by list",
      "OkssldExecPath o\nSslListenPorts 4430\nService a :4430/a\nService b /b",
      ({ tls }) => [tls.channels[0].primaryPort, tls.channels[0].ports],
      [null, [4430]],
    ],
    [
      "a channel with a number",
      "OkssldExecPath o\nSslCreateChannel 5\nSslPrimaryPort 5 44",
      ({ tls }) => tls.channels[1].primaryPort,
      44,
    ],
    ["a URI without slash", "Service a b", ({ services }) => services[0].uri, "/b"],
    ["a URI with many slashes", "Service a ///b/c", ({ services }) => services[0].uri, "/b/c"],
    ["the root URI", "Service a /", ({ services }) => services[0].uri, "/"],
    ["the reference port in a URI", "Service a :80/b", ({ services }) => services[0].uri, "/b"],
    [
      "a port in a URI",
      "BindAddr * 81\nService a :80//b\nListenPorts 80\nService c /c",
      ({ services: [{ uri, path, port }] }) => [uri, path, port],
      [":80//b", "//b", 80],
    ],
    ["the longest URI", `Service a /${"b".repeat(127)}`, ({ services }) => services[0].path.length, 128],
    [
      "comments that cut a word",
      "Service a /b#c\nService d /e # f",
      ({ services }) => services.map(({ uri }) => uri),
      ["/b", "/e"],
    ],
    ["a # in a value", "ServerName a#b # c", ({ http }) => http.serverName, "a#b"],
    ["a global directive after the service", "Service a /a\nGzipLevel 7", ({ services }) => services[0].gzipLevel, 7],
    ["the last of two options", "Service a -y 1 -y 2 /a", ({ services }) => services[0].gzipLevel, 2],
    [
      "an option that undoes another",
      "Service a -s -S -wWcC /a",
      ({ services: [service] }) => [service.waitForContinue, service.whiteSpaceStripping, service.templateCaching],
      [false, false, false],
    ],
    [
      "what a process may do besides",
      "Service a -a /var/a -A -a /var/b -R /etc/a /a",
      ({ services: [service] }) => [service.writableDirectories, service.nativeAddons, service.readablePaths],
      [["/var/a", "/var/b"], true, ["/etc/a"]],
    ],
    ["a user by name", "Service a -u nobody /a", ({ services }) => services[0].runAs, "nobody"],
    ["an option argument with = in it", "Service a -u x=y /a", ({ services }) => services[0].environment, {}],
    [
      "an environment without value",
      "Service A= =B c /c",
      ({ services }) => services[0].environment,
      { A: "", "": "B" },
    ],
    [
      "a hostile variable",
      "Service __proto__=1 c /c",
      ({ services }) => Object.entries(services[0].environment),
      [["__proto__", "1"]],
    ],
    [
      "an alias of the reference port",
      "Service a /a\nAlias :80/a :80/b",
      ({ aliases }) => aliases,
      [{ to: "/a", from: "/b" }],
    ],
    [
      "an alias that uses a port",
      "ListenPorts 81\nBindAddr * 80\nService a /a\nAlias /a :81/a",
      ({ aliases }) => aliases,
      [{ to: "/a", from: ":81/a" }],
    ],
    [
      "a pattern that uses a port",
      "BindAddr *\nListenPorts 81\nService a /a\nRegexAlias /a (:81)?/a/.*",
      ({ regexAliases }) => regexAliases.length,
      1,
    ],
    [
      "a service with direct ports only",
      "ListenPorts 81\nService a -p 99 /a\nService b :81/b",
      ({ services }) => services.length,
      2,
    ],
    ["CRLF lines", "DemuxTimeout 5\r\nServerName x\r\n", ({ http }) => http.serverName, "x"],
  ])("%s", (_rule, text, check, expected) => {
    expect(check(settingsOf(text))).toEqual(expected);
  });

  test("variables of the environment", () => {
    process.env.OKWS_TEST_TOP = "/from/environment/";
    const { directories, helpers } = settingsOf("TopDir $OKWS_TEST_TOP\nOkdExecPath A=1 $OKWS_TEST_TOP x");
    delete process.env.OKWS_TEST_TOP;
    expect(directories.top).toBe("/from/environment");
    expect(helpers.dispatcher?.program).toBe("/from/environment");
    expect(loadText("OkdExecPath $OKWS_TEST_TOP").errors).toEqual([
      "conf:1: $OKWS_TEST_TOP: OkdExecPath: the environment has no variable OKWS_TEST_TOP",
    ]);
  });
});

describe("refused", () => {
  test.each<[text: string, ...errors: string[]]>([
    ["Nothing 1", "1: Nothing: unknown config parameter: Nothing"],
    ["DemuxTimeout", "1: DemuxTimeout: usage: DemuxTimeout <seconds>"],
    ["DemuxTimeout 5 6", "1: 6: usage: DemuxTimeout <seconds>"],
    ["DemuxTimeout 5s", "1: 5s: usage: DemuxTimeout <seconds>"],
    ["DemuxTimeout 08", "1: 08: usage: DemuxTimeout <seconds>"],
    ["LazyStartup yes", "1: yes: usage: LazyStartup <0|1>"],
    ["LazyStartup 01", "1: 01: usage: LazyStartup <0|1>"],
    ["JailDir ../x", "1: ../x: usage: JailDir <directory>"],
    ["JailDir x.", "1: x.: usage: JailDir <directory>"],
    ["JailDir x/.y", "1: x/.y: usage: JailDir <directory>"],
    ["JailDir x./y", "1: x./y: usage: JailDir <directory>"],
    ["JailDir #x", "1: JailDir: usage: JailDir <directory>"],
    ["OkdExecPath ./okd", "1: ./okd: usage: OkdExecPath [NAME=value ...] PROGRAM [arguments ...]"],
    ["BindAddr 8080", "1: 8080: usage: BindAddr ADDRESS PORT | ADDRESS[:PORT] | *[:PORT]"],
    ["BindAddr * 80 81", "1: 81: usage: BindAddr ADDRESS PORT | ADDRESS[:PORT] | *[:PORT]"],
    ["BindAddr *:x", "1: *:x: usage: BindAddr ADDRESS PORT | ADDRESS[:PORT] | *[:PORT]"],
    [
      "ListenPorts 81 80 81\nBindAddr *\nService a :81/a\nService b /b",
      "1: 81: port 81 is listened on twice",
      "2: *: port 80 is listened on twice",
    ],
    ["ErrorDoc 404 a\nErrorDoc 404 b", "2: 404: status 404 has an error document already"],
    ["SyslogLevels warn", "1: warn: unknown syslog level: warn"],
    ["SslCertFile extrn a.pem\nSslCreateChannel extern", "1: extrn: there is no TLS channel extrn"],
    ["SslCreateChannel default", "1: default: the TLS channel default exists already"],

    ["Service a -q /a", "1: -q: unknown option -q of a service"],
    ["Service a -n", "1: Service a -n: usage: Service [NAME=value ...] PROGRAM [options] URI"],
    ["Service a -n 21 /a", "1: 21: Service -n out of range: 1 to 20"],
    ["Service a -n x /a", "1: x: usage: Service [NAME=value ...] PROGRAM [options] URI"],
    ["Service a -u x -u y /a", "1: y: -u is given twice"],
    ["Service a -h 5 -l 5 /a", "1: /a: low water mark 5 of /a is not below its high water mark 5"],
    ["Service ../a /a", "1: ../a: usage: Service [NAME=value ...] PROGRAM [options] URI"],
    ["Service a /a?b", "1: /a?b: /a?b is no URI of a service"],
    ["Service a :80/", "1: :80/: :80/ is no URI of a service"],
    ["Service a :99999/a", "1: :99999/a: :99999/a is no URI of a service"],
    [`Service a /${"b".repeat(128)}`, `1: /${"b".repeat(128)}: /${"b".repeat(128)} is no URI of a service`],
    ["Service a /a\nService b :80/a", "2: :80/a: there are two services at /a"],
    ["Interpreter i a\nInterpreter i b", "2: i: the interpreter i is defined already"],
    ["Script nod a /a", "1: nod: the interpreter nod is not defined"],

    ["Service a /a\nAlias /b /c", "2: /b: there is no service at /b"],
    ["Service a /a\nAlias a /c", "2: a: there is no service at a"],
    ["Service a /a\nService b /b\nAlias /a /b", "3: /b: /b is a service"],
    ["Service a /a\nAlias /a /b\nAlias /a /b", "3: /b: /b has an alias already"],
    ["Service a /a\nAlias /a :81/b", "2: :81/b: :81/b is on port 81, which is not listened on"],
    ["Service a /a\nRegexAlias /a (/b", "2: (/b: not a regular expression: missing )."],
    ["Service a /a\nRegexAlias /b .*", "2: /b: there is no service at /b"],

    ["Service a :81/a", "1: :81/a: :81/a is on port 81, which is not listened on"],
    ["ListenPorts 81\nService a /a\nService b :81/b", "2: /a: /a is on port 80, which is not listened on"],
    ["BindAddr *\nListenPorts 81\nService a /a", "2: 81: port 81 is listened on, but no service or alias uses it"],
    ["BindAddr *\nListenPorts 81\nService a :81/a", "1: *: port 80 is listened on, but no service or alias uses it"],
    [
      "OkssldExecPath o\nSslListenPorts 4430\nService a /a",
      "2: 4430: port 4430 is listened on, but no service or alias uses it",
    ],
    ["OkssldExecPath o\nBindAddr * 443", "1: OkssldExecPath o: TLS port 443 is taken by plain HTTP"],
    [
      "OkssldExecPath o\nSslCreateChannel b\nSslPrimaryPort 44\nSslPrimaryPort b 44",
      "4: 44: TLS port 44 is taken by the TLS channel default",
    ],

    ["OkdFDLowWat 500\nOkdFDHighWat 400", "1: OkdFDLowWat 500: OkdFDLowWat (500) is above OkdFDHighWat (400)"],
    ["ServiceFDQuota 451", "1: ServiceFDQuota 451: ServiceFDQuota (451) is above OkdFDLowWat (450)"],
    ["OkdFDLowWat 50", "1: OkdFDLowWat 50: ServiceFDQuota (100) is above OkdFDLowWat (50)"],
    [
      "ServiceFDHighWat 900",
      "1: ServiceFDHighWat 900: ServiceFDLowWat (950) is not between 1 and ServiceFDHighWat (900)",
    ],
    ["ServiceFDLowWat 0", "1: ServiceFDLowWat 0: ServiceFDLowWat (0) is not between 1 and ServiceFDHighWat (1000)"],
    [
      "ServiceLowUid 600\nServiceHighUid 600\nService a /a",
      "2: ServiceHighUid 600: the ids from 600 to 600 do not suffice for 1 services",
    ],
  ])("%j", (text, ...errors) => {
    const loaded = loadText(text);
    expect(loaded.errors).toEqual(errors.map((error) => `conf:${error}`));
    expect(loaded.settings).toBeNull();
  });
});

describe("warnings", () => {
  test.each<[text: string, warning: string]>([
    ["Gzip maybe", "1: maybe: maybe means that gzip is off"],
    ["AllowProxyFrom 10.0.0/8", "1: 10.0.0/8: 10.0.0/8 is no range of addresses and trusts nobody"],
    ["AllowProxyFrom 10.0.0.0/33", "1: 10.0.0.0/33: 10.0.0.0/33 is no range of addresses and trusts nobody"],
    ["ShutdownRetries 3", "1: ShutdownRetries: ShutdownRetries has no effect: it never had an effect"],
    ["Service a /a -n 3", "1: -n: words after the URI are ignored"],
    ['Service a "/a#b"', "1: #: Service: the # begins a comment, even in quotes or behind a backslash"],
    ["Service a /a\nService a /b", "2: /b: the program of /b also serves /a; each has processes of its own"],
    ["Service a /a\nAlias /a b", "2: b: b matches no request"],
    ["SslPrimaryPort 4430", "1: 4430: TLS is off: there is no OkssldExecPath"],
  ])("%j", (text, warning) => {
    const { settings, warnings } = loadText(`${text}\nBindAddr *`);
    expect(settings).not.toBeNull();
    expect(warnings).toEqual([`conf:${warning}`]);
  });
});

describe("hints", () => {
  test.each<[text: string, hint: string]>([
    ["ListenPort 80", "Did you mean ListenPorts?"],
    ["demuxtimout 80", "Did you mean DemuxTimeout?"],
    ["BindAddr 8080", "Write `BindAddr * 8080`."],
    ["SyslogLevels warnin", "Did you mean warning?"],
    ["Service a /static\nAlias /statc /b", "Did you mean /static?"],
    ["Service a /static\nAlias static /b", "Did you mean /static?"],
    ["ListenPorts 8080\nService a :8081/a", "Did you mean 8080?"],
  ])("%j", (text, hint) => {
    expect(loadText(text).hints).toContain(hint);
  });
});
