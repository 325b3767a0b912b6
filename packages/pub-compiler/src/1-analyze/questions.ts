/**
 * What the code of a template depends on in the other files of its program, as questions that are answered with yes or no.
 * The questions asked while a module is generated are remembered: as long as they have the same answers, the module serves.
 */
import type { Expression, Node, Template } from "pub-parser";
import { simplify } from "./constants.js";
import type { Mentions } from "./include-scopes.js";
import { bodiesOf, isLibraryMember } from "./reach.js";
import type { Readers } from "./read-only.js";
import { mayBeAnything } from "./waiting.js";

/** All that is known of a program; plain data, so that it can be sent to other threads. */
export interface Answers {
  /** Names whose calls wait because some function or built-in of that name does. */
  readonly waitingNames: ReadonlySet<string>;
  /** A function that waits is used as a value: any call of a variable may reach it. */
  readonly escaped: boolean;
  /** Names of variables and parameters, when `escaped`. */
  readonly bound: ReadonlySet<string>;
  /** Names of `def`s, when `escaped`. */
  readonly defined: ReadonlySet<string>;
  /** Constant file names whose inclusion may wait. */
  readonly waitingIncludes: ReadonlySet<string>;
  readonly computedIncludesWait: boolean;
  /** The numbers of the bodies that wait (`bodiesOf`), by file. */
  readonly waitingBodies: ReadonlyMap<string, readonly number[]>;
  /** Names of `def`s that are used as values; null when any may be. */
  readonly storedFunctions: ReadonlySet<string> | null;
  /** A loop may find functions in its list (§6.5). */
  readonly loopsMeetFunctions: boolean;
  /** Some file looks its names up while it runs; it may tell names of universals from local ones. */
  readonly looksUpNames: boolean;
  /** Names whose calls print because some function of that name does. */
  readonly printingNames: ReadonlySet<string>;
  /** A function that prints is used as a value: any call of a variable may reach it. */
  readonly printersAreStored: boolean;
  /** Any name may mean a function that prints. */
  readonly anythingPrints: boolean;
  /** Names of built-ins that templates bind to something else. */
  readonly boundBuiltins: ReadonlySet<string>;
  /** Functions that only read their arguments and return scalars. */
  readonly readers: ReadonlySet<string>;
  readonly mentions: Mentions;
}

/** The questions: a letter, and what is asked about. */
const QUESTIONS: Readonly<Record<string, (answers: Answers, subject: string, file: string) => boolean>> = {
  /** A body of the file waits. */
  b: (answers, number, file) => answers.waitingBodies.get(file)?.includes(Number(number)) === true,
  /** A call of the name waits. */
  c: (answers, name) => answers.waitingNames.has(name) || (answers.escaped && mayBeAnything(name, answers)),
  /** A call of the member of the library waits. */
  m: (answers, name) => answers.waitingNames.has(name),
  /** A call of something without a name waits. */
  u: (answers) => answers.escaped,
  /** Including the file of that name waits. */
  i: (answers, name) => answers.waitingIncludes.has(name),
  /** Including a file of a computed name waits. */
  p: (answers) => answers.computedIncludesWait,
  /** A `def` of that name is used as a value. */
  s: (answers, name) => answers.storedFunctions?.has(name) ?? true,
  l: (answers) => answers.loopsMeetFunctions,
  n: (answers) => answers.looksUpNames,
  /** A call of the name prints. */
  t: (answers, name) =>
    answers.anythingPrints ||
    answers.printingNames.has(name) ||
    (answers.printersAreStored && mayBeAnything(name, answers)),
  /** A call of something without a name prints. */
  w: (answers) => answers.anythingPrints || answers.printersAreStored,
  /** A template binds the name of the built-in to something else. */
  h: (answers, name) => answers.boundBuiltins.has(name),
  /** The function only reads its arguments. */
  r: (answers, name) => answers.readers.has(name),
  /** Files included under a name may mention a variable: both names with a line end between them. */
  v: (answers, names) => {
    const end = names.indexOf("\n");
    return answers.mentions.get(names.slice(0, end))?.has(names.slice(end + 1)) ?? true;
  },
};

function answer(answers: Answers, file: string, question: string): boolean {
  return QUESTIONS[question[0]](answers, question.slice(1), file);
}

/** The questions that were answered with yes, and those with no. */
export interface AskedQuestions {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** True when the questions of a file still have the same answers. */
export function areAnsweredAlike(answers: Answers, file: string, asked: AskedQuestions): boolean {
  return (
    asked.yes.every((question) => answer(answers, file, question)) &&
    !asked.no.some((question) => answer(answers, file, question))
  );
}

/** What is known of the program as the code of one of its files depends on it. */
export class ProgramFacts {
  private readonly given = new Map<string, boolean>();

  constructor(
    private readonly answers: Answers,
    private readonly file: string,
    private readonly template: Template,
  ) {}

  private ask(question: string): boolean {
    let given = this.given.get(question);
    if (given === undefined) {
      given = answer(this.answers, this.file, question);
      this.given.set(question, given);
    }
    return given;
  }

  /** The questions that were asked so far. */
  get asked(): AskedQuestions {
    const questions = [...this.given];
    return {
      yes: questions.filter(([, given]) => given).map(([question]) => question),
      no: questions.filter(([, given]) => !given).map(([question]) => question),
    };
  }

  /** True when the body of the file, `def` or `lambda` may wait. */
  waits(node: Node): boolean {
    return this.ask(`b${bodiesOf(this.template).indexOf(node)}`);
  }

  /** True when the call may wait. */
  callWaits(callee: Expression): boolean {
    const target = simplify(callee);
    if (target.type === "Identifier") return this.ask(`c${target.name}`);
    return this.ask(isLibraryMember(target) ? `m${target.property.name}` : "u");
  }

  /** True when including the file of that name may wait; null for a name that is not constant. */
  includeWaits(name: string | null): boolean {
    return this.ask(name === null ? "p" : `i${name}`);
  }

  /** True when a call of the function may print into the page. */
  callPrints(callee: Expression): boolean {
    const target = simplify(callee);
    if (target.type === "Identifier") return this.ask(`t${target.name}`);
    return this.ask(isLibraryMember(target) ? `t${target.property.name}` : "w");
  }

  /** True when a template of the program may bind the name of the built-in to something else. */
  bindsBuiltin(name: string): boolean {
    return this.ask(`h${name}`);
  }

  /** The functions that only read their arguments and return scalars. */
  readonly readers: Readers = { has: (name) => this.ask(`r${name}`) };

  /** True when files included under that name may mention the variable. */
  mentions(includeName: string, variable: string): boolean {
    return this.ask(`v${includeName}\n${variable}`);
  }

  /** True when a `def` of that name is used as a value somewhere in the program. */
  isStored(name: string): boolean {
    return this.ask(`s${name}`);
  }

  /** A loop may find functions in its list (§6.5). */
  get loopsMeetFunctions(): boolean {
    return this.ask("l");
  }

  /** Some file looks its names up while it runs; it may tell names of universals from local ones. */
  get looksUpNames(): boolean {
    return this.ask("n");
  }
}
