// Pictures of the members: what a file is, its first bytes say, not its name.

interface Format {
  /** Ending of the file's name. */
  ending: string;
  type: string;
  /** The first bytes, as a byte string. */
  start: RegExp;
}

const FORMATS: readonly Format[] = [
  { ending: "png", type: "image/png", start: /^\x89PNG\r\n\x1a\n/ },
  { ending: "jpg", type: "image/jpeg", start: /^\xff\xd8\xff/ },
  { ending: "gif", type: "image/gif", start: /^GIF8[79]a/ },
  { ending: "webp", type: "image/webp", start: /^RIFF....WEBP/s },
];

/** The ending for a picture with these bytes; undefined when it is none that browsers show. */
export function pictureEnding(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  return FORMATS.find((format) => format.start.test(start))?.ending;
}

export function pictureType(fileName: string): string {
  return FORMATS.find(({ ending }) => fileName.endsWith(`.${ending}`))?.type ?? "application/octet-stream";
}
