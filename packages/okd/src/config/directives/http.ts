// Directives of requests, answers, compression and templates (okws-server.md §2.5, §3, §4).
import { type DirectiveGroup, quoteWord } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import type { GzipMode } from "../settings.js";
import { bytes, flag, flagOrDefault, integer, numbered, seconds, word } from "../values.js";

/** What `Gzip` and the option `-z` accept; anything else means off. */
export const gzipModes: Readonly<Record<string, GzipMode>> = {
  "1": "on",
  on: "on",
  smart: "smart",
  naive: "naive",
  "0": "off",
  off: "off",
};

export const httpDirectives: DirectiveGroup = {
  title: "HTTP, services, compression",
  directives: [
    {
      name: "ClientTimeout",
      value: seconds("http.clientTimeout", 1, 400),
      see: "3.6",
      text: "Time to receive one whole request in a service.",
    },
    {
      name: "ChannelLimit",
      value: bytes("http.channelLimit", 1024, 33_554_432),
      see: "3.6",
      text: "Most bytes accepted on a connection, and largest body.",
    },
    {
      name: "CgiValueLenLimit",
      value: bytes("http.parameterLimit", 1024, 33_554_432),
      see: "3.6",
      text: "Longest decoded key or value of a parameter.",
    },
    {
      name: "FilterCGI",
      value: numbered("http.parameterFilter", "none", "lookup", "store"),
      see: "4.4",
      text: "Escaping of request parameters against cross-site scripting: 0 none, 1 in convenient lookups, 2 of everything that is stored.",
    },
    {
      name: "DirectoryIndex",
      value: word("http.directoryIndex", "file"),
      see: "4.10",
      text: "File that the static service sends for a directory. An extension.",
    },
    {
      name: "DirectoryListing",
      value: flag("http.directoryListing"),
      see: "4.10",
      text: "The static service lists directories that have no such file. An extension.",
    },
    { name: "ServerName", value: word("http.serverName"), see: "3.10", text: "Name of the server in error pages." },
    {
      name: "ServerVersion",
      value: word("http.serverVersion"),
      see: "3.10",
      text: "Version of the server in error pages.",
    },
    {
      name: "ServerNameHTTP",
      value: word("http.serverHeader"),
      see: "3.9",
      text: "Value of the `Server` and `X-OKWS-Version` headers.",
    },
    {
      name: "HostName",
      value: word("http.hostName", "name"),
      see: "3.10",
      text: "Name of the machine in error pages. The default is the machine's own.",
    },
    {
      name: "Gzip",
      usage: "1|on|smart|naive|0|off",
      fixed: 1,
      standard: "on",
      see: "3.9",
      text: "Compresses answers for clients that accept it. Per service: `-z`.",
      read: readGzip,
      write: ({ serviceDefaults }) => [quoteWord(serviceDefaults.gzip)],
    },
    {
      name: "GzipLevel",
      value: integer("serviceDefaults.gzipLevel", 0, 9),
      see: "3.9",
      text: "Level of compression. Per service: `-y`.",
    },
    {
      name: "GzipMemLevel",
      value: integer("gzip.memoryLevel", 0, 9),
      see: "2.5",
      text: "Memory level of zlib. No effect.",
    },
    {
      name: "GzipChunking",
      value: flag("gzip.chunking"),
      see: "3.9",
      text: "Sends compressed bodies in chunks. No effect: bodies whose length is known are sent with it, others in chunks.",
    },
    {
      name: "GzipChunkingForOldSafaris",
      value: flag("gzip.chunkingForOldSafari"),
      see: "3.9",
      text: "Also to Safari up to version 525. No effect.",
    },
    {
      name: "GzipErrorPages",
      value: flag("gzip.errorPages"),
      see: "3.10",
      text: "Also compresses pages made by `ErrorDoc`.",
    },
    {
      name: "AhttpconZombieWarn",
      value: flag("serviceDefaults.zombieWarning"),
      see: "6.3",
      text: "Logs old connections. Per service: `-Z`.",
    },
    {
      name: "AhttpconZombieTimeout",
      value: seconds("serviceDefaults.zombieTimeout", 0),
      see: "6.3",
      text: "How old. Per service: `-T`.",
    },
  ],
};

export const templateDirectives: DirectiveGroup = {
  title: "Templates",
  directives: [
    {
      name: "PubWSS",
      value: flagOrDefault("serviceDefaults.whiteSpaceStripping", false),
      see: "4.6",
      text: "Strips white space from pages; −1 is the default. Per service: `-w`, `-W`.",
    },
    {
      name: "PubCaching",
      value: flagOrDefault("serviceDefaults.templateCaching", true),
      see: "1.11",
      text: "Services keep templates until they change; −1 is the default. Per service: `-c`, `-C`.",
    },
    {
      name: "PubVisibleErrors",
      synonyms: ["PubVisibileErrors"],
      value: flagOrDefault("serviceDefaults.visibleErrors", true),
      see: "4.6",
      text: "Shows the errors of templates in pages; −1 is the default. Per service: `-e`, `-E`.",
    },
    {
      name: "PubSvcNegCacheTimeout",
      value: seconds("templates.negativeCacheTimeout", 0),
      see: "1.11",
      text: "Services remember this long that a template does not exist. No effect: what a version of the site has is known from its manifest.",
    },
    {
      name: "PubChunkSize",
      value: bytes("templates.chunkSize", 0),
      see: "1.11",
      text: "Bytes of a template in one message. No effect: services read modules from the site.",
    },
    {
      name: "PubJsonStrictEscaping",
      value: flag("templates.jsonStrictEscaping"),
      see: "2.5",
      text: "Strict escaping in JSON output of templates. No effect.",
    },
    {
      name: "JsonIntBitMax",
      value: integer("templates.jsonIntegerBits", -4, 128),
      see: "2.5",
      text: "Integers of more bits are strings in JSON output of templates. No effect.",
    },
  ],
};

function readGzip(line: Line, draft: Draft): void {
  if (line.words.length !== 1) {
    line.wrong(line.words[1]);
    return;
  }
  draft.settings.serviceDefaults.gzip = readGzipMode(line, line.words[0]);
}

/** A word for a gzip mode; one that is none means off, with a warning. */
export function readGzipMode(line: Line, written: Line["words"][number], text = written.text): GzipMode {
  if (Object.hasOwn(gzipModes, text)) {
    return gzipModes[text];
  }
  const hint = `Write one of ${Object.keys(gzipModes).join(", ")}.`;
  line.report({ code: "config-usage", message: `${text} means that gzip is off`, hint, severity: "warning" }, written);
  return "off";
}
