/**
 * Writes XML-RPC documents: an XML declaration, then one element a line, indented by one blank a level.
 */
import { formatG } from "./format-double.js";
import { faultStruct, type XmlRpcCall, XmlRpcDouble, type XmlRpcFault, type XmlRpcValue } from "./values.js";

const DECLARATION = '<?xml version="1.0"?>\n';

export function writeCall({ method, params }: XmlRpcCall): string {
  const lines = [leaf(1, "methodName", method), ...paramLines(params)];
  return `${DECLARATION}${["<methodCall>", ...lines, "</methodCall>"].join("\n")}\n`;
}

export function writeResponse(value: XmlRpcValue): string {
  return `${DECLARATION}${["<methodResponse>", ...paramLines([value]), "</methodResponse>"].join("\n")}\n`;
}

export function writeFault(fault: XmlRpcFault): string {
  const lines = element(1, "fault", valueLines(2, faultStruct(fault)));
  return `${DECLARATION}${["<methodResponse>", ...lines, "</methodResponse>"].join("\n")}\n`;
}

function paramLines(params: readonly XmlRpcValue[]): string[] {
  return element(
    1,
    "params",
    params.flatMap((param) => element(2, "param", valueLines(3, param))),
  );
}

function valueLines(level: number, value: XmlRpcValue): string[] {
  return element(level, "value", typedLines(level + 1, value));
}

/** Throws a `TypeError` for what XML-RPC cannot say. */
function typedLines(level: number, value: XmlRpcValue): string[] {
  if (typeof value === "string") return [leaf(level, "string", value)];
  if (typeof value === "boolean") return [leaf(level, "boolean", value ? "1" : "0")];
  if (typeof value === "number") {
    return [Number.isInteger(value) ? intLine(level, value) : leaf(level, "double", formatG(value))];
  }
  if (typeof value === "bigint") return [intLine(level, Number(value))];
  if (value === null) return [leaf(level, "string", "")];
  if (value instanceof XmlRpcDouble) return [leaf(level, "double", formatG(value.value))];
  if (value instanceof Uint8Array) return [leaf(level, "base64", Buffer.from(value).toString("base64"))];
  if (Array.isArray(value)) {
    const items = (value as readonly XmlRpcValue[]).flatMap((item) => valueLines(level + 2, item));
    return element(level, "array", element(level + 1, "data", items));
  }
  const members = Object.entries(value as Record<string, XmlRpcValue>).flatMap(([name, member]) =>
    element(level + 1, "member", [leaf(level + 2, "name", name), ...valueLines(level + 2, member)]),
  );
  return element(level, "struct", members);
}

function intLine(level: number, value: number): string {
  if (value !== (value | 0)) throw new TypeError(`${value} does not fit into an int of 32 bits`);
  return leaf(level, "int", String(value));
}

function element(level: number, name: string, lines: readonly string[]): string[] {
  const indent = " ".repeat(level);
  return [`${indent}<${name}>`, ...lines, `${indent}</${name}>`];
}

function leaf(level: number, name: string, text: string): string {
  return `${" ".repeat(level)}<${name}>${escapeText(text)}</${name}>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
