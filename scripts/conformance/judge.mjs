// Compares what a page put out with what the corpus expects, and says whether a difference is one we stand by.
// Output must be equal byte for byte; messages must be equal but for the line they name and the detail of a syntax error.

/**
 * @typedef {object} Judgement
 * @property {"passed" | "failed" | "exempt" | "exempt but equal"} verdict
 * @property {string[]} differences what differs: "no answer", "accepted", "stdout", "stderr"
 * @property {boolean} lineDiffers the messages are equal but name other lines, which is no failure
 */

/**
 * @param {import("./cases.mjs").Case} testCase
 * @param {import("./cases.mjs").Case["expected"] | undefined} answer
 * @param {import("./cases.mjs").Exemption} [exemption] the entry of the case in `exempt.json`
 * @returns {Judgement}
 */
export function judge({ expected }, answer, exemption) {
  if (!answer) return { verdict: "failed", differences: ["no answer"], lineDiffers: false };
  const differences = compare(expected, answer);
  if (differences.length === 0) {
    const lineDiffers = messages(expected.stderr).join("\n") !== messages(answer.stderr).join("\n");
    return { verdict: exemption ? "exempt but equal" : "passed", differences, lineDiffers };
  }
  const isExempt = exemption?.varies || (exemption?.instead && compare(exemption.instead, answer).length === 0);
  return { verdict: isExempt ? "exempt" : "failed", differences, lineDiffers: false };
}

function compare(expected, answer) {
  const differences = [];
  if (expected.accepted !== answer.accepted) differences.push("accepted");
  if (expected.stdout !== answer.stdout) differences.push("stdout");
  const [wanted, got] = [expected.stderr, answer.stderr].map((log) => withoutPlaces(messages(log)).join("\n"));
  if (wanted !== got) differences.push("stderr");
  return differences;
}

/**
 * The lines of a log, program name left out, and syntax errors without their detail: the corpus has one
 * `FILE:LINE: syntax error` a file, we say what was expected and go on to the next mistake.
 */
function messages(log) {
  return log
    .replace(/\n$/, "")
    .split("\n")
    .map((line) =>
      line.replace(/^[\w-]+(?=\[\w+\]: )/, "pub").replace(/(^pub\[error\]: .*:\d+: syntax error).*/, "$1"),
    );
}

/** Replaces line numbers in the places at the head of a message: `FILE:LINE:`, `FILE:LINE (in NAME):`, one or more. */
function withoutPlaces(lines) {
  const placeless = lines.map((line) =>
    line.replace(/^(pub\[\w+\]: )((?:[^\s:]+:\d+(?: \(in [^)]*\))?: )+)/, (_, head, places) => {
      return head + places.replace(/:\d+/g, ":#");
    }),
  );
  return placeless.filter((line, i) => !(line.endsWith(": syntax error") && line === placeless[i - 1]));
}
