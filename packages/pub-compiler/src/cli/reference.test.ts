/**
 * The committed documentation is that of the commands, and tells of every option; `npx vitest run
 * packages/pub-compiler/src/cli -u` writes it anew.
 */
import { describe, expect, test } from "vitest";
import { CONFIGURATION_OPTIONS } from "./arguments.js";
import { COMMANDS, helpText } from "./main.js";
import { commandReference } from "./reference.js";

test("docs/cli.md is current", async () => {
  await expect(await commandReference()).toMatchFileSnapshot("../../../../docs/cli.md");
});

describe.each(Object.keys(COMMANDS))("pubc %s --help", (name) => {
  test("names the command and every option, and nothing else", async () => {
    const command = await COMMANDS[name].load();
    const help = helpText(command);
    expect(help).toMatch(new RegExp(`^pubc ${name}\\b`));
    expect(command.summary).toBe(COMMANDS[name].summary);
    const options = { ...command.options, ...(command.configured ? CONFIGURATION_OPTIONS : {}) };
    const known = Object.entries(options).flatMap(([long, { short }]) => [
      `--${long}`,
      ...(short ? [`-${short}`] : []),
    ]);
    const told =
      help.match(/^ {2}(-.*?)(?= {2}|$)/gm)?.flatMap((line) => line.match(/--?[a-z][a-z0-9-]*/gi) ?? []) ?? [];
    expect(told.sort()).toEqual(known.sort());
  });

  test("lines fit a terminal", async () => {
    const lines = helpText(await COMMANDS[name].load()).split("\n");
    expect(lines.filter((line) => line.length > 130)).toEqual([]);
  });
});
