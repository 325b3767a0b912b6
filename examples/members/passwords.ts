// Passwords as they are kept: scrypt with a salt of its own each, and the costs beside them, so that they can be raised.
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** About 70 ms and 32 MB a password. */
const COSTS = { logN: 15, r: 8, p: 1 };
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;

/** What is to be kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const { logN, r, p } = COSTS;
  const key = await derive(password, salt, logN, r, p);
  return ["scrypt", logN, r, p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** Whether it is the password. Without a hash it takes as long as with one, so that nobody learns who has an account. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, logN, r, p, salt, key] = (hash ?? NOBODY).split("$");
  const wanted = Buffer.from(key, "base64");
  const found = await derive(password, Buffer.from(salt, "base64"), Number(logN), Number(r), Number(p));
  return timingSafeEqual(wanted, found) && hash !== undefined;
}

const NOBODY = ["scrypt", COSTS.logN, COSTS.r, COSTS.p, "AA==", Buffer.alloc(KEY_LENGTH).toString("base64")].join("$");

function derive(password: string, salt: Buffer, logN: number, r: number, p: number): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // Composed or decomposed, as keyboards differ.
    scrypt(password.normalize("NFKC"), salt, KEY_LENGTH, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
