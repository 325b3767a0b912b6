// Directives that the reference does not have: routes by prefix and host, sockets, proxies, monitoring, logs.
import { type DirectiveGroup, quoteWords } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import { bytes, flag, integer, isSafePath, parseInteger, seconds, word } from "../values.js";
import { parseRange } from "./dispatch.js";

const SOCKET_MODE = 0o666;

export const extensionDirectives: DirectiveGroup = {
  title: "Extensions",
  directives: [
    {
      name: "PrefixAlias",
      usage: "TO-URI PREFIX",
      fixed: null,
      standard: "",
      see: "9",
      text: "Requests for PREFIX and everything below it are served by the service at TO, which sees the original target. The longest prefix counts. Tried when no service and no `Alias` fits, before `RegexAlias`. `:PORT/path` is a prefix on that port.",
      read: readPrefixAlias,
      write: ({ prefixAliases }) => prefixAliases.map(({ to, prefix }) => quoteWords([to, prefix])),
    },
    {
      name: "VirtualHost",
      usage: "HOST TO-URI [PREFIX]",
      fixed: null,
      standard: "",
      see: "9",
      text: "Requests whose `Host` header (without port, in any case) is HOST and whose path is PREFIX or below it are served by the service at TO. HOST may be `*.example.com`, for every name below; PREFIX is `/` if it is left out; the longest counts. Tried before all other routes; requests that no line fits go on to them.",
      read: readVirtualHost,
      write: ({ virtualHosts }) => virtualHosts.map(({ host, to, prefix }) => quoteWords([host, to, prefix])),
    },
    {
      name: "ListenSocket",
      usage: "PATH [MODE]",
      fixed: null,
      standard: "",
      see: "9",
      text: "Listens on a Unix socket too, absolute PATH with the file mode MODE (default `0666`). Its requests are routed as those of the reference port; the client has no address. May be repeated.",
      read: readListenSocket,
      write: ({ network }) => network.sockets.map(({ path, mode }) => quoteWords([path, `0${mode.toString(8)}`])),
    },
    {
      name: "ProxyProtocol",
      value: flag("network.proxyProtocol"),
      see: "9",
      text: "Connections from trusted proxies (`AllowProxyFrom`) begin with a header of the PROXY protocol, version 1 or 2, that tells the client's address. One without it is refused. From all others such a header is no request.",
    },
    {
      name: "MetricsURL",
      value: word("dispatch.metricsPath", "path"),
      see: "9",
      text: "Exact path of metrics for Prometheus. Without `AllowStatusFrom` only the machine itself may read them; a proxy on the machine must not forward the path.",
    },
    {
      name: "HealthURL",
      value: word("dispatch.healthPath", "path"),
      see: "9",
      text: "Exact path that is answered with status 200 as long as the dispatcher works.",
    },
    {
      name: "ReadyURL",
      value: word("dispatch.readyPath", "path"),
      see: "9",
      text: "Exact path that is answered with status 200 when every service has a process that takes requests (or one that starts at the first request), else with 503 and the names of those that have none.",
    },
    {
      name: "AllowStatusFrom",
      usage: "ADDRESS[/BITS]",
      fixed: null,
      standard: "",
      see: "6.1",
      text: "Peers in this range may read the pages of `StatPageURL` and `MetricsURL`; for others they do not exist. May be repeated.",
      read: readStatusReader,
      write: ({ dispatch }) => dispatch.statusReaders.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    },
    {
      name: "CrashBackoff",
      value: seconds("lifecycle.crashBackoff", 0, 3600),
      see: "1.7",
      text: "Longest wait before a crashed process is started again. The span doubles with every crash within `CrashSamplingInterval`, from one second on, and the wait is a random part of it. 0: a tenth of a second at first, a second at most, without chance.",
    },
    {
      name: "TemplatePush",
      value: flag("templates.push"),
      see: "1.11",
      text: "When the site is compiled again, the template publisher checks it and running services go over to it; a broken one is refused. Off: a site changes with a relaunch.",
    },
    {
      name: "LogJson",
      value: flag("logs.json"),
      see: "9",
      text: "Each entry of access and error log is a JSON object in a line of its own.",
    },
    {
      name: "LogRotateSize",
      value: bytes("logs.rotateSize", 0),
      see: "5.5",
      text: "When a log file has grown to this size, it is renamed to NAME.1 (older ones to NAME.2 and so on) and a new one begun. 0: only `okmgr turn` does.",
    },
    {
      name: "LogRotateKeep",
      value: integer("logs.rotateKeep", 1, 1000),
      see: "5.5",
      text: "How many of the renamed files are kept.",
    },
  ],
};

function readPrefixAlias(line: Line, draft: Draft): void {
  const [to, prefix] = line.words;
  if (line.words.length !== 2) {
    line.wrong(line.words[2]);
  } else if (!/^(?::[0-9]+)?\//.test(prefix.text)) {
    line.wrong(prefix, "A prefix begins with a slash.");
  } else {
    draft.prefixAliases.push({
      to: to.text,
      prefix: prefix.text,
      toPlace: line.place(to),
      prefixPlace: line.place(prefix),
    });
  }
}

const HOST = /^(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$|^\[[0-9A-Fa-f:.]+\]$/;

function readVirtualHost(line: Line, draft: Draft): void {
  const [host, to, prefix] = line.words;
  if (line.words.length < 2 || line.words.length > 3) {
    line.wrong(line.words[3]);
  } else if (!HOST.test(host.text)) {
    line.wrong(host, "A host is a name without port, or `*.` and a name.");
  } else if (prefix && !prefix.text.startsWith("/")) {
    line.wrong(prefix, "A prefix begins with a slash.");
  } else {
    draft.virtualHosts.push({
      host: host.text.toLowerCase(),
      to: to.text,
      prefix: prefix?.text ?? "/",
      toPlace: line.place(to),
    });
  }
}

function readListenSocket(line: Line, draft: Draft): void {
  const [path, modeWord] = line.words;
  const mode = modeWord ? parseInteger(modeWord.text) : SOCKET_MODE;
  if (line.words.length < 1 || line.words.length > 2 || mode === undefined || mode < 0 || mode > 0o777) {
    line.wrong(line.words[2] ?? modeWord);
  } else if (!path.text.startsWith("/") || !isSafePath(path.text)) {
    line.wrong(path, "The path is absolute, without `/.` and `./`.");
  } else if (draft.settings.network.sockets.some((socket) => socket.path === path.text)) {
    line.report({ code: "config-repeated", message: `the socket ${path.text} is listened on twice` }, path);
  } else {
    draft.settings.network.sockets.push({ path: path.text, mode });
  }
}

function readStatusReader(line: Line, draft: Draft): void {
  const [range] = line.words;
  const parsed = line.words.length === 1 ? parseRange(range.text) : undefined;
  if (parsed) draft.settings.dispatch.statusReaders.push(parsed);
  else line.wrong(line.words[1] ?? range, "Write an address, or a range as 10.0.0.0/8.");
}
