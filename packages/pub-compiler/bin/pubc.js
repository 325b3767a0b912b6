#!/usr/bin/env node
// The `pubc` command; everything it does is in the bundle.
import "../dist/pubc.js";
