// Directives of the logs (okws-server.md §2.5, §5).

import { nearest } from "pub-parser";
import { type DirectiveGroup, quoteWords } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import type { SyslogLevel } from "../settings.js";
import { flag, integer, milliseconds, word } from "../values.js";

const syslogLevels: readonly SyslogLevel[] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

export const loggingDirectives: DirectiveGroup = {
  title: "Logging",
  directives: [
    { name: "LogDir", value: word("logs.directory", "directory"), see: "5.5", text: "Directory of the logs." },
    {
      name: "AccessLog",
      value: word("logs.accessLog", "file"),
      see: "5.2",
      text: "File of the access log in `LogDir`.",
    },
    { name: "ErrorLog", value: word("logs.errorLog", "file"), see: "5.3", text: "File of the error log in `LogDir`." },
    { name: "SslLog", value: word("logs.tlsLog", "file"), see: "5.4", text: "File of the TLS log in `LogDir`." },
    {
      name: "AccessLogFmt",
      value: word("logs.accessFormat", "letters"),
      see: "5.2",
      text: "Fields of an access log line: `i` client address, `I` address of the TCP peer, `t` time, `1` request line, `s` status, `b` bytes of the body, `z` uncompressed size, `v` program, `U` user id, `r` Referer, `u` User-Agent, `q` request number on the connection, `2` custom field, `R` and `S` the `X-OKWS-Real-IP` and `X-OKWS-Real-Source` headers. Another character stands for itself.",
    },
    { name: "OklogdUser", value: word("identities.loggerUser", "user"), see: "1.1", text: "User of the log daemon." },
    {
      name: "OklogdGroup",
      value: word("identities.loggerGroup", "group"),
      see: "1.1",
      text: "Group of the log daemon.",
    },
    { name: "OklogdPidfile", value: word("logs.pidFile", "file"), see: "5.5", text: "Its pid file in `LogDir`." },
    {
      name: "SvcLog",
      value: flag("logs.serviceLog"),
      see: "5.1",
      text: "Services write access and error log.",
    },
    {
      name: "LogTick",
      value: milliseconds("logs.tick", 1, 4000),
      see: "5.1",
      text: "How often the time stamp is renewed.",
    },
    {
      name: "LogPeriod",
      value: { ...integer("logs.period", 1, 100), unit: "ticks" },
      see: "5.1",
      text: "Buffered entries are sent every so many ticks.",
    },
    {
      name: "SyslogPriority",
      value: word("syslog.priority"),
      see: "5.6",
      text: "Priority of the operator log in daemon mode. No effect: there is no daemon mode; the operator log goes to the error log and to standard error.",
    },
    {
      name: "SyslogTag",
      value: word("syslog.tag"),
      see: "5.6",
      text: "Tag of the operator log in daemon mode. No effect: there is no daemon mode; the operator log goes to the error log and to standard error.",
    },
    {
      name: "SyslogDomain",
      value: word("syslog.facility"),
      see: "5.6",
      text: "Facility of the levels that have a logger of their own. No effect: there is no daemon mode; the operator log goes to the error log and to standard error.",
    },
    {
      name: "SyslogLevels",
      usage: "LEVEL...",
      fixed: 1,
      standard: "",
      see: "5.6",
      text: `Levels that have a logger of their own in daemon mode, of ${syslogLevels.map((level) => `\`${level}\``).join(", ")}. No effect: there is no daemon mode.`,
      read: readSyslogLevels,
      write: ({ syslog }) => (syslog.levels.length > 0 ? [quoteWords(syslog.levels)] : []),
    },
  ],
};

function readSyslogLevels(line: Line, draft: Draft): void {
  if (line.words.length === 0) {
    line.wrong();
  }
  const levels = new Set(draft.settings.syslog.levels);
  for (const written of line.words) {
    const level = syslogLevels.find((name) => name === written.text.toLowerCase());
    if (level) {
      levels.add(level);
    } else {
      const near = nearest(written.text, syslogLevels);
      const message = `unknown syslog level: ${written.text}`;
      line.report({ code: "config-usage", message, hint: near && `Did you mean ${near}?` }, written);
    }
  }
  draft.settings.syslog.levels = syslogLevels.filter((level) => levels.has(level));
}
