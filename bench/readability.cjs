// SPDX-License-Identifier: MIT
// readability.cjs - what @mozilla/readability on linkedom takes for the same pages
//
//     node bench/readability.cjs FOLDER < LIST
//
// FOLDER holds the two packages (in node_modules); the list has lines PATH<TAB>URL. Prints the characters found.
"use strict";
const fs = require("fs");
const path = require("path");
const from = require("module").createRequire(path.resolve(process.argv[2], "package.json"));
const { Readability } = from("@mozilla/readability");
const { parseHTML } = from("linkedom");

let found = 0;
for (const line of fs.readFileSync(0, "utf8").split("\n")) {
    if (!line) continue;
    try {
        const { document } = parseHTML(fs.readFileSync(line.split("\t")[0], "utf8"));
        const article = new Readability(document).parse();
        found += article ? article.textContent.length : 0;
    } catch (error) {
        // a page that it cannot read costs it nothing more
    }
}
console.log(found);
