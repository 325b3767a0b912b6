#!/usr/bin/env node
// The `okmgr` command; everything it does is in the bundle.
import "../dist/okmgr.js";
