/**
 * Diagnostics for other programs: JSON, SARIF 2.1.0 and the workflow commands of GitHub.
 */
import type { Diagnostic, Span } from "pub-parser";
import { decoded } from "../checks/names.js";
import { ruleAddress, ruleHelp } from "../checks/reference.js";
import { type RuleName, rules } from "../checks/rules.js";
import { regionOf } from "../checks/source-diagnostic.js";
import type { FileDiagnostic } from "../project/compile.js";
import { VERSION } from "../version.js";
import { shownPath } from "./report.js";

/** One array of `{file, line, column, endLine, endColumn, code, severity, message, hint, related, url}`. */
export function formatJson(root: string, found: readonly FileDiagnostic[]): string {
  const list = found.map(({ file, source, diagnostic }) => ({
    file: shownPath(root, file),
    ...regionOf(source, diagnostic.span),
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: decoded(diagnostic.message),
    hint: diagnostic.hint && decoded(diagnostic.hint),
    related: diagnostic.related?.map(({ span, message }) => ({ ...regionOf(source, span), message: decoded(message) })),
    url: ruleAddress(diagnostic.code),
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** A SARIF log with one run. Rules are those of the checker; syntax errors have the code as their only description. */
export function formatSarif(root: string, found: readonly FileDiagnostic[]): string {
  const level = (severity: Diagnostic["severity"]): string => severity;
  const results = found.map(({ file, source, diagnostic }) => ({
    ruleId: diagnostic.code,
    level: level(diagnostic.severity),
    message: { text: messageWithHint(diagnostic) },
    locations: [{ physicalLocation: physicalLocation(root, file, source, diagnostic.span) }],
    relatedLocations: diagnostic.related?.map(({ span, message }, id) => ({
      id,
      message: { text: decoded(message) },
      physicalLocation: physicalLocation(root, file, source, span),
    })),
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "pubc",
            version: VERSION,
            informationUri: ruleAddress(""),
            rules: Object.entries(rules).map(([id, rule]) => ({
              id,
              shortDescription: { text: rule.summary },
              fullDescription: { text: rule.explanation },
              helpUri: ruleAddress(id),
              help: { text: plainText(ruleHelp(id as RuleName)), markdown: ruleHelp(id as RuleName) },
              defaultConfiguration: { level: level(rule.severity) },
            })),
          },
        },
        columnKind: "unicodeCodePoints",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Markdown without the marks that only mean something to programs. */
function plainText(markdown: string): string {
  return markdown.replace(/```\w*\n/g, "").replace(/`/g, "");
}

function physicalLocation(root: string, file: string, source: string, span: Span): object {
  const { line, column, endLine, endColumn } = regionOf(source, span);
  const uri = shownPath(root, file).split("\\").join("/").split("/").map(encodeURIComponent).join("/");
  return {
    artifactLocation: { uri: uri.startsWith("/") ? `file://${uri}` : uri },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** A workflow command a finding: GitHub shows it beside the changed line. */
export function formatGithub(root: string, found: readonly FileDiagnostic[]): string {
  return found
    .map(({ file, source, diagnostic }) => {
      const { line, column, endLine, endColumn } = regionOf(source, diagnostic.span);
      const properties = [
        ["file", shownPath(root, file)],
        ["line", line],
        ["endLine", endLine],
        ["col", column],
        ["endColumn", endColumn],
        ["title", diagnostic.code],
      ].map(([name, value]) => `${name}=${escaped(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`);
      return `::${diagnostic.severity} ${properties.join(",")}::${escaped(messageWithHint(diagnostic))}\n`;
    })
    .join("");
}

function messageWithHint({ message, hint }: Diagnostic): string {
  return decoded(hint === undefined ? message : `${message}; ${hint}`);
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
