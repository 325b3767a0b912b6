// The options of a service line, `-n 2` and the like: one table that reads, writes and documents them (okws-server.md §2.6).
import type { ConfigWord } from "pub-parser/config";
import { quoteWords } from "../definition.js";
import type { Line } from "../draft.js";
import type { ServiceDefaults, ServiceSettings, Settings } from "../settings.js";
import { parseInteger } from "../values.js";
import { readGzipMode } from "./http.js";

export interface ServiceOptions {
  siblings: number;
  runAs: string | number | null;
  directPorts: number[];
  waitForContinue: boolean;
  writableDirectories: string[];
  readablePaths: string[];
  nativeAddons: boolean;
  settings: Partial<ServiceDefaults>;
  /** The words behind the options. */
  rest: ConfigWord[];
  /** The last option lacks its argument, which has been reported. */
  incomplete: boolean;
}

interface ServiceOption {
  /** Name of the argument; absent for a switch. */
  argument?: string;
  text: string;
  /** The argument is an integer in this range. */
  range?: readonly [minimum: number, maximum: number];
  apply(options: ServiceOptions, given: OptionArgument): void;
}

/** The argument of an option; of a switch, the switch itself. */
interface OptionArgument {
  text: string;
  /** The text as a number; 0 if the option has no range. */
  value: number;
  line: Line;
  written: ConfigWord;
}

const unlimited = 2_147_483_647;

/** The options by their letters. */
export const serviceOptions: Readonly<Record<string, ServiceOption>> = {
  n: {
    argument: "N",
    text: "Number of sibling processes; the default is 1.",
    range: [1, 20],
    apply: (options, { value }) => {
      options.siblings = value;
    },
  },
  u: {
    argument: "USER",
    text: "User name or id to run as, when started as root.",
    apply: (options, { text, line, written }) => {
      if (options.runAs !== null) {
        line.report({ code: "config-repeated", message: "-u is given twice" }, written);
      }
      options.runAs = parseInteger(text) ?? text;
    },
  },
  p: {
    argument: "PORT",
    text: "A port that the service listens on itself. May be repeated; the ports are dealt out to the siblings.",
    range: [1, 65_535],
    apply: (options, { value }) => {
      options.directPorts.push(value);
    },
  },
  r: numberOption("lifeRequests", 1, "N", "Requests after which a process retires; 0 is never."),
  t: numberOption("lifeTime", 1000, "SECONDS", "Time after which a process retires; 0 is never."),
  h: numberOption("highWater", 1, "N", "Open connections at which a process takes no more."),
  l: numberOption("lowWater", 1, "N", "Open connections below which it takes connections again."),
  w: switchOption("whiteSpaceStripping", true, "White-space stripping on."),
  W: switchOption("whiteSpaceStripping", false, "White-space stripping off."),
  c: switchOption("templateCaching", true, "Template caching on."),
  C: switchOption("templateCaching", false, "Template caching off."),
  e: switchOption("visibleErrors", true, "Visible template errors on."),
  E: switchOption("visibleErrors", false, "Visible template errors off."),
  z: {
    argument: "MODE",
    text: "Compression, as for `Gzip`.",
    apply: ({ settings }, { text, line, written }) => {
      settings.gzip = readGzipMode(line, written, text);
    },
  },
  y: { ...numberOption("gzipLevel", 1, "LEVEL", "Level of compression."), range: [0, 9] },
  Z: switchOption("zombieWarning", true, "Warns about old connections."),
  T: numberOption("zombieTimeout", 1000, "SECONDS", "How old."),
  s: waitOption(true, "Waits for SIGCONT before it initialises, for attaching a debugger."),
  S: waitOption(false, "Does not wait."),
  a: {
    argument: "DIRECTORY",
    text: "A directory inside of the jail that the process may write to. May be repeated. An extension.",
    apply: (options, { text }) => {
      options.writableDirectories.push(text);
    },
  },
  R: {
    argument: "PATH",
    text: "A file, directory or Unix socket inside of the jail that the process may read, besides its own package and the site. May be repeated. An extension.",
    apply: (options, { text }) => {
      options.readablePaths.push(text);
    },
  },
  A: {
    text: "The process may load native addons, which no permission holds back. An extension.",
    apply: (options) => {
      options.nativeAddons = true;
    },
  },
};

/** Reads options up to the first other word or `--`. Several switches may share a dash, an argument may follow its letter. */
export function readServiceOptions(line: Line, words: ConfigWord[]): ServiceOptions {
  const options: ServiceOptions = {
    siblings: 1,
    runAs: null,
    directPorts: [],
    waitForContinue: false,
    writableDirectories: [],
    readablePaths: [],
    nativeAddons: false,
    settings: {},
    rest: [],
    incomplete: false,
  };
  let next = 0;
  while (next < words.length && /^-./s.test(words[next].text)) {
    const word = words[next++];
    if (word.text === "--") {
      break;
    }
    for (let at = 1; at < word.text.length; at++) {
      const letter = word.text[at];
      if (!Object.hasOwn(serviceOptions, letter)) {
        const known = Object.keys(serviceOptions).map((name) => `-${name}`);
        const message = `unknown option -${letter} of a service`;
        line.report({ code: "config-unknown", message, hint: `The options are ${known.join(" ")}.` }, word);
        break;
      }
      const option = serviceOptions[letter];
      if (option.argument) {
        const attached = word.text.slice(at + 1);
        const argument = attached === "" ? words[next++] : word;
        applyOption(line, letter, option, argument, attached === "" ? argument?.text : attached, options);
        break;
      }
      option.apply(options, { text: "", value: 0, line, written: word });
    }
  }
  options.rest = words.slice(next);
  return options;
}

function applyOption(
  line: Line,
  letter: string,
  option: ServiceOption,
  written: ConfigWord | undefined,
  text: string | undefined,
  options: ServiceOptions,
): void {
  if (!written || text === undefined) {
    line.wrong(undefined, `The option -${letter} needs an argument.`);
    options.incomplete = true;
    return;
  }
  const value = parseInteger(text);
  if (option.range && value === undefined) {
    line.wrong(written, `The option -${letter} needs a number.`);
  } else if (option.range && (value! < option.range[0] || value! > option.range[1])) {
    const [minimum, maximum] = option.range;
    const range = maximum === unlimited ? `at least ${minimum}` : `${minimum} to ${maximum}`;
    line.report({ code: "config-range", message: `${line.name} -${letter} out of range: ${range}` }, written);
  } else {
    option.apply(options, { text, value: value ?? 0, line, written });
  }
}

/** Writes the options of a service that differ from the global defaults, each with a blank before it. */
export function writeServiceOptions(service: ServiceSettings, { serviceDefaults }: Settings): string {
  const words: (string | number)[] = [];
  if (service.siblings !== 1) {
    words.push("-n", service.siblings);
  }
  if (service.runAs !== null) {
    words.push("-u", service.runAs);
  }
  for (const port of dealtPorts(service.directPorts)) {
    words.push("-p", port);
  }
  for (const [letter, field, scale] of numberLetters) {
    if (service[field] !== serviceDefaults[field]) {
      words.push(`-${letter}`, service[field] / scale);
    }
  }
  for (const [on, off, field] of switchLetters) {
    if (service[field] !== serviceDefaults[field]) {
      words.push(`-${service[field] ? on : off}`);
    }
  }
  if (service.gzip !== serviceDefaults.gzip) {
    words.push("-z", service.gzip);
  }
  if (service.waitForContinue) {
    words.push("-s");
  }
  for (const directory of service.writableDirectories) {
    words.push("-a", directory);
  }
  for (const path of service.readablePaths) {
    words.push("-R", path);
  }
  if (service.nativeAddons) {
    words.push("-A");
  }
  return words.length > 0 ? ` ${quoteWords(words)}` : "";
}

const numberLetters = [
  ["r", "lifeRequests", 1],
  ["t", "lifeTime", 1000],
  ["h", "highWater", 1],
  ["l", "lowWater", 1],
  ["y", "gzipLevel", 1],
  ["T", "zombieTimeout", 1000],
] as const;

/** A zombie warning that is on for all cannot be turned off for one. */
const switchLetters = [
  ["w", "W", "whiteSpaceStripping"],
  ["c", "C", "templateCaching"],
  ["e", "E", "visibleErrors"],
  ["Z", "Z", "zombieWarning"],
] as const;

/** Ports in the order in which they were dealt out, which is the order of the line. */
function dealtPorts(dealt: number[][]): number[] {
  const rounds = Math.max(0, ...dealt.map((ports) => ports.length));
  return Array.from({ length: rounds }, (_, round) => dealt.flatMap((ports) => ports.slice(round, round + 1))).flat();
}

function numberOption(
  field: "lifeRequests" | "lifeTime" | "highWater" | "lowWater" | "gzipLevel" | "zombieTimeout",
  scale: number,
  argument: string,
  text: string,
): ServiceOption {
  return {
    argument,
    text,
    range: [0, unlimited],
    apply: ({ settings }, given) => {
      settings[field] = given.value * scale;
    },
  };
}

function switchOption(
  field: "whiteSpaceStripping" | "templateCaching" | "visibleErrors" | "zombieWarning",
  value: boolean,
  text: string,
): ServiceOption {
  return {
    text,
    apply: ({ settings }) => {
      settings[field] = value;
    },
  };
}

function waitOption(value: boolean, text: string): ServiceOption {
  return {
    text,
    apply: (options) => {
      options.waitForContinue = value;
    },
  };
}
