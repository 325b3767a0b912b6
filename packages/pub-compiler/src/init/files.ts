/**
 * The files of a new project, by path.
 */

/** A site with two pages, a layout and a style sheet. */
export const SITE_FILES: Readonly<Record<string, string>> = {
  "pubc.config.ts": `import { defineConfig } from "pub-compiler";

export default defineConfig({
  root: "site",
  out: "dist",
});
`,
  ".gitignore": "node_modules/\ndist/\n",
  "site/index.html": `{%
  /**
   * The front page.
   * @param {string} [name] who is greeted
   */
  include("/layout/header.html", {title : "Welcome"});
%}
<h1>Hello, %{default(name, "world") | html_escape}!</h1>
<p>It is %{time_format(now(), "%H:%M")}. This page is <code>site/index.html</code>.</p>
<form>
  <label>Your name <input name="name" value="%{default(name, "") | html_escape}"></label>
  <button>Say hello</button>
</form>
{% include("/layout/footer.html"); %}
`,
  "site/colours.html": `{%
  include("/layout/header.html", {title : "Colours"});
  locals { colours : [
    {name : "sea", code : "#1c7293"},
    {name : "sand", code : "#d9b26f"},
    {name : "moss", code : "#5b7f4a"}
  ] }
%}
<h1>Colours</h1>
<ul>
{% for (colour, colours) {{
  <li style="color: %{colour.code}">%{colour.name | html_escape}</li>
}} %}
</ul>
{% include("/layout/footer.html"); %}
`,
  "site/layout/header.html": `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%{title | html_escape}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<nav><a href="/">Welcome</a> <a href="/colours.html">Colours</a></nav>
<main>
`,
  "site/layout/footer.html": `</main>
</body>
</html>
`,
  "site/style.css": `body {
  max-width: 40rem;
  margin: 2rem auto;
  padding: 0 1rem;
  font: 1.1rem/1.6 system-ui, sans-serif;
}
`,
};

/** What a service needs besides; the configuration replaces the one of the site. */
export const SERVICE_FILES: Readonly<Record<string, string>> = {
  "pubc.config.ts": `import { defineConfig } from "pub-compiler";

export default defineConfig({
  root: "site",
  out: "dist",
  // What okws_config runs, and where it comes from.
  services: { "dist/hello.mjs": "hello.ts" },
  dev: { serverConfig: "okws_config" },
});
`,
  okws_config: `# Settings of okd. PWD is the folder that it is started in.
JailDir $PWD

# A process of its own answers what begins with /hello.
Service dist/hello.mjs /hello
RegexAlias /hello ^/hello/.*$
`,
  "hello.ts": `// The service of /hello: says hello by name, and counts.
import { defineService } from "pub-runtime/service";

export default defineService({
  name: "hello",
  // The templates escape what they print.
  filterCgi: 0,
  setup: () => ({ visits: 0 }),
  routes: (route) => [
    route({
      path: "/hello/:name",
      handle: ({ path }, response, { state }) => {
        state.visits++;
        return response.page("/hello.html", { name: path.name, visits: state.visits });
      },
    }),
    route({ path: "/hello", handle: (_input, response) => response.redirect("/hello/world", 302) }),
  ],
});
`,
  "site/hello.html": `{%
  /**
   * The page of the service.
   * @param {string} name who is greeted
   * @param {number} visits how often the service has said hello
   */
  include("/layout/header.html", {title : "Hello, %{name}"});
%}
<h1>Hello, %{name | html_escape}!</h1>
<p>The service has said hello %{visits | html_escape} times.</p>
{% include("/layout/footer.html"); %}
`,
  "tsconfig.json": `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["*.ts", "dist/site.d.ts"]
}
`,
  "package.json": `{
  "private": true,
  "type": "module",
  "scripts": {
    "dev": "pubc dev",
    "build": "pubc compile",
    "check": "pubc check --strict && tsc",
    "start": "okd dist --config okws_config"
  },
  "dependencies": {
    "okd": "^0.1.0",
    "pub-compiler": "^0.1.0",
    "pub-runtime": "^0.1.0"
  },
  "devDependencies": {
    "@types/node": "^20.19.0",
    "typescript": "^5.9.0"
  }
}
`,
};
