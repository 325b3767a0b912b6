/** Name of each program and its source below this folder. */
export declare const entryPoints: Record<string, string>;
