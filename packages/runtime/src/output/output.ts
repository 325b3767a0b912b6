/**
 * Where a page's text is collected, with the state of white-space stripping (pub-language.md §3). The main page has one
 * output; each heredoc has its own.
 */

/** Tags whose content is never stripped. */
export type BoundaryName = "script" | "pre" | "textarea";

export class Output {
  /** The text so far that was not taken yet; a byte string. */
  private collected = "";
  private boundaryTag: BoundaryName | null = null;
  /** True while literal text is to be stripped: enabled, and not inside a boundary tag. Read by compiled code. */
  stripping: boolean;

  constructor(
    private enabled: boolean,
    /** Errors show in the page only on the main output, and only where the options say so (§10.5). */
    readonly showsErrors: boolean,
  ) {
    this.stripping = enabled;
  }

  write(text: string): void {
    this.collected += text;
  }

  /** The text collected since the last call. */
  take(): string {
    const text = this.collected;
    this.collected = "";
    return text;
  }

  get strippingEnabled(): boolean {
    return this.enabled;
  }

  /** Switches stripping; returns the previous setting. */
  enableStripping(enabled: boolean): boolean {
    const previous = this.enabled;
    this.enabled = enabled;
    this.stripping = enabled && this.boundaryTag === null;
    return previous;
  }

  /** An opening or closing boundary tag is about to be printed. */
  boundary(tag: BoundaryName, closing: boolean): void {
    if (closing) {
      if (this.boundaryTag === tag) this.boundaryTag = null;
    } else if (this.boundaryTag === null) {
      this.boundaryTag = tag;
    }
    this.stripping = this.enabled && this.boundaryTag === null;
  }
}

/** Text with every run of white space replaced by one space (§3). */
export function stripWhiteSpace(text: string): string {
  return text.replace(/[ \t\n\v\f\r]+/g, " ");
}
