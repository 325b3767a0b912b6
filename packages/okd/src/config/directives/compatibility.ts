// Directives that old configurations may contain and that decide nothing in this server (okws-server.md §2.5, §2.9).
import type { DirectiveGroup, LineDefinition, ValueDefinition } from "../definition.js";
import { bytes, flag, integer, seconds, type ValueRule, word } from "../values.js";

const technique = "it tunes a technique that this server does not use";
const noEffect = "it never had an effect";

export const compatibilityDirectives: DirectiveGroup = {
  title: "Accepted without effect",
  directives: [
    value("SendSockAddrIn", flag(null), technique, "Passes the client's address with the socket; it always is."),
    value("OkdChildSelectDisable", flag(null), noEffect, "No effect."),
    value("ShutdownRetries", integer(null, 1, 10), noEffect, "No effect."),
    value("GzipSmallStrLen", bytes(null, 0, 32_768), technique, "Merges short strings before compressing."),
    value("GzipCacheMin", bytes(null, 0, 65_536), technique, "Smallest compressed fragment that is kept."),
    value("GzipCacheMax", bytes(null, 0, 16_777_216), technique, "Largest compressed fragment that is kept."),
    value("GzipCacheSize", bytes(null, 0, 268_435_456), technique, "Bytes of all compressed fragments that are kept."),
    anything("GzipNaiveLevel", "it is obsolete", "Obsolete; `GzipLevel` is the level."),
    value("Pub3RecycleLimitInt", integer(null, 0), technique, "Recycling of memory."),
    value("Pub3RecycleLimitBindtab", integer(null, 0), technique, "Recycling of memory."),
    value("Pub3RecycleLimitDict", integer(null, 0), technique, "Recycling of memory."),
    value("Pub3RecycleLimitSlot", integer(null, 0), technique, "Recycling of memory."),
    value("RecycleSuioLimit", integer(null, 0, 10_240), technique, "Recycling of memory."),
    value("SfsClockMode", word(null, "m|t|d"), technique, "How the time is read."),
    anything("MmapClockDaemon", technique, "Program that keeps the time."),
    anything("MmapClockFile", technique, "File that holds the time."),
    value("AxprtPacketSize", bytes(null, 0), technique, "Largest message between processes."),
    value("DangerousZbufs", flag(null), technique, "Handling of compressed buffers."),
    value("SelectPolicy", word(null, "kqueue|epoll|select"), technique, "How events are waited for."),
    value("SyscallStatDumpInterval", seconds(null, 0, 1000), technique, "Logs counters of system calls."),
    value("OkdDebugMsgFreq", integer(null, 0, 65_536), technique, "Logs counters of connections."),
    anything("LogBuffers", "it is ignored", "Ignored."),
  ],
};

function value(name: string, rule: ValueRule, withoutEffect: string, text: string): ValueDefinition {
  return { name, value: rule, withoutEffect, see: "2.5", text };
}

function anything(name: string, withoutEffect: string, text: string): LineDefinition {
  return {
    name,
    usage: "...",
    fixed: 0,
    standard: "",
    withoutEffect,
    see: "2.5",
    text,
    read: () => {},
    write: () => [],
  };
}
