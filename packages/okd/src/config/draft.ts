// The state of a configuration while its files are read: the settings so far, and where everything was said.
import type { ConfigWord, Diagnostic, LineIndex, Span } from "pub-parser/config";
import type { InterpreterSettings, ServiceDefaults, Settings, TlsChannel } from "./settings.js";

/** A mistake or warning with the file it is in. */
export interface FileDiagnostic extends Diagnostic {
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** Text of the file, for printing with `formatDiagnostic(diagnostic, source, file)`. */
  source: string;
}

export interface SourceFile {
  name: string;
  source: string;
  index: LineIndex;
}

/** A place in a file that a later check may have to point at. */
export interface Place {
  file: SourceFile;
  span: Span;
}

/** A mistake as its finder describes it. */
export interface Finding {
  code: FindingCode;
  message: string;
  hint?: string;
  severity?: "warning";
}

/** Stable names of everything that can be wrong with the meaning of a configuration. */
export type FindingCode =
  | "config-unknown"
  | "config-usage"
  | "config-range"
  | "config-conflict"
  | "config-repeated"
  | "config-undefined"
  | "config-unused"
  | "config-comment"
  | "config-file";

/** A service line before the global defaults and the reference port are known. */
export interface ServiceDraft {
  uri: string;
  uriPlace: Place;
  program: string;
  programArguments: string[];
  environment: Record<string, string>;
  /** Name of the interpreter of a script, and where it stands. */
  interpreter: { name: string; place: Place } | null;
  siblings: number;
  runAs: string | number | null;
  directPorts: number[];
  waitForContinue: boolean;
  writableDirectories: string[];
  readablePaths: string[];
  nativeAddons: boolean;
  /** The options that the line sets; the others have global defaults. */
  options: Partial<ServiceDefaults>;
}

export interface InterpreterDraft extends InterpreterSettings {
  environment: Record<string, string>;
}

export interface AliasDraft {
  to: string;
  from: string;
  toPlace: Place;
  fromPlace: Place;
}

export interface RegexAliasDraft {
  to: string;
  pattern: string;
  flags: string;
  toPlace: Place;
}

export interface PrefixAliasDraft {
  to: string;
  prefix: string;
  toPlace: Place;
  prefixPlace: Place;
}

export interface VirtualHostDraft {
  host: string;
  to: string;
  prefix: string;
  toPlace: Place;
}

export interface ChannelDraft {
  channel: TlsChannel;
  /** Where the ports of the channel were named, by port. */
  ports: Map<number, Place>;
}

export interface Draft {
  settings: Settings;
  /** Last place of each one-value directive, by its name. */
  given: Map<string, Place>;
  /** Plain ports that are listened on, in order. */
  ports: Map<number, Place>;
  referencePort: { port: number; place: Place } | null;
  /** TLS channels by name, the channel `default` among them. */
  channels: Map<string, ChannelDraft>;
  services: ServiceDraft[];
  interpreters: Map<string, InterpreterDraft>;
  aliases: AliasDraft[];
  regexAliases: RegexAliasDraft[];
  prefixAliases: PrefixAliasDraft[];
  virtualHosts: VirtualHostDraft[];
  diagnostics: FileDiagnostic[];
}

/** Records a finding at a place. */
export function report(draft: Draft, place: Place, finding: Finding): void {
  const { file, span } = place;
  const { line, column } = file.index.positionAt(span.start);
  const { code, message, hint, severity = "error" } = finding;
  draft.diagnostics.push({ code, severity, message, hint, span, file: file.name, line, column, source: file.source });
}

/** One directive at hand: its words without the trailing comment, and a way to complain about them. */
export interface Line {
  /** The directive's name in its proper spelling. */
  name: string;
  /** What to write, for the message `usage: NAME …`. */
  usage: string;
  words: ConfigWord[];
  /** Place of a word, or of the whole directive. */
  place(word?: ConfigWord): Place;
  report(finding: Finding, word?: ConfigWord): void;
  /** The common complaint: the line does not have the form it should have. */
  wrong(word?: ConfigWord, hint?: string): void;
}
