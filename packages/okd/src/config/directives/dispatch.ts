// Directives of the network and of the dispatcher: addresses, ports, aliases, error documents (okws-server.md §2.5).
import { isIP } from "node:net";
import type { DirectiveGroup } from "../definition.js";
import { quoteWords } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import type { AddressRange } from "../settings.js";
import { flag, integer, numbered, parseInteger, seconds, word } from "../values.js";
import { readAlias, readRegexAlias } from "./aliases.js";

export const dispatchDirectives: DirectiveGroup = {
  title: "Network and dispatch",
  directives: [
    {
      name: "BindAddr",
      usage: "ADDRESS PORT | ADDRESS[:PORT] | *[:PORT]",
      fixed: null,
      standard: "* 80",
      see: "2.5, 3.2",
      text: "Address of all plain and direct ports, and the reference listen port: the one whose services are written without a `:PORT` prefix. `*` is every address. An IPv6 address goes in brackets before `:PORT`.",
      read: readBindAddress,
      write: ({ network }) => [
        quoteWords([network.address === "0.0.0.0" ? "*" : network.address, network.referencePort]),
      ],
    },
    {
      name: "ListenPorts",
      usage: "PORT...",
      fixed: null,
      standard: "",
      see: "2.5, 3.2",
      text: "Additional plain ports. A port may be named once only.",
      read: readListenPorts,
      write: ({ network }) => {
        const others = network.listen.map(({ port }) => port).filter((port) => port !== network.referencePort);
        return others.length > 0 ? [quoteWords(others)] : [];
      },
    },
    {
      name: "Alias",
      usage: "TO-URI FROM-URI",
      fixed: null,
      standard: "",
      see: "2.7",
      text: "Requests for FROM, exactly as written, are served by the service at TO, which sees the original target.",
      read: readAlias,
      write: ({ aliases }) => aliases.map(({ to, from }) => quoteWords([to, from])),
    },
    {
      name: "RegexAlias",
      usage: "TO-URI REGEX [FLAGS]",
      fixed: null,
      standard: "",
      see: "2.7",
      text: "Requests whose whole dispatch string (path without query, `:PORT` before it if any) matches REGEX are served by the service at TO. Tried in file order when no service and no alias fits. FLAGS are letters of `ismxUXS8^`.",
      read: readRegexAlias,
      write: ({ regexAliases }) =>
        regexAliases.map(({ to, pattern, flags }) => quoteWords(flags === "" ? [to, pattern] : [to, pattern, flags])),
    },
    {
      name: "ErrorDoc",
      usage: "STATUS TEMPLATE",
      fixed: null,
      standard: "",
      see: "3.10",
      text: "Template for the pages of an error status. It is published with the variables `STATUS`, `SERVINFO` and `AUXSTR`. Each status may be named once only.",
      read: readErrorDocument,
      write: ({ errorDocuments }) => errorDocuments.map(({ status, template }) => quoteWords([status, template])),
    },
    {
      name: "AllowProxyFrom",
      usage: "ADDRESS[/BITS]",
      fixed: null,
      standard: "",
      see: "3.8",
      text: "Peers in this range are trusted proxies: their forwarding headers give the client's address and whether it used TLS. May be repeated.",
      read: readTrustedProxy,
      write: ({ network }) => network.trustedProxies.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    },
    {
      name: "ChildMode",
      value: numbered(
        "dispatch.siblingChoice",
        "client-address",
        "random",
        "forwarded-address",
        "tls-ordinal",
        "client-address",
      ),
      see: "3.5",
      text: "Which sibling of a service is tried first: 0 by the client's address, 1 at random, 2 by the address a trusted proxy forwards (needs `OkdAllHeaders 1`), 3 by the ordinal of the TLS channel. 4 is the same as 0.",
    },
    {
      name: "ClusterAddressing",
      value: flag("dispatch.clusterAddressing"),
      see: "3.5",
      text: "`/uri:N` selects sibling N.",
    },
    {
      name: "OkdAllHeaders",
      value: flag("dispatch.allHeaders"),
      see: "3.3, 3.5",
      text: "The dispatcher reads all headers before it chooses a process. No effect: it always does.",
    },
    {
      name: "StatPageURL",
      value: word("dispatch.statisticsPath", "path"),
      see: "6.1",
      text: "Exact path of the statistics page. It has no access control.",
    },
    {
      name: "TcpNoDelay",
      value: flag("network.tcpNoDelay"),
      see: "2.5",
      text: "Sets TCP_NODELAY on accepted plain connections.",
    },
    {
      name: "ListenQueueSize",
      value: integer("network.listenQueueSize", 0, 8192),
      see: "3.2",
      text: "Backlog of each plain and direct port.",
    },
    {
      name: "MaxConQueueSize",
      value: integer("dispatch.queueLimit", 0, 8192),
      see: "3.5",
      text: "Requests that wait for one service while none of its processes is ready; further ones get status 503.",
    },
    {
      name: "DemuxTimeout",
      value: seconds("dispatch.demuxTimeout", 0, 360),
      see: "3.3",
      text: "Time for a client to send enough to be dispatched.",
    },
    {
      name: "KeepaliveTimeout",
      value: seconds("dispatch.keepaliveTimeout", 0, 360),
      see: "3.3",
      text: "Time a kept-alive connection may be idle.",
    },
    {
      name: "AcceptDelay",
      value: seconds("network.acceptDelay", 0),
      see: "1.2",
      text: "Pause between opening the ports and accepting the first connection.",
    },
  ],
};

/** Adds a plain port; one that is there already is a mistake. */
function addPort(line: Line, draft: Draft, port: number, word = line.words[0]): void {
  if (draft.ports.has(port)) {
    line.report({ code: "config-repeated", message: `port ${port} is listened on twice` }, word);
  } else {
    draft.ports.set(port, line.place(word));
  }
}

function readBindAddress(line: Line, draft: Draft): void {
  const [first, second] = line.words;
  if (!first || line.words.length > 2) {
    line.wrong(line.words[2]);
    return;
  }
  const [, bracketed, plain, behind] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(first.text) ?? [];
  const address = second ? first.text.replace(/^\[(.*)\]$/s, "$1") : (bracketed ?? plain);
  const portText = second ? second.text : behind;
  if (address === undefined || !isAddress(address)) {
    const hint = parseInteger(first.text) === undefined ? undefined : `Write \`BindAddr * ${first.text}\`.`;
    line.wrong(first, hint);
    return;
  }
  const port = readPort(line, portText ?? "80", 65_000, second ?? first);
  if (port !== undefined) {
    addPort(line, draft, port, second ?? first);
    draft.referencePort = { port, place: line.place(second ?? first) };
    draft.settings.network.address = address === "*" ? "0.0.0.0" : address;
  }
}

function isAddress(text: string): boolean {
  return text === "*" || isIP(text) !== 0 || /^(?=.*[A-Za-z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(text);
}

function readListenPorts(line: Line, draft: Draft): void {
  if (line.words.length === 0) {
    line.wrong();
  }
  for (const word of line.words) {
    const port = readPort(line, word.text, 65_535, word);
    if (port !== undefined) {
      addPort(line, draft, port, word);
    }
  }
}

/** A port number from 1; reports what is none. */
function readPort(line: Line, text: string, maximum: number, word: Line["words"][number]): number | undefined {
  const port = parseInteger(text);
  if (port === undefined) {
    line.wrong(word);
  } else if (port < 1 || port > maximum) {
    line.report({ code: "config-range", message: `${line.name} out of range: a port is 1 to ${maximum}` }, word);
  } else {
    return port;
  }
  return undefined;
}

function readErrorDocument(line: Line, draft: Draft): void {
  const [statusWord, template] = line.words;
  const status = statusWord && parseInteger(statusWord.text);
  if (line.words.length !== 2 || status === undefined) {
    line.wrong(line.words.length === 2 ? statusWord : line.words[2]);
  } else if (status < 100 || status > 999) {
    line.report({ code: "config-range", message: "ErrorDoc out of range: a status is 100 to 999" }, statusWord);
  } else if (draft.settings.errorDocuments.some((document) => document.status === status)) {
    line.report({ code: "config-repeated", message: `status ${status} has an error document already` }, statusWord);
  } else {
    draft.settings.errorDocuments.push({ status, template: template.text });
  }
}

function readTrustedProxy(line: Line, draft: Draft): void {
  if (line.words.length !== 1) {
    line.wrong(line.words[1]);
    return;
  }
  const range = parseRange(line.words[0].text);
  if (range) {
    draft.settings.network.trustedProxies.push(range);
  } else {
    const message = `${line.words[0].text} is no range of addresses and trusts nobody`;
    const hint = "Write an address, or an address with the number of leading bits that count: 10.0.0.0/8.";
    line.report({ code: "config-usage", message, hint, severity: "warning" }, line.words[0]);
  }
}

/** `10.0.0.0/8` or an address alone; undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const [, address, bits] = /^([^/]*)(?:\/([0-9]+))?$/.exec(text) ?? [];
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address ?? "")] ?? 0;
  const prefixLength = bits === undefined ? longest : Number(bits);
  return longest > 0 && prefixLength <= longest ? { address, prefixLength } : undefined;
}
