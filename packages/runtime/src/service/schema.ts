/**
 * Standard Schema (https://standardschema.dev): what a schema of any library looks like, and checking with it.
 */
import { HttpError } from "./errors.js";

/** A schema of Valibot, Zod, ArkType or any other library that follows the standard. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema makes of its input. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<unknown, infer Output> ? Output : never;

/** A part of a request that is not as its schema wants it. */
export interface InputIssue {
  /** `query`, `body`, `cookies` or `path`. */
  readonly part: string;
  /** Names on the way to the value, joined by dots. */
  readonly path: string;
  readonly message: string;
}

/** A request whose parameters do not fit: answered with status 400. */
export class InputError extends HttpError {
  constructor(readonly issues: readonly InputIssue[]) {
    super(400, issues.map(({ part, path, message }) => `${part}${path && `.${path}`}: ${message}`).join("; "));
    this.name = "InputError";
  }
}

/** Checks a value; throws `InputError` with all issues. */
export async function checkInput<Output>(
  schema: StandardSchema<unknown, Output>,
  part: string,
  value: unknown,
): Promise<Output> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new InputError(
    result.issues.map(({ message, path = [] }) => ({
      part,
      path: path.map((step) => String(typeof step === "object" ? step.key : step)).join("."),
      message,
    })),
  );
}
