/**
 * Choosing templates by language (server specification §4.9, locale format of §2.10).
 */
import type { Localization } from "../index.js";
import { encodeText } from "./text.js";

export interface LocaliserOptions {
  /**
   * A query string of `dir`, `sffx1`, `sffx2`, each with letters `L` (language) and `P` (partition): directories before
   * the name, endings before and behind its extension. `sffx1=L` makes `/a.html` into `/a.fr.html`.
   */
  readonly format: string;
  /** Languages, best first. */
  readonly language: string | readonly string[];
  readonly partition?: string;
  /** Without a localised file there is none. */
  readonly strict?: boolean;
  /** Published instead of what a strict localiser does not find. */
  readonly notFound?: string;
}

/** Turns the path of a template into its localised forms; given to `publish` per request. */
export type Localiser = Localization;

/** The standard localiser. Throws a `TypeError` for an unknown format. */
export function createLocaliser(options: LocaliserOptions): Localiser {
  const { language, partition = "", strict = false, notFound } = options;
  const rules = parseFormat(options.format);
  const languages = typeof language === "string" ? [language] : language;
  return {
    strict,
    paths(path) {
      const forms = languages.map((one) =>
        localisedPath(path, rules, { L: encodeText(one), P: encodeText(partition) }),
      );
      return strict && notFound !== undefined ? [...forms, encodeText(notFound)] : forms;
    },
  };
}

/**
 * The languages of an `Accept-Language` header that are offered, best first; `de-AT` is served by `de`. Case does not
 * matter.
 */
export function preferredLanguages(header: string | undefined, offered: readonly string[]): string[] {
  const wishes = (header ?? "").split(",").flatMap((part) => {
    const [tag, ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice(2)) || 0;
    return tag === "" || quality === 0 ? [] : [{ tag, quality }];
  });
  wishes.sort((a, b) => b.quality - a.quality);
  const chosen = wishes.flatMap(({ tag }) =>
    offered.filter(
      (language) => tag === "*" || tag === language.toLowerCase() || tag.startsWith(`${language.toLowerCase()}-`),
    ),
  );
  return [...new Set(chosen)];
}

type Letter = "L" | "P";
type FormatRules = Record<"dir" | "sffx1" | "sffx2", Letter[]>;

function parseFormat(format: string): FormatRules {
  const rules: FormatRules = { dir: [], sffx1: [], sffx2: [] };
  for (const [key, letters] of new URLSearchParams(format)) {
    if (!Object.hasOwn(rules, key) || !/^[LP]*$/i.test(letters))
      throw new TypeError(`unknown locale format: ${format}`);
    rules[key as keyof FormatRules] = [...letters.toUpperCase()] as Letter[];
  }
  return rules;
}

function localisedPath(path: string, rules: FormatRules, values: Record<Letter, string>): string {
  const slash = path.lastIndexOf("/") + 1;
  const name = path.slice(slash);
  const dot = name.lastIndexOf(".");
  const [base, extension] = dot <= 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  const words = (letters: Letter[]) => letters.map((letter) => values[letter]).filter((word) => word !== "");
  const directories = words(rules.dir).map((word) => `${word}/`);
  const inner = words(rules.sffx1).map((word) => `.${word}`);
  const outer = words(rules.sffx2).map((word) => `.${word}`);
  return [path.slice(0, slash), ...directories, base, ...inner, extension, ...outer].join("");
}
