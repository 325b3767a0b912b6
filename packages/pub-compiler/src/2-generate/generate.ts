/**
 * Second phase: a syntax tree becomes the text of a module with mappings to the template.
 */
import type { Template } from "pub-parser";
import { features } from "../1-analyze/features.js";
import type { ProgramFacts } from "../1-analyze/questions.js";
import { Block, type Code, type Line, type Mapping, printLines } from "./code.js";
import { type GenerateOptions, Module } from "./module.js";
import { Routine } from "./routine.js";
import { StaticScope } from "./scope.js";
import { zones } from "./statements.js";

export interface GeneratedModule {
  readonly code: string;
  readonly mappings: Mapping[];
}

/**
 * Generates the module of a template. In TypeScript it imports `pub-runtime` and exports `template`; in plain
 * JavaScript it is a CommonJS module whose export is a function from the runtime to the template, so that it can be
 * loaded while a page renders and replaced when it changes.
 */
export function generateModule(source: string, template: Template, options: GenerateOptions): GeneratedModule {
  const module = new Module(source, options);
  module.storesRegex = features(template).storesRegex;
  const waits = options.program.waits(template);
  const isStatic = module.optimizes("static-names") && !options.traced && !needsLookups(template, options.program);
  const routine = new Routine(module, "file", waits, isStatic ? new StaticScope([], false) : null);
  zones(routine, template.body);
  routine.addLines(routine.finalWrite());
  routine.add(routine.endStatement());

  const result = waits ? "Promise<boolean>" : "boolean";
  const render = new Block(
    [...slotConstants(module), ...routine.prologue(), ...routine.lines],
    [
      waits ? "async " : "",
      "function render(context",
      module.annotation("Context"),
      ", file",
      module.annotation("FileIdentity"),
      ")",
      module.annotation(result),
      " {",
    ],
    "}",
  );
  const body: Line[] = [...module.hoisted, render];
  const { text, mappings } = printLines(options.types ? typedModule(module, body) : plainModule(module, body));
  return { code: text, mappings };
}

/** True for files whose names have to be looked up while they run. */
function needsLookups(template: Template, program: ProgramFacts): boolean {
  const { dynamicNames, declaresUniversals } = features(template);
  return dynamicNames || (declaresUniversals && program.looksUpNames);
}

/** Fetches what the names of the file mean when it starts. */
function slotConstants(module: Module): Line[] {
  const lines: Line[] = module.usesBase ? ["const base = context.layer;"] : [];
  for (const [name, code] of module.slots) lines.push([`const ${name} = `, code, ";"]);
  return lines;
}

/** The names of the runtime are seen with the types of `CompiledRuntime`, in which no variable is unbound. */
function typedModule(module: Module, body: Line[]): Line[] {
  const exported: Code = ["export const template", module.annotation("Template"), " = { render };"];
  const names = module.imports;
  const types = ["type CompiledRuntime", ...module.typeImports.filter((name) => !names.includes(name)).map(typeImport)];
  const classes = module.typeImports.filter((name) => names.includes(name));
  return [
    'import * as runtime from "pub-runtime";',
    `import { ${types.join(", ")} } from "pub-runtime";`,
    ...(names.length === 0 ? [] : [`const { ${names.join(", ")} } = runtime as unknown as CompiledRuntime;`]),
    ...classes.map((name) => `type ${name} = InstanceType<typeof ${name}>;`),
    ...body,
    exported,
  ];
}

function typeImport(name: string): string {
  return name === "SlotContent" ? "type Value as SlotContent" : `type ${name}`;
}

function plainModule(module: Module, body: Line[]): Line[] {
  const names = module.imports;
  const imports = names.length === 0 ? [] : [`const { ${names.join(", ")} } = runtime;`];
  return ['"use strict";', PLAIN_OPEN, ...imports, ...body, "return { render };", PLAIN_CLOSE];
}

const PLAIN_OPEN = "module.exports = (runtime) => {";
const PLAIN_CLOSE = "};";

/** The plain module of a template with parse errors: it reports them when it is rendered (§8.2). */
export function generateBrokenModule(errors: readonly { readonly line: number; readonly text: string }[]): string {
  const list = JSON.stringify(errors.map(({ line, text }) => ({ line, text })));
  return `"use strict";\n${PLAIN_OPEN}\nreturn { errors: ${list}, render: () => false };\n${PLAIN_CLOSE}\n`;
}
