// Judges HTML: html-validate, by the HTML standard and what its presets know of good pages.

import { createInterface } from "node:readline";
import { HtmlValidate } from "html-validate";

const judge = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": "off", // either case is HTML
    "form-dup-name": "off", // several values of one filter
    "long-title": "off", // a milestone's title is the plan's
    "no-trailing-whitespace": "off", // templates leave some
  },
});

async function validate({ body }) {
  const report = await judge.validateString(body);
  return {
    faults: report.results.flatMap((result) =>
      result.messages.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`),
    ),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await validate(JSON.parse(line));
  } catch (error) {
    answer = { refused: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
