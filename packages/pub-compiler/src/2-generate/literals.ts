/**
 * Literals: numbers, lists, dictionaries, regular expressions. Constant containers are built once a module; each
 * evaluation gives a handle on them (pub-language.md §5.4).
 */
import type { DictLiteral, Expression, FloatLiteral, IntegerLiteral, ListLiteral } from "pub-parser";
import { areFieldNames } from "pub-runtime";
import { simplify } from "../1-analyze/constants.js";
import { referenceOrder } from "../1-analyze/dictionary-order.js";
import { type Code, commaList, quote } from "./code.js";
import type { Module } from "./module.js";
import { stored, storedOrMissing } from "./places.js";
import type { Routine } from "./routine.js";

export function numberLiteral(module: Module, node: IntegerLiteral | FloatLiteral): Code {
  if (node.type === "FloatLiteral") {
    const { value: number } = node;
    return Number.isInteger(number)
      ? hoist(module, "float", [module.runtime("makeFloat"), `(${Object.is(number, -0) ? "-0" : number})`])
      : String(number);
  }
  const number = Number(node.value);
  if (Number.isSafeInteger(number)) return String(number);
  return hoist(module, "integer", [module.runtime("integerLiteral"), `(${node.value}n)`]);
}

function hoist(module: Module, prefix: string, code: Code): string {
  const name = module.name(prefix);
  module.hoisted.push([`const ${name} = `, code, ";"]);
  return name;
}

/** A constant list, dictionary or regex: hoisted, and built for the dictionary order of the run. */
export function constantContainer(routine: Routine, expression: Expression): Code {
  const { module } = routine;
  const node = simplify(expression);
  if (node.type === "RegexLiteral") return constantCode(module, node);
  const prefix = node.type === "ListLiteral" ? "list" : "dict";
  if (!containsDict(node)) return hoist(module, prefix, constantCode(module, node));
  const name = hoist(module, prefix, module.apply("constant", ["(newTable) => ", constantCode(module, node)]));
  return [name, ".of(context)"];
}

function containsDict(node: Expression): boolean {
  const simple = simplify(node);
  return simple.type === "DictLiteral" || (simple.type === "ListLiteral" && simple.elements.some(containsDict));
}

function constantCode(module: Module, expression: Expression): Code {
  const node = simplify(expression);
  switch (node.type) {
    case "IntegerLiteral":
    case "FloatLiteral":
      return numberLiteral(module, node);
    case "BooleanLiteral":
      return String(node.value);
    case "RegexLiteral":
      return hoist(module, "regex", [
        "new ",
        module.runtime("Regex"),
        `(${quote(node.pattern)}, ${quote(node.options)})`,
      ]);
    case "StringLiteral":
      return quote(node.pieces.map((piece) => (piece.type === "StringText" ? piece.value : "")).join(""));
    case "ListLiteral":
      return [
        "new ",
        module.runtime("List"),
        "([",
        commaList(node.elements.map((element) => constantCode(module, element))),
        "])",
      ];
    case "DictLiteral":
      return [
        module.runtime("fillDict"),
        "(newTable, [",
        commaList(
          node.entries.map((entry) => [
            `[${quote(entry.name)}, `,
            entry.value === null ? "undefined" : constantCode(module, entry.value),
            "]",
          ]),
        ),
        "])",
      ];
    default:
      return "null";
  }
}

/** A list literal that is not constant: a new list of stored values. */
export function listLiteral(routine: Routine, node: ListLiteral): Code {
  const items = node.elements.map((element) => stored(routine, element));
  return ["new ", routine.module.runtime("List"), "([", commaList(items), "])"];
}

/** Arguments of a call in generated code at most; the engine's own limit lies somewhere behind. */
const MOST_ARGUMENTS = 1000;

/** A dictionary literal that is not constant: a new dictionary; undefined values are left out (§4.3). */
export function dictLiteral(routine: Routine, node: DictLiteral): Code {
  const entries = new Map(node.entries.map((entry) => [entry.name, entry.value]));
  const names = routine.module.options.referenceOrder ? referenceOrder([...entries.keys()]) : [...entries.keys()];
  const parts: [string, Code][] = [];
  for (const name of names) {
    const expression = entries.get(name);
    if (expression !== null && expression !== undefined) parts.push([name, storedOrMissing(routine, expression)]);
  }
  const { module } = routine;
  if (!module.optimizes("records") || !areFieldNames(names)) {
    const codes = parts.flatMap(([name, code]) => [quote(name), code]);
    if (codes.length <= MOST_ARGUMENTS) return module.call("newDict", ...codes);
    return module.call("newDictOf", ["[", commaList(codes), "]"]);
  }
  const fields = commaList(parts.map(([name, code]) => [`${/^\w+$/.test(name) ? name : quote(name)}: `, code]));
  return module.call("newRecord", parts.length === 0 ? "{}" : ["{ ", fields, " }"]);
}
