#!/usr/bin/env node
// The `pubc` command; everything it does is in the bundle.
import { main } from "../dist/pubc.js";

process.exitCode = await main(process.argv.slice(2));
