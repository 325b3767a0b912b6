/** Version of the compiler; it is part of every manifest and cache key. */
export const VERSION = "0.1.0";
