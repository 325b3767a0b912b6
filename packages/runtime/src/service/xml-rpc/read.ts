/**
 * Reads XML-RPC documents: elements first, then what they mean. Strict about nesting.
 */
import { SaxesParser } from "saxes";
import { FaultCode, type XmlRpcCall, XmlRpcFault, type XmlRpcValue } from "./values.js";

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** Elements and what may stand in them; text is allowed only where the list is empty. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  methodCall: ["methodName", "params"],
  methodResponse: ["params", "fault"],
  fault: ["value"],
  params: ["param"],
  param: ["value"],
  value: ["int", "i4", "i8", "boolean", "double", "string", "base64", "nil", "struct", "array"],
  struct: ["member"],
  member: ["name", "value"],
  array: ["data"],
  data: ["value"],
  methodName: [],
  name: [],
  int: [],
  i4: [],
  i8: [],
  boolean: [],
  double: [],
  string: [],
  base64: [],
  nil: [],
};

const NAME = /^[A-Za-z0-9._-]+$/;
const MAXIMUM_DEPTH = 256;

/** Reads a call. Throws `XmlRpcFault` with the code that the specification gives the mistake. */
export function readCall(text: string): XmlRpcCall {
  if (text.trim() === "") throw new XmlRpcFault(FaultCode.noData, "No data given");
  const root = readDocument(text);
  if (root.name !== "methodCall") throw new XmlRpcFault(FaultCode.noMethodCall, "No methodCall given");
  const method = child(root, "methodName")?.text.trim();
  if (!method) throw new XmlRpcFault(FaultCode.noMethodName, "No methodName given");
  return { method, params: readParams(root) };
}

/** Reads a response: its value. Throws the fault that it is, or that it is malformed. */
export function readResponse(text: string): XmlRpcValue {
  const root = readDocument(text);
  if (root.name !== "methodResponse") throw new XmlRpcFault(FaultCode.badNesting, "No methodResponse given");
  const fault = child(root, "fault");
  if (fault === undefined) return readParams(root)[0] ?? null;
  const { faultCode, faultString } = readValue(fault.children[0]) as Record<string, XmlRpcValue>;
  throw new XmlRpcFault(Number(faultCode), String(faultString));
}

function readDocument(text: string): Element {
  const stack: Element[] = [];
  let root: Element | undefined;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw new XmlRpcFault(FaultCode.notWellFormed, error.message);
  });
  parser.on("opentag", ({ name }) => {
    const parent = stack.at(-1);
    if (!Object.hasOwn(CONTENT, name)) throw new XmlRpcFault(FaultCode.unknownElement, `Unknown element: ${name}`);
    const isAllowed =
      parent === undefined ? /^method(?:Call|Response)$/.test(name) : CONTENT[parent.name].includes(name);
    if (!isAllowed || stack.length >= MAXIMUM_DEPTH) {
      const code = parent === undefined ? FaultCode.noMethodCall : FaultCode.badNesting;
      throw new XmlRpcFault(code, `Element ${name} may not stand here`);
    }
    const element: Element = { name, children: [], text: "" };
    if (parent === undefined) root = element;
    else parent.children.push(element);
    stack.push(element);
  });
  const addText = (piece: string) => {
    const element = stack.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => checkElement(stack.pop() as Element));
  parser.write(text).close();
  return root as Element;
}

function checkElement({ name, children, text }: Element): void {
  const isLeaf = CONTENT[name].length === 0;
  // Text directly in a value is a string without its element.
  if (!isLeaf && text.trim() !== "" && !(name === "value" && children.length === 0)) {
    throw new XmlRpcFault(FaultCode.unexpectedText, `Unexpected text in ${name}`);
  }
  if (name === "name" && !NAME.test(text.trim())) throw new XmlRpcFault(FaultCode.badText, `Bad name: ${text}`);
  if (name === "value" && children.length > 1) throw new XmlRpcFault(FaultCode.badValue, "More than one value");
  if (name === "member" && (children[0]?.name !== "name" || children[1]?.name !== "value" || children.length > 2)) {
    throw new XmlRpcFault(FaultCode.badNesting, "A member is a name and a value");
  }
}

function readParams(root: Element): XmlRpcValue[] {
  return (child(root, "params")?.children ?? []).map(({ children }) => readValue(children[0]));
}

function child(element: Element, name: string): Element | undefined {
  return element.children.find((one) => one.name === name);
}

function readValue(element: Element | undefined): XmlRpcValue {
  if (element === undefined) throw new XmlRpcFault(FaultCode.badValue, "Missing value");
  const [typed] = element.children;
  return typed === undefined ? element.text : READERS[typed.name](typed);
}

const READERS: Readonly<Record<string, (element: Element) => XmlRpcValue>> = {
  int: ({ text }) => readInteger(text, 32),
  i4: ({ text }) => readInteger(text, 32),
  i8: ({ text }) => readInteger(text, 64),
  double: ({ text }) => {
    const number = Number(text);
    if (text.trim() === "" || Number.isNaN(number)) throw badText("double", text);
    return number;
  },
  boolean: ({ text }) => {
    const word = text.trim().toLowerCase();
    if (word === "true" || word === "false") return word === "true";
    if (!/^-?\d+$/.test(word)) throw badText("boolean", text);
    return Number(word) !== 0;
  },
  string: ({ text }) => text,
  base64: ({ text }) => {
    const letters = text.replace(/\s/g, "");
    if (letters.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(letters)) throw badText("base64", text);
    return Buffer.from(letters, "base64");
  },
  nil: () => null,
  array: (element) => (child(element, "data")?.children ?? []).map(readValue),
  struct: ({ children }) => {
    const struct: Record<string, XmlRpcValue> = Object.create(null);
    for (const { children: parts } of children) struct[parts[0].text.trim()] = readValue(parts[1]);
    return struct;
  },
};

function readInteger(text: string, bits: number): XmlRpcValue {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw badText("int", text);
  const value = BigInt(text.replace("+", "").trim());
  if (BigInt.asIntN(bits, value) !== value) throw badText("int", text);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function badText(type: string, text: string): XmlRpcFault {
  return new XmlRpcFault(FaultCode.badText, `Bad ${type}: ${text.slice(0, 100)}`);
}
