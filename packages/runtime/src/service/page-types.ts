/**
 * How TypeScript checks what is published against the declared pages of the site. Paths that are only known at run time
 * are not checked.
 */
import type { SitePages } from "./site-pages.js";

/** Variables of a template: JavaScript values, converted as `fromHost` says. */
export type Variables = Readonly<Record<string, unknown>>;

/** The declared paths. */
type SitePath = keyof SitePages & string;

/** What a path must be: one of the site, unless none are declared or the path is not a constant. */
export type PagePath<Path extends string> = [SitePath] extends [never]
  ? string
  : // True for `string` and for templates with computed parts.
    Record<never, never> extends Record<Path, unknown>
    ? string
    : SitePath;

/** The variables of a page. */
export type PageVariables<Path extends string> = Path extends SitePath ? Readonly<SitePages[Path]> : Variables;

/** What follows the path: the variables may be left out when none of them is required. */
export type PageArguments<Path extends string, Options> =
  Record<never, never> extends PageVariables<Path>
    ? [variables?: PageVariables<Path>, options?: Options]
    : [variables: PageVariables<Path>, options?: Options];
