/**
 * The module being generated: what it imports from the runtime, its hoisted constants and functions, source lines.
 */
import { type LineIndex, lineIndex } from "pub-parser";
import { isFieldName } from "pub-runtime";
import type { OptimizationName } from "../1-analyze/optimizations.js";
import type { ProgramFacts } from "../1-analyze/questions.js";
import { type Code, commaList, type Line, quote } from "./code.js";

/** How a module is generated. */
export interface GenerateOptions {
  /** Dictionary literals are evaluated in the reference's hash order (ruling L1). */
  readonly referenceOrder: boolean;
  /** What is known of the program that the template belongs to. */
  readonly program: ProgramFacts;
  /**
   * Text goes to the output piece by piece and the flags of `EXIT_ON_ERROR` are checked: for runs that show errors in
   * the page, warn about nulls or stop at errors (§11.1).
   */
  readonly traced: boolean;
  /** The optimisations to make; without `static-names` all variables are found by name at run time. */
  readonly optimizations: ReadonlySet<OptimizationName>;
  /** Write type annotations (TypeScript) or plain JavaScript. */
  readonly types: boolean;
}

export class Module {
  private readonly runtimeNames = new Set<string>();
  private readonly typeNames = new Set<string>();
  /** Hoisted declarations, in order. */
  readonly hoisted: Line[] = [];
  /** Free names by the constants that hold their slots. */
  readonly slots = new Map<string, Code>();
  /** A regex may get into a variable of this file. */
  storesRegex = false;
  /** The file's innermost layer is needed as `base`. */
  usesBase = false;
  private readonly accessors = new Set<string>();
  private readonly counters = new Map<string, number>();
  private readonly lines: LineIndex;

  constructor(
    source: string,
    readonly options: GenerateOptions,
  ) {
    this.lines = lineIndex(source);
  }

  /** A name of the runtime, imported. */
  runtime(name: string): string {
    this.runtimeNames.add(name);
    return name;
  }

  /** A call of a runtime function with the context first. */
  call(name: string, ...args: Code[]): Code {
    return [this.runtime(name), "(", commaList(["context", ...args]), ")"];
  }

  /** A call of a runtime function without the context. */
  apply(name: string, ...args: Code[]): Code {
    return [this.runtime(name), "(", commaList(args), ")"];
  }

  /** True when the optimisation is made in this module. */
  optimizes(name: OptimizationName): boolean {
    return this.options.optimizations.has(name);
  }

  /** The member of a dictionary as a value; `line` is that of the name. */
  member(object: Code, name: string, line: string): Code {
    return this.access("get", "member", object, name, line);
  }

  /** The content of the place of a member. */
  placeMember(object: Code, name: string, line: string): Code {
    return this.access("at", "placeMember", object, name, line);
  }

  /**
   * A dictionary with fields is read as a JavaScript property, in a function of its own for each name: so the engine
   * remembers where the objects of this template have it.
   */
  private access(prefix: "get" | "at", operation: string, object: Code, name: string, line: string): Code {
    if (!this.optimizes("records") || !isFieldName(name)) return this.call(operation, object, quote(name), line);
    const accessor = `${prefix}_${name}`;
    if (!this.accessors.has(accessor)) {
      this.accessors.add(accessor);
      const general = this.call(operation, "object", quote(name), "line");
      const isOwn = prefix === "at" ? " && object.owned" : "";
      this.hoisted.push(
        [
          `const ${accessor} = (`,
          commaList([
            `context${this.annotation("Context")}`,
            `object${this.annotation(prefix === "at" ? "Content" : "Value")}`,
            `line${this.annotation("number")}`,
          ]),
          ") =>",
        ],
        [
          `  object instanceof ${this.runtime("Dict")}${isOwn} && object.table.fields ? object.table.fields.${name} : `,
          general,
          ";",
        ],
      );
    }
    return [accessor, "(", commaList(["context", object, line]), ")"];
  }

  /** A type annotation, or nothing in plain JavaScript. */
  annotation(type: string): string {
    if (!this.options.types) return "";
    for (const name of type.match(/[A-Z]\w+/g) ?? []) if (name !== "Promise") this.typeNames.add(name);
    return `: ${type}`;
  }

  /** A new name such as `list1`; unique in the module. */
  name(prefix: string): string {
    return `${prefix}${this.number(prefix)}`;
  }

  /** A JavaScript variable for a pub variable; `$` keeps it apart from all other names. */
  variable(name: string): string {
    // A declaration may bind any string; what no identifier can hold is left out, and the number keeps names apart.
    const base = `$${name.replace(/[^A-Za-z0-9_]/g, "")}`;
    const count = this.number(base);
    return count === 1 ? base : `${base}$${count}`;
  }

  /** The next number for names with a prefix, from 1. */
  number(prefix: string): number {
    const count = (this.counters.get(prefix) ?? 0) + 1;
    this.counters.set(prefix, count);
    return count;
  }

  /** The line of a source offset, from 1. */
  line(offset: number): number {
    return this.lines.lineAt(offset);
  }

  get imports(): readonly string[] {
    return [...this.runtimeNames].sort();
  }

  get typeImports(): readonly string[] {
    return [...this.typeNames].sort();
  }
}
