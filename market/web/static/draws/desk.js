// Help for typing at the draw desk: what is missing or wrong is said while one types. The server
// judges everything again.
const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/round|signature|sig|轮次|轮号|签名|第|轮|号/g, " ");

const follow = (place, judge) => {
  const field = place.closest("form").querySelector("textarea");
  const show = () => {
    const [tone, text] = field.value.trim() ? judge(field.value) : ["", ""];
    place.className = `d-typed ${tone}`;
    place.textContent = text;
  };
  field.addEventListener("input", show);
  show();
};

const typed = document.querySelector("[data-typed]");
if (typed) {
  const words = typed.dataset;
  follow(typed, (text) => {
    if (text.trim().startsWith("{")) return ["", ""];
    const [round, ...groups] = plain(text).split(/[\s:;,.=|/_"'、。·…‐-―-]+/).filter(Boolean);
    const digits = groups.join("").replace(/^0x/, "");
    if (round !== words.round) return ["is-bad", fill(words.wrong, { round: words.round, given: round ?? "" })];
    const wrong = digits.search(/[^0-9a-f]/);
    if (wrong >= 0) return ["is-bad", fill(words.character, { place: wrong + 1, sign: digits[wrong] })];
    const count = digits.length;
    if (count > 96) return ["is-bad", fill(words.over, { count, over: count - 96 })];
    if (count < 96) return ["", fill(words.missing, { count, left: 96 - count, last: digits.slice(Math.floor((count - 1) / 8) * 8) })];
    return ["is-good", fill(words.good, { round })];
  });
}

const counted = document.querySelector("[data-counted]");
if (counted) {
  const words = counted.dataset;
  follow(counted, (text) => {
    const numbers = (text.normalize("NFKC").match(/\d+/g) ?? []).map(Number);
    const outside = numbers.find((number) => number < 1 || number > Number(words.most));
    if (outside !== undefined) return ["is-bad", fill(words.range, { number: outside })];
    const twice = numbers.find((number, place) => numbers.indexOf(number) !== place);
    if (twice !== undefined) return ["is-bad", fill(words.twice, { number: twice })];
    if (numbers.length !== Number(words.wanted)) return ["", fill(words.missing, { count: numbers.length })];
    return ["is-good", words.good];
  });
}
