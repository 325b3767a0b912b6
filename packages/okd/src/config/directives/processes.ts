// Directives of directories, identities and helper programs (okws-server.md §2.5, §1.5).
import { type DirectiveGroup, type LineDefinition, quoteWords } from "../definition.js";
import type { Draft, Line } from "../draft.js";
import type { Settings } from "../settings.js";
import { directory, flag, integer, isSafePath, mebibytes, mode, oneOf, word } from "../values.js";
import { readProgram } from "./programs.js";

export const processDirectives: DirectiveGroup = {
  title: "Processes, identities, directories",
  directives: [
    { name: "TopDir", value: directory("directories.top"), see: "2.5", text: "Where helper programs are." },
    {
      name: "JailDir",
      value: directory("directories.jail"),
      see: "1.1, 1.5",
      text: "Root directory of dispatcher, TLS daemons and services when started as root; otherwise the prefix of all paths inside the jail.",
    },
    {
      name: "ServiceBin",
      value: directory("directories.serviceBinaries"),
      see: "2.6",
      text: "Directory of the service programs, inside the jail. A service path with a leading `/` is relative to the jail instead.",
    },
    {
      name: "CoreDumpDir",
      value: directory("directories.coreDumps"),
      see: "1.5",
      text: "Directory of core files and working directories, inside the jail.",
    },
    {
      name: "CoreDumpUser",
      value: word("identities.coreDumpUser", "user"),
      see: "1.5",
      text: "Owner of collected core files.",
    },
    {
      name: "CoreDumpGroup",
      value: word("identities.coreDumpGroup", "group"),
      see: "1.5",
      text: "Group of collected core files.",
    },
    { name: "CoreDumpMode", value: mode("identities.coreDumpMode"), see: "1.5", text: "Mode of collected core files." },
    {
      name: "SocketDir",
      value: directory("directories.sockets"),
      see: "1.5",
      text: "Directory of sockets, inside the jail; created at start.",
    },
    helper("OkdExecPath", "dispatcher", "Dispatcher."),
    helper("OklogdExecPath", "logger", "Log daemon."),
    helper("PubdExecPath", "templates", "Template daemon."),
    { name: "OkdUser", value: word("identities.dispatcherUser", "user"), see: "1.1", text: "User of the dispatcher." },
    {
      name: "OkdGroup",
      value: word("identities.dispatcherGroup", "group"),
      see: "1.1",
      text: "Group of the dispatcher.",
    },
    {
      name: "ServiceGroup",
      value: word("identities.serviceGroup", "group"),
      see: "1.5",
      text: "Group of the per-service core directories.",
    },
    {
      name: "ServiceLowUid",
      value: integer("identities.serviceLowUid", 100, 65_000),
      see: "1.5",
      text: "Ids from here on are given to services.",
    },
    {
      name: "ServiceHighUid",
      value: integer("identities.serviceHighUid", 100, 65_000),
      see: "1.5",
      text: "Ids up to here are given to services.",
    },
    { name: "ServiceMode", value: mode("identities.serviceMode"), see: "1.5", text: "Mode of service programs." },
    { name: "RootUser", value: word("identities.rootUser", "user"), see: "1.5", text: "What user id 0 is called." },
    { name: "RootGroup", value: word("identities.rootGroup", "group"), see: "1.5", text: "What its group is called." },
    {
      name: "UnsafeMode",
      value: flag("identities.unsafe"),
      see: "1.5",
      text: "Does not enforce unique user ids and leaves program files as they are.",
    },
    {
      name: "ServiceIsolation",
      value: oneOf("security.isolation", "off", "auto", "on"),
      see: "9",
      text: "Gives each service process name spaces of its own (processes, files) and a filter of system calls: `auto` where the machine allows it, `on` or else the server does not start. An extension, see [security.md](security.md).",
    },
    {
      name: "ServiceMemoryLimit",
      value: mebibytes("security.memoryLimit", 0, 1_048_576),
      see: "9",
      text: "Memory that a service process may write to; 0 is unlimited. An extension.",
    },
    {
      name: "ServiceFileSizeLimit",
      value: mebibytes("security.fileSizeLimit", 0, 1_048_576),
      see: "9",
      text: "Largest file that a service process may write; 0 is unlimited. An extension.",
    },
    {
      name: "ResolveBinaryPaths",
      value: flag("identities.resolveBinaryPaths"),
      see: "1.10",
      text: "Runs the program behind a symbolic link by its final path. No effect: Node always resolves links to modules.",
    },
    {
      name: "OkMgrSocket",
      value: word("manager.socket", "path"),
      see: "1.12",
      text: "Path of the management socket, inside the jail.",
    },
    {
      name: "OkMgrSocketOwner",
      value: word("manager.socketOwner", "user"),
      see: "1.12",
      text: "Its owner, when started as root. The default is `OkdUser`.",
    },
    {
      name: "OkMgrSocketGroup",
      value: word("manager.socketGroup", "group"),
      see: "1.12",
      text: "Its group, when started as root. The default is `OkdGroup`.",
    },
    { name: "OkMgrSocketAccessMode", value: mode("manager.socketMode"), see: "1.12", text: "Its mode." },
  ],
};

/** A directive for a helper program, which this server replaces by a process of its own. */
export function helper(name: string, field: keyof Settings["helpers"], text: string): LineDefinition {
  return {
    name,
    usage: "[NAME=value ...] PROGRAM [arguments ...]",
    fixed: null,
    standard: "",
    see: "2.3, 2.5",
    text: `${text} PROGRAM need not exist: the server has a process of its own for this.`,
    read(line: Line, draft: Draft) {
      const found = readProgram(line);
      if (!found) {
        return;
      }
      const { environment, program, rest } = found;
      if (isSafePath(program.text)) {
        const words = rest.map(({ text }) => text);
        draft.settings.helpers[field] = { program: program.text, arguments: words, environment };
      } else {
        line.wrong(program, "A path must not begin or end with a dot, and must not contain /. or ./");
      }
    },
    write({ helpers }) {
      const set = helpers[field];
      if (!set) {
        return [];
      }
      const pairs = Object.entries(set.environment).map(([variable, value]) => `${variable}=${value}`);
      return [quoteWords([...pairs, set.program, ...set.arguments])];
    },
  };
}
