// Four teams, the champion marked: a page so small that what a render costs before its first row decides.
export { render } from "./hand.mjs";

export const title = "4 teams, the champion marked";

export function inputs({ unicode }) {
  const names = unicode ? ["江苏", "北京", "广州", "山东"] : ["Jiangsu", "Beijing", "Guangzhou", "Shandong"];
  const scores = [43, 27, 22, 12];
  return [{ year: 2015, teams: names.map((name, index) => ({ name, score: scores[index] })) }];
}
