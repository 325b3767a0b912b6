// A fast-check arbitrary of whole pub programs of several files, made to confuse whoever resolves names or values ahead
// of time. Every program ends, is deterministic and puts out little: a counter in the globals limits rounds and calls.
import fc from "fast-check";

/** A program: the files of a site by name; the page is `main.pub`. */
export type Program = Readonly<Record<string, string>>;

type Source = fc.Arbitrary<string>;

/** How many rounds of loops, calls of functions and includes a program may make. */
const FUEL = 25;

/** Spends one unit of fuel; when there is none left, `otherwise` is done. */
const spend = (otherwise: string) => `globals::fuel = globals::fuel - 1; if (globals::fuel < 0) { ${otherwise} }`;

/** Few names, so that everything meets everything: variables, functions and built-ins that get shadowed. */
const name = fc.constantFrom("a", "b", "c", "len", "type");
const functionName = fc.constantFrom("f", "g", "a");
const key = fc.constantFrom("k", "l", "m");
const index = fc.constantFrom("0", "1", "-1", '"k"');
const scope = fc.constantFrom("l", "g", "u");
const included = ["one.pub", "sub/two.pub", "three.pub"];
const file = fc.constantFrom(...included);

const scalar = fc.constantFrom("0", "1", "2", "-3", "1.5", '"s"', '"2"', '""', "null", "true", "false", '"t%{1}u"');

/** Containers of constants, which are shared until they are written to. */
const constant = fc.constantFrom("[1, 2]", "[[1], 2]", "[]", "{k: 1, l: [2]}", "{}", "[{k: 1}, {k: 2}]", "{k, l: 1}");

const parameters = fc.constantFrom("", "a", "b", "len", "a, c", "b, type", "a | b", "c | a, len", "| b", "| a, c");

/** What the rules of the grammar make. */
interface Rules {
  readonly [rule: string]: unknown;
  readonly value: string;
  readonly condition: string;
  readonly statement: string;
  readonly statements: string;
  readonly body: string;
  readonly functionBody: string;
  readonly html: string;
}

/**
 * The zones of a file. `dynamic` adds what works on variables by name while the program runs. A value never holds a
 * variable twice and heredocs are cut, so that values do not grow beyond measure.
 */
function zones({ dynamic }: { dynamic: boolean }): Source {
  const ifDynamic = (weight: number, arbitrary: Source) => (dynamic ? [{ weight, arbitrary }] : []);
  const place = fc.oneof(
    { weight: 6, arbitrary: name },
    { weight: 1, arbitrary: text`${fc.constantFrom("globals::", "universals::")}${name}` },
    { weight: 2, arbitrary: text`${name}.${key}` },
    { weight: 2, arbitrary: text`${name}[${index}]` },
    ...ifDynamic(1, text`lookup("${name}")`),
  );
  const simpleValue = fc.oneof(scalar, place, place);
  const printing = text`print(${fc.oneof(place, text`type(${place})`, text`"%{${place}}-%{${name}}"`, text`{k : ${place}, l : ${name}}`)}, " ");`;
  const simpleStatement = fc.oneof(
    { weight: 6, arbitrary: printing },
    { weight: 4, arbitrary: text`${place} = ${simpleValue};` },
    { weight: 2, arbitrary: text`locals { ${name} : ${simpleValue} }` },
    { weight: 1, arbitrary: text`append(${place}, ${scalar});` },
    { weight: 1, arbitrary: text`remove(${name}, "${key}");` },
    { weight: 2, arbitrary: text`${functionName}(${simpleValue});` },
    { weight: 1, arbitrary: text`include("${file}")` },
    { weight: 1, arbitrary: text`load("${file}")` },
    { weight: 1, arbitrary: text`${fc.constantFrom("break", "continue", "exit")};` },
    ...ifDynamic(2, text`bind("${name}", ${simpleValue}, "${scope}");`),
    ...ifDynamic(2, text`unbind("${name}", "${scope}");`),
    ...ifDynamic(1, text`import({${name} : ${simpleValue}});`),
    ...ifDynamic(1, text`lookup("${name}") = ${simpleValue};`),
    ...ifDynamic(1, text`universals { ${name} }`),
    ...ifDynamic(1, text`include("%{${fc.constant('"one"')}}" + ".pub")`),
  );

  const grammar = fc.letrec<Rules>((tie) => {
    const nested = (flat: Source, ...rules: fc.WeightedArbitrary<string>[]) =>
      fc.oneof(
        { maxDepth: 5, depthIdentifier: "program", withCrossShrink: true },
        { weight: 2, arbitrary: flat },
        ...rules,
      );
    const value = tie("value");
    const statements = tie("statements");
    const body = tie("body");
    const lambda = text`lambda(${parameters}) ${tie("functionBody")}`;
    const args = listOf(value, ", ", 0, 2);
    const call = fc.oneof(
      text`${functionName}(${args})`,
      text`${functionName}(* ${args} *)`,
      text`${value} | ${functionName}`,
    );
    const binding = fc.oneof(
      { weight: 5, arbitrary: text`${name} : ${value}` },
      { weight: 1, arbitrary: text`${functionName} : ${lambda}` },
    );
    const bindings = listOf(fc.oneof({ weight: 6, arbitrary: binding }, { weight: 1, arbitrary: name }), ", ", 1, 2);
    const rounds = (head: Source) => text`${head} { ${fc.constant(spend("break"))} ${statements} }`;
    return {
      value: nested(
        simpleValue,
        { weight: 1, arbitrary: constant },
        { weight: 1, arbitrary: text`[${value}, ${scalar}]` },
        { weight: 1, arbitrary: text`{${key} : ${value}}` },
        { weight: 1, arbitrary: text`(${place} + ${scalar})` },
        { weight: 1, arbitrary: text`copy(${place})` },
        { weight: 1, arbitrary: text`default(${place}, ${value})` },
        { weight: 1, arbitrary: text`(${name} = ${value})` },
        { weight: 2, arbitrary: call.map((source) => `(${source})`) },
        { weight: 2, arbitrary: lambda },
        { weight: 1, arbitrary: functionName },
        { weight: 1, arbitrary: text`type(${value})` },
        { weight: 1, arbitrary: text`substr(={{ h${tie("html")} }}, 0, 20)` },
        { weight: 1, arbitrary: text`substr(={ ${statements} }, 0, 20)` },
        ...ifDynamic(1, text`lookup("${name}", "${scope}")`),
      ),
      condition: fc.oneof(
        { weight: 2, arbitrary: value },
        { weight: 1, arbitrary: text`isnull(${place})` },
        { weight: 1, arbitrary: text`${value} == ${value}` },
        { weight: 1, arbitrary: text`${value} < ${value}` },
        { weight: 1, arbitrary: text`! ${name} && ${place} || ${name}` },
      ),
      statement: nested(
        simpleStatement,
        { weight: 2, arbitrary: text`${place} = ${value};` },
        { weight: 2, arbitrary: text`locals { ${bindings} }` },
        { weight: 1, arbitrary: text`globals { ${bindings} }` },
        { weight: 1, arbitrary: text`universals { ${binding} }` },
        { weight: 2, arbitrary: call.map((source) => `${source};`) },
        { weight: 2, arbitrary: text`def ${functionName}(${parameters}) ${tie("functionBody")}` },
        { weight: 1, arbitrary: text`${functionName} = ${lambda};` },
        { weight: 2, arbitrary: text`if (${tie("condition")}) ${body}` },
        { weight: 1, arbitrary: text`if (${tie("condition")}) ${body} else ${body}` },
        { weight: 1, arbitrary: text`switch (${value}) { case (1) ${body} case ("s") ${body} case ${body} }` },
        { weight: 2, arbitrary: rounds(text`for (${name}, ${fc.oneof(constant, place)})`) },
        { weight: 1, arbitrary: rounds(text`for (${functionName}, [${lambda}, ${functionName}])`) },
        { weight: 1, arbitrary: text`for (${name}, ${place}) { ${fc.constant(spend("break"))} } empty ${body}` },
        { weight: 1, arbitrary: rounds(text`while (${tie("condition")})`) },
        { weight: 1, arbitrary: text`include("${file}", {${name} : ${value}})` },
        { weight: 1, arbitrary: text`{{ t${tie("html")} }}` },
        { weight: 1, arbitrary: text`return ${value};` },
        { weight: 1, arbitrary: text`print(sort([2, 1, 3], lambda(${name}, b) { c = ${value}; return 0; }));` },
      ),
      statements: listOf(tie("statement"), " ", 1, 5),
      body: fc.oneof(text`{ ${statements} }`, text`{{ ${tie("html")} }}`),
      functionBody: statements.map((source) => `{ ${spend("return;")} ${source} }`),
      html: fc.oneof(text`<%{${value}}>`, text`{% ${statements} %}`),
    };
  });
  return listOf(
    fc.oneof(text`{% ${grammar.statements} %}`, text`{% ${grammar.statements} %}<%{${grammar.value}}>`),
    "|",
    1,
    3,
  );
}

/** Most files leave the names alone: then the compiler may resolve those of the whole program. */
const plain = zones({ dynamic: false });
const dynamic = zones({ dynamic: true });

/** Programs that run into most of what scopes, closures, sharing and control flow can do to each other. */
export const program: fc.Arbitrary<Program> = fc.boolean().chain((isPlain) => {
  const any = isPlain ? plain : fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: dynamic });
  return fc.tuple(any, ...included.map(() => any)).map(([main, ...others]) => ({
    "main.pub": `${beginning}${main}${end}`,
    ...Object.fromEntries(included.map((path, i) => [path, `{% ${spend("exit")} %}${others[i]}`])),
  }));
});

const beginning = `{% globals { fuel : ${FUEL} } a = 1; b = [1, 2]; def f(a | b) { ${spend("return;")} c = a; return b; } %}`;
const end = "{% print(a, b, c, type(f)) %}";

/** Joins the parts of a template with what the arbitraries between them make. */
function text(parts: TemplateStringsArray, ...arbitraries: Source[]): Source {
  return fc.tuple(...arbitraries).map((values) => parts.map((part, i) => part + (values[i] ?? "")).join(""));
}

function listOf(arbitrary: Source, separator: string, minLength: number, maxLength: number): Source {
  return fc.array(arbitrary, { minLength, maxLength }).map((items) => items.join(separator));
}
