/**
 * Entry point of the `pubc` bundle.
 */
export { main } from "./main.js";
