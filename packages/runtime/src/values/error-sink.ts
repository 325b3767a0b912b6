/**
 * Where operators report run-time errors (pub-language.md §10).
 */

/** Takes the errors of an evaluation. */
export interface ErrorSink {
  /** Reports an error of type `eval` at a line of the current template. */
  error(line: number, message: string): void;
  /** Option `WARN_RELARG_NULL`: `<`, `>`, `<=`, `>=` with a null operand are reported. */
  readonly warnRelational?: boolean;
}
