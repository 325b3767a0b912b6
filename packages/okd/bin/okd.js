#!/usr/bin/env node
// The `okd` command; everything it does is in the bundle.
import "../dist/okd.js";
