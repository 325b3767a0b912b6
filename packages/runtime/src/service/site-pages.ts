/**
 * The pages of the site that a service publishes, as the declarations of `pubc compile` (`site.d.ts`) fill them in.
 */

/** Path of each template → the variables that it reads. Without declarations it is empty, and every page is accepted. */
// biome-ignore lint/suspicious/noEmptyInterface: a place for declarations to add to
export interface SitePages {}
