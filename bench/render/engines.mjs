// The engines that we compare against, each in its fastest documented set-up: compiled once, names resolved without
// `with` where there is a choice. The key is the name in the tables.

/**
 * `file` is the template in the folder of a case; `compile` makes a function from data to text of its text, given the
 * case's helper functions and the texts of its partials by name.
 */
export const peers = {
  Eta: {
    file: "page.eta",
    async compile(text, { partials }) {
      const { Eta } = await import("eta");
      const eta = new Eta({ autoTrim: false, cache: true });
      for (const [name, partial] of Object.entries(partials)) eta.loadTemplate(`@${name}`, partial);
      const template = eta.compile(text);
      return (data) => template.call(eta, data);
    },
  },
  EJS: {
    file: "page.eta",
    async compile(text) {
      const { default: ejs } = await import("ejs");
      return ejs.compile(text.replaceAll("<%~", "<%-"), { _with: false, localsName: "it" });
    },
  },
  doT: {
    file: "page.dot",
    async compile(text) {
      const { default: dot } = await import("dot");
      return dot.template(text, { ...dot.templateSettings, strip: false });
    },
  },
  Handlebars: {
    file: "page.hbs",
    async compile(text, { helpers, partials }) {
      const { default: Handlebars } = await import("handlebars");
      const engine = Handlebars.create();
      engine.registerHelper(helpers);
      const options = { ignoreStandalone: true };
      for (const [name, partial] of Object.entries(partials)) {
        engine.registerPartial(name, engine.compile(partial, options));
      }
      return engine.compile(text, options);
    },
  },
  Nunjucks: {
    file: "page.njk",
    async compile(text, { helpers }) {
      const { default: nunjucks } = await import("nunjucks");
      const environment = new nunjucks.Environment(null, { autoescape: true });
      for (const [name, helper] of Object.entries(helpers)) environment.addFilter(name, helper);
      const template = new nunjucks.Template(text, environment, "page", true);
      return (data) => template.render(data);
    },
  },
  LiquidJS: {
    file: "page.liquid",
    async compile(text, { helpers }) {
      const { Liquid } = await import("liquidjs");
      const engine = new Liquid({ outputEscape: "escape" });
      for (const [name, helper] of Object.entries(helpers)) engine.registerFilter(name, helper);
      const template = engine.parse(text);
      return (data) => engine.renderSync(template, data);
    },
  },
  Pug: {
    file: "page.pug",
    isIndented: true,
    async compile(text) {
      const { default: pug } = await import("pug");
      return pug.compile(text, { compileDebug: false });
    },
  },
};

/** Templates are written over several lines to be read; the breaks and the indentation are not part of the page. */
export function joinLines(text) {
  return text.replace(/\n\s*/g, "");
}
