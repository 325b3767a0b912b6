// Directives of TLS: the program that turns it on, and channels with their ports, keys and options (okws-server.md §2.6, §1.13).

import { nearest } from "pub-parser";
import type { ConfigWord } from "pub-parser/config";
import { defaultTlsChannel } from "../defaults.js";
import { type DirectiveGroup, type LineDefinition, quoteWords } from "../definition.js";
import type { ChannelDraft, Draft, Line } from "../draft.js";
import type { TlsChannel } from "../settings.js";
import { parseInteger, word } from "../values.js";
import { helper } from "./processes.js";

const smallestPort = 10;
const largestPort = 65_000;

export const tlsDirectives: DirectiveGroup = {
  title: "TLS",
  directives: [
    helper("OkssldExecPath", "tls", "TLS daemon. The presence of this directive turns TLS on."),
    {
      name: "SslCreateChannel",
      usage: "CHANNEL",
      fixed: 1,
      standard: "channel `default` exists",
      see: "2.6",
      text: "One more TLS channel, with ports, key and options of its own. It must be created before it is configured; lines without a channel configure `default`.",
      read: readChannel,
      write: ({ tls }) => tls.channels.filter(({ name }) => name !== "default").map(({ name }) => quoteWords([name])),
    },
    channelDirective({
      name: "SslPrimaryPort",
      usage: "PORT",
      standard: "443",
      text: "TLS port that reaches all services without an explicit port.",
      set: (channel, text, line, written) => {
        const port = readPort(line, text, written);
        if (port !== undefined) {
          channel.channel.primaryPort = port;
          channel.ports.set(port, line.place(written));
        }
      },
      write: ({ primaryPort }) => (primaryPort === null ? [] : [primaryPort]),
    }),
    channelDirective({
      name: "SslListenPorts",
      usage: "PORT...",
      standard: "",
      list: true,
      text: "TLS ports that a service must name in its URI.",
      set: addNamedPort,
      write: ({ ports }) => ports,
    }),
    {
      name: "ListenPortsSSL",
      usage: "PORT...",
      fixed: null,
      standard: "",
      see: "2.5",
      text: "The same as `SslListenPorts` for the channel `default`.",
      read(line, draft) {
        if (line.words.length === 0) {
          line.wrong();
        }
        for (const written of line.words) {
          addNamedPort(draft.channels.get("default")!, written.text, line, written);
        }
      },
      write: () => [],
    },
    textDirective(
      "SslCertFile",
      "certificateFile",
      "okws.crt",
      "PATH",
      "Certificate (PEM). Relative names start from the directory of the configuration file, also those of the other certificate files.",
    ),
    textDirective(
      "SslCertChainFile",
      "chainFile",
      "",
      "PATH",
      "Certificate chain (PEM), used instead of the certificate.",
    ),
    textDirective("SslKeyFile", "keyFile", "okws.key", "PATH", "Private key (PEM)."),
    numberDirective(
      "SslTimeout",
      "timeout",
      1000,
      0,
      "100",
      "SECONDS",
      "Time for the handshake; later, time without a byte in either direction after which the connection is closed.",
    ),
    { name: "SslUser", value: word("tls.user", "user"), see: "1.1", text: "User of all TLS daemons." },
    { name: "SslGroup", value: word("tls.group", "group"), see: "1.1", text: "Group of all TLS daemons." },
    channelDirective({
      name: "SSLCipherList",
      usage: "CIPHERS",
      standard: "default",
      text: "OpenSSL cipher string; `default` is the library's own.",
      set: ({ channel }, text) => {
        channel.cipherList = text.toLowerCase() === "default" ? null : text;
      },
      write: ({ cipherList }) => (cipherList === null ? [] : [cipherList]),
    }),
    {
      name: "SslSniCertificate",
      usage: "[CHANNEL] CERTFILE KEYFILE",
      fixed: 2,
      standard: "",
      see: "1.13",
      text: "A further certificate (PEM, with its chain) and its key, for clients that ask for a host that it names. May be repeated. An extension.",
      read: readSniCertificate,
      write: ({ tls }) =>
        tls.channels.flatMap(({ name, sniCertificates }) =>
          sniCertificates.map(({ certificate, key }) => quoteWords([name, certificate, key])),
        ),
    },
    flagDirective("SslHttp2", "http2", "Offers HTTP/2. An extension.", "1"),
    flagDirective("SSLHonorCipherOrder", "honorCipherOrder", "The server's order of ciphers decides."),
    flagDirective("SSLAllowClientRenog", "allowClientRenegotiation", "The client may renegotiate."),
    {
      ...flagDirective("SSLDisableSSLv3", null, "SSLv3 is never spoken."),
      withoutEffect: "only TLS 1.2 and newer are spoken",
    },
    {
      ...flagDirective("SSLDebugStartup", null, "Debugging of the TLS daemon."),
      withoutEffect: "it tunes a technique that this server does not use",
    },
    channelDirective({
      name: "SSLOkdOrdinal",
      usage: "NUMBER",
      standard: "",
      text: "NUMBER + 1 is the ordinal of the channel for `ChildMode 3`.",
      set: ({ channel }, text, line, written) => {
        const number = readNumber(line, text, 0, written);
        if (number !== undefined) {
          channel.ordinal = number + 1;
        }
      },
      write: ({ ordinal }) => (ordinal === null ? [] : [ordinal - 1]),
    }),
  ],
};

interface ChannelDirective {
  name: string;
  usage: string;
  standard: string;
  text: string;
  /** Any number of values instead of one. */
  list?: boolean;
  set(channel: ChannelDraft, text: string, line: Line, written: ConfigWord): void;
  /** The values for a channel; none writes no line. */
  write(channel: TlsChannel): (string | number)[];
}

/** A directive of the form `[CHANNEL] value`. */
function channelDirective({ name, usage, standard, text, list, set, write }: ChannelDirective): LineDefinition {
  return {
    name,
    usage: `[CHANNEL] ${usage}`,
    fixed: 1,
    standard,
    see: "1.13, 2.6",
    text,
    read(line, draft) {
      const { words } = line;
      // With a list of ports the first word is a channel unless it is a number of no channel's name.
      const named =
        words.length > 1 && (!list || draft.channels.has(words[0].text) || parseInteger(words[0].text) === undefined);
      const values = named ? words.slice(1) : words;
      if (values.length === 0 || (values.length > 1 && !list)) {
        line.wrong(words[2]);
        return;
      }
      const channel = channelNamed(line, draft, named ? words[0] : undefined);
      if (channel) {
        for (const value of values) {
          set(channel, value.text, line, value);
        }
      }
    },
    write: ({ tls }) =>
      tls.channels.flatMap((channel) => {
        const values = write(channel);
        return values.length > 0 ? [quoteWords([channel.name, ...values])] : [];
      }),
  };
}

function channelNamed(line: Line, draft: Draft, written: ConfigWord | undefined): ChannelDraft | undefined {
  const name = written?.text ?? "default";
  const channel = draft.channels.get(name);
  if (!channel) {
    const near = nearest(name, draft.channels.keys());
    const hint = near ? `Did you mean ${near}?` : `Create it first: SslCreateChannel ${name}`;
    line.report({ code: "config-undefined", message: `there is no TLS channel ${name}`, hint }, written);
  }
  return channel;
}

function readChannel(line: Line, draft: Draft): void {
  const [written] = line.words;
  if (line.words.length !== 1) {
    line.wrong(line.words[1]);
  } else if (draft.channels.has(written.text)) {
    line.report({ code: "config-repeated", message: `the TLS channel ${written.text} exists already` }, written);
  } else {
    draft.channels.set(written.text, { channel: defaultTlsChannel(written.text), ports: new Map() });
  }
}

function readSniCertificate(line: Line, draft: Draft): void {
  const { words } = line;
  if (words.length !== 2 && words.length !== 3) {
    line.wrong(words[3]);
    return;
  }
  const channel = channelNamed(line, draft, words.length === 3 ? words[0] : undefined);
  const [certificate, key] = words.slice(-2);
  channel?.channel.sniCertificates.push({ certificate: certificate.text, key: key.text });
}

function addNamedPort(channel: ChannelDraft, text: string, line: Line, written: ConfigWord): void {
  const port = readPort(line, text, written);
  if (port !== undefined && channel.channel.ports.includes(port)) {
    line.report({ code: "config-repeated", message: `port ${port} is listened on twice` }, written);
  } else if (port !== undefined) {
    channel.channel.ports.push(port);
    channel.ports.set(port, line.place(written));
  }
}

function readPort(line: Line, text: string, written: ConfigWord): number | undefined {
  const port = parseInteger(text);
  if (port === undefined) {
    line.wrong(written);
  } else if (port < smallestPort || port > largestPort) {
    const message = `${line.name} out of range: a TLS port is ${smallestPort} to ${largestPort}`;
    line.report({ code: "config-range", message }, written);
  } else {
    return port;
  }
  return undefined;
}

function readNumber(line: Line, text: string, minimum: number, written: ConfigWord): number | undefined {
  const number = parseInteger(text);
  if (number === undefined) {
    line.wrong(written);
  } else if (number < minimum) {
    line.report({ code: "config-range", message: `${line.name} out of range: at least ${minimum}` }, written);
  } else {
    return number;
  }
  return undefined;
}

function textDirective(
  name: string,
  field: "certificateFile" | "chainFile" | "keyFile",
  standard: string,
  usage: string,
  text: string,
): LineDefinition {
  return channelDirective({
    name,
    usage,
    standard,
    text,
    set: ({ channel }, value) => {
      channel[field] = value;
    },
    write: (channel) => {
      const value = channel[field];
      return value === null ? [] : [value];
    },
  });
}

function numberDirective(
  name: string,
  field: "timeout",
  scale: number,
  minimum: number,
  standard: string,
  usage: string,
  text: string,
): LineDefinition {
  return channelDirective({
    name,
    usage,
    standard,
    text,
    set: ({ channel }, value, line, written) => {
      const number = readNumber(line, value, minimum, written);
      if (number !== undefined) {
        channel[field] = number * scale;
      }
    },
    write: (channel) => [channel[field] / scale],
  });
}

/** A null field: the value is checked and dropped. */
function flagDirective(
  name: string,
  field: "honorCipherOrder" | "allowClientRenegotiation" | "http2" | null,
  text: string,
  standard = "0",
): LineDefinition {
  return channelDirective({
    name,
    usage: "0|1",
    standard,
    text,
    set: ({ channel }, value, line, written) => {
      if (value !== "0" && value !== "1") {
        line.wrong(written);
      } else if (field) {
        channel[field] = value === "1";
      }
    },
    write: (channel) => (field ? [channel[field] ? 1 : 0] : []),
  });
}
