/* Parses and evaluates expressions with the reference implementation of JSONata.

   stdin: {"expressions": [text], "files": [[text of a file, the same as one line]],
           "evaluated": [{"value", "states", "now", "chance"}]}
   stdout: {"wrong": [message], "different": [text], "results": [value]} */
const jsonata = require("jsonata");

const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
const wrong = [];

function parsed(text) {
  try {
    return jsonata(text);
  } catch (error) {
    wrong.push(`${error.message}: ${text}`);
    return null;
  }
}

/* What an expression means, without the places of its tokens. A regular expression has no JSON of its own. */
function meaning(text) {
  const expression = parsed(text);
  return expression && JSON.stringify(expression.ast(), (key, value) => {
    if (key === "position") return undefined;
    return value instanceof RegExp ? String(value) : value;
  });
}

async function evaluate(value, { states, now, chance }) {
  if (Array.isArray(value)) return Promise.all(value.map((item) => evaluate(item, { states, now, chance })));
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value).map(async ([key, item]) => [key, await evaluate(item, { states, now, chance })]);
    return Object.fromEntries(await Promise.all(pairs));
  }
  if (typeof value !== "string" || !value.startsWith("{%")) return value;
  const expression = jsonata(value.slice(2, -2));
  expression.registerFunction("parse", JSON.parse, "<s:x>"); // Step Functions' own function
  expression.registerFunction("millis", () => Math.floor(now * 1000));
  expression.registerFunction("random", () => chance);
  return expression.evaluate(undefined, { states });
}

async function main() {
  input.expressions.forEach(parsed);
  const different = input.files.filter(([file, line]) => meaning(file) !== meaning(line)).map(([file]) => file);
  const results = [];
  for (const one of input.evaluated) results.push(await evaluate(one.value, one));
  process.stdout.write(JSON.stringify({ wrong, different, results }));
}

main();
