/** What the page shows of a report. */

import { CHECK_TITLES, malformedSentence, ticketLine } from "../index.js";
import { beijing } from "../format/time.js";
import { make, speak, tell } from "./dom.js";
import { modeName, trustStatement } from "./texts.js";

const SIGNS = { ok: "✓", flagged: "!", failed: "✕", blocked: "–" };
const STATUS_NAMES = {
  ok: { zh: "通过", en: "holds" },
  flagged: { zh: "通过，但请注意", en: "holds, but note" },
  failed: { zh: "未通过", en: "failed" },
  blocked: { zh: "无法核对", en: "could not be checked" },
};
const MOST_ROWS = 200;

/** Shows all checks as still to be done. */
export function showWaiting(list) {
  const rows = CHECK_TITLES.map(({ name, title }) => {
    const lamp = make("span", "lamp");
    lamp.setAttribute("aria-hidden", "true");
    const row = make(
      "li",
      "waiting",
      lamp,
      make("div", "", make("span", "name", name), speak("span", title, "title")),
    );
    row.id = name;
    return row;
  });
  list.replaceChildren(...rows);
  rows[0].className = "running";
}

/** Shows how one check ended. */
export function showCheck(list, { name, status, findings }) {
  const row = list.querySelector(`#${name}`);
  const [lamp, body] = row.children;
  row.className = status;
  lamp.textContent = SIGNS[status];
  body.append(speak("span", STATUS_NAMES[status], "unseen"));
  const told = findings.filter(({ kind }) => kind !== "fact");
  const facts = findings.filter(({ kind }) => kind === "fact");
  if (told.length > 0) body.append(sentences(told));
  if (facts.length > 0) {
    body.append(make(
      "details",
      "",
      speak("summary", { zh: "细节", en: "details" }),
      sentences(facts),
    ));
  }
  if (row.nextElementSibling !== null) row.nextElementSibling.className = "running";
}

function sentences(findings) {
  return make("ul", "said", ...findings.map((finding) => speak("li", finding, finding.kind)));
}

const VERDICTS = {
  believed: {
    className: "good",
    head: { zh: "全部核对通过", en: "Every check holds" },
    text: { zh: "这次抽取可以采信。", en: "This draw can be believed." },
  },
  demonstration: {
    className: "demo",
    head: { zh: "计算无误，但只是演示", en: "The sums are right, but this is a demonstration" },
    text: {
      zh: "演示模式：随机值只来自平台，平台可以预知并操纵结果。以上只说明计算无误，不构成保障。",
      en: "Mode D1: the value is the platform's alone, which could foresee and steer the result. That the sums are right is no safeguard.",
    },
  },
  refused: {
    className: "bad",
    head: { zh: "不可采信", en: "Not to be believed" },
    text: {
      zh: "有核对未通过。请保存验证包与信任文件，向监管部门提出。",
      en: "A check failed. Keep bundle and policy, and take them to the regulator.",
    },
  },
};

function outcomeOf({ selected, isCalledOff }) {
  if (selected.length > 0) {
    const names = selected.join("、");
    return {
      zh: `中选（截至此包的最终检查点）：${names}`,
      en: `Selected, as of this bundle's final checkpoint: ${selected.join(", ")}`,
    };
  }
  if (isCalledOff) {
    return { zh: "抽取已终止，没有中选者。", en: "The draw was called off; nobody is selected." };
  }
  return { zh: "没有中选者。", en: "Nobody is selected." };
}

/** Shows the verdict. */
export function showVerdict(box, report) {
  if (report.verdict === "malformed") {
    box.className = "verdict bad";
    box.replaceChildren(
      speak("h2", { zh: "无法读取", en: "Cannot be read" }),
      speak("p", malformedSentence(report.malformed)),
    );
    return;
  }
  const isBelieved = report.verdict === "believed";
  const isDemonstration = isBelieved && report.notice.phi.mode === "D1";
  const { className, head, text } = VERDICTS[isDemonstration ? "demonstration" : report.verdict];
  const flags = report.checks.filter(({ status }) => status === "flagged").length;
  box.className = `verdict ${className}`;
  box.replaceChildren(speak("h2", head), speak("p", text));
  if (isBelieved) box.append(speak("p", outcomeOf(report), "chosen"));
  if (isBelieved && flags > 0) {
    box.append(speak(
      "p",
      { zh: `其中 ${flags} 项请看黄色的说明。`, en: `Please read the amber notes of ${flags} of them.` },
    ));
  }
}

function factRow(text, value, className = "") {
  return make("tr", "", speak("th", text), make("td", className, value));
}

function summary(report) {
  const { notice } = report;
  const rows = [
    factRow({ zh: "采购需求", en: "Need" }, notice.need),
    factRow({ zh: "第几次抽取", en: "Attempt" }, String(notice.attempt)),
    factRow({ zh: "随机来源", en: "Source" }, speak("span", modeName(notice.phi))),
    factRow({ zh: "随机值可知之时", en: "Value due" }, beijing(notice.t_phi)),
    factRow({ zh: "抽取编号", en: "Draw" }, report.draw, "mono"),
  ];
  if (report.seed !== null) rows.push(factRow({ zh: "种子", en: "Seed" }, report.seed, "mono"));
  return make(
    "section",
    "card keep",
    speak("h2", { zh: "这次抽取", en: "This draw" }),
    make("table", "facts", make("tbody", "", ...rows)),
  );
}

function statement({ phi }) {
  const text = speak("p", trustStatement(phi), phi.mode === "D1" ? "statement demo" : "statement");
  return make(
    "section",
    "card keep",
    speak("h2", { zh: "需要信任谁", en: "Whom you must trust" }),
    text,
  );
}

function badge(report, firm, rank) {
  const { k, a } = report.notice;
  if (report.selected.includes(firm)) {
    return speak("span", { zh: "中选", en: "selected" }, "badge selected");
  }
  if (report.verdict !== "believed") return null;
  if (rank <= k) return speak("span", { zh: "已退出", en: "left" }, "badge");
  return rank <= k + a ? speak("span", { zh: "候补", en: "alternate" }, "badge") : null;
}

function orderRow(report, { firm, weight, ticket }, rank) {
  const name = make(
    "span",
    "",
    firm,
    weight > 1 ? ` ×${weight}` : "",
    make("span", "ticket", ticket),
  );
  const row = make(
    "li",
    "",
    make("span", "name", String(rank)),
    name,
    badge(report, firm, rank) ?? make("span"),
  );
  row.dataset.firm = firm;
  return row;
}

const ORDER_TITLES = {
  believed: { zh: "抽取次序", en: "The order" },
  refused: {
    zh: "按包内材料重算的次序（不代表结果成立）",
    en: "The order recomputed from this bundle (no result stands)",
  },
};

function orderSection(report) {
  const rows = report.order.slice(0, MOST_ROWS).map((candidate, i) => orderRow(report, candidate, i + 1));
  const section = make("section", "card keep", speak("h2", ORDER_TITLES[report.verdict]));
  if (report.wouldHaveBeen !== null) {
    const names = report.wouldHaveBeen.join(", ");
    section.append(speak(
      "p",
      { zh: `抽取已终止。本来会中选的是：${names}`, en: `Called off. It would have selected: ${names}` },
      "statement demo",
    ));
  }
  const hint = {
    zh: "号票越小越靠前。号票由种子和机构代码算出，谁都能算。",
    en: "The smaller ticket comes first. A ticket follows from the seed and the firm's code: anyone can compute it.",
  };
  section.append(speak("p", hint, "hint"), make("ol", "order", ...rows));
  if (report.order.length > rows.length) {
    section.append(speak(
      "p",
      {
        zh: `另有 ${report.order.length - rows.length} 家未列出`,
        en: `and ${report.order.length - rows.length} more`,
      },
      "hint",
    ));
  }
  return section;
}

function showOwn(report, box, firm) {
  const rank = report.order.findIndex((candidate) => candidate.firm === firm) + 1;
  if (rank === 0) {
    box.replaceChildren(speak(
      "p",
      {
        zh: "名单里没有这个代码。若您报过名且未撤回，请拿出回执。",
        en: "This code is not on the list. If you enrolled and did not withdraw, show your receipt.",
      },
      "problem",
    ));
    return;
  }
  const { weight } = report.order[rank - 1];
  const { command, ticket } = ticketLine(report.seed, firm, weight);
  box.replaceChildren(
    speak(
      "p",
      {
        zh: `第 ${rank} 名，共 ${report.order.length} 家。在任何装有 xxd 的电脑上运行下面一行：`,
        en: `Rank ${rank} of ${report.order.length}. Run this line on any computer that has xxd:`,
      },
    ),
    make("code", "line", command),
    speak("p", { zh: "应当得到您的号票：", en: "It must print your ticket:" }),
    make("code", "line", ticket),
  );
}

function ownSection(report) {
  const input = make("input");
  Object.assign(input, { type: "text", maxLength: 18, autocomplete: "off", id: "own-code" });
  const button = speak("button", { zh: "查", en: "Look" }, "quiet");
  button.type = "submit";
  const form = make("form", "own", input, button);
  const box = make("div");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showOwn(report, box, input.value.trim().toUpperCase());
  });
  const label = speak(
    "label",
    { zh: "查自己的号票：输入 18 位统一社会信用代码", en: "Your own ticket: type your 18-character code" },
  );
  label.htmlFor = input.id;
  return make("section", "card", make("h2", "", label), form, box);
}

/** Shows what the draw was and what came of it. */
export function showOutcome(box, report) {
  const parts = [];
  if (report.notice !== null) parts.push(summary(report), statement(report.notice));
  if (report.notice !== null && report.order !== null) {
    parts.splice(1, 0, orderSection(report), ownSection(report));
  }
  box.replaceChildren(...parts);
}

/** Shows why the reader's input cannot be used. */
export function showProblem(box, text) {
  box.hidden = text === null;
  if (text !== null) tell(box, text);
}
