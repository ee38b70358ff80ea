// Prints the feed that comes in, as podcast-partytime reads it.
import { readFileSync } from "node:fs";
import partytime from "podcast-partytime";

console.log(JSON.stringify(partytime.parseFeed(readFileSync(0, "utf8"))));
