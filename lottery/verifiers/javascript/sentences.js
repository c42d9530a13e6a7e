/** Why an input cannot be read at all, or a proof must not be given yet, as sentences. */

import { beijing } from "./format/time.js";

/** @type {Object<string, [string, string]>} */
const SENTENCES = {
  "zip-folder": [
    "压缩包把文件夹也列为成员：请不带文件夹重新压缩，在文件夹内运行 zip -X -r -D ../new.zip .",
    "a folder is a member: pack it anew without folders, inside the folder, with zip -X -r -D ../new.zip .",
  ],
  policy: ["信任文件有误", "the policy cannot be used"],
  "missing-member": ["验证包缺少文件", "the bundle lacks a file"],
  "bad-description": ["验证包的说明 bundle.json 有误", "bundle.json does not describe a bundle"],
  "bad-entry-count": ["条目数与说明不符", "there are other entries than bundle.json announces"],
  "bad-list-length": ["名单行数与说明不符", "the list is longer or shorter than bundle.json announces"],
  "note-too-long": ["检查点过长", "a checkpoint is too long"],
  "too-many-signatures": ["检查点的签名过多", "a checkpoint has too many signatures"],
  "too-many-hashes": ["证明过长", "a proof has too many hashes"],
  "bad-deflate": ["压缩数据有误", "a member cannot be unpacked"],
  "unreadable-file": ["文件无法打开", "a file cannot be opened"],
  usage: ["用法有误", "wrong usage"],
  "bad-log": ["日志文件夹无法读取", "the log cannot be read"],
};

/**
 * What a line of a policy breaks; `bad-utf8` is of the whole text.
 * @type {Object<string, [string, string]>}
 */
const POLICY = {
  "control character": ["含有控制字符，请存为纯文本（UTF-8）", "has a control character: save it as plain text in UTF-8."],
  "too long": ["文件过大，可能不是信任文件", "is too long: is this another file?"],
  "unknown line": ["不是信任文件的写法", "is nothing that a policy says"],
  "bad-vkey": ["公钥（vkey）抄写有误或不完整", "has a key (vkey) that is miscopied or incomplete"],
  "wrong type of key": ["公钥的类型不对", "has a key of the wrong type"],
  "key twice": ["公钥重复", "has a key that stood before"],
  "name taken": ["名称重复", "has a name that is taken"],
  "name not defined": ["所列名称前面没有定义", "has a name that is not defined before it"],
  "member twice": ["成员重复", "has a member that is in a group already"],
  "bad threshold": ["门槛数有误", "has a threshold that cannot be"],
  "second quorum": ["quorum 只能有一行", "is a second quorum"],
  "bad pin": ["钉住的公钥写法有误", "is no pin of a key"],
  "no quorum": ["缺少 quorum 一行，可能没有粘贴完整", "lacks its quorum: was all of it pasted?"],
  "no log": ["缺少 log 一行，可能没有粘贴完整", "lacks its log: was all of it pasted?"],
};

/**
 * Says what is wrong with a policy, and where.
 * @param {{line: number, reason: string}} data
 * @returns {{zh: string, en: string}}
 */
function policySentence({ line, reason }) {
  // All other reasons are those of a key.
  const [zh, en] = POLICY[reason] ?? POLICY["bad-vkey"];
  const again = "请用公报或办事大厅公布的原文，完整粘贴";
  return line > 0
    ? { zh: `信任文件第 ${line} 行有误：${zh}。${again}`, en: `Line ${line} of the policy ${en}. Paste the published text in full` }
    : { zh: `信任文件有误：${zh}。${again}`, en: `The policy ${en} Paste the published text in full` };
}

const ZIP = [
  "不是验证包，或已被改动：文件不是只含其成员的普通 zip",
  "not a bundle, or changed: it is no plain zip of just its members",
];

/**
 * Says why an input is malformed.
 * @param {import("./format/errors.js").MalformedError} error
 * @returns {{zh: string, en: string}}
 */
export function malformedSentence(error) {
  if (error.reason === "policy" && typeof error.data.line === "number") return policySentence(error.data);
  const known = Object.hasOwn(SENTENCES, error.reason) ? SENTENCES[error.reason] : null;
  const other = ["输入不合规范", "the input is not as the specification says"];
  const [zh, en] = known ?? (error.reason.startsWith("zip-") ? ZIP : other);
  const details = Object.entries(error.data).map(([name, value]) => `${name} ${value}`);
  const detail = [error.reason, ...details].join(", ");
  return { zh: `${zh}（${detail}）`, en: `${en} (${detail})` };
}

/**
 * Says why a trustee must not prove anything yet.
 * @param {import("./verify.js").NotReadyError} error
 * @returns {{zh: string, en: string}}
 */
export function notReadySentence({ checks, isCalledOff, opensAt }) {
  if (opensAt !== null) {
    const time = beijing(opensAt);
    return {
      zh: `为时尚早：在此之前平台还能增减揭示、挑选有利的一种。请在 ${time} 之后（以您自己的时钟为准）再出具证明`,
      en: `It is too early: the platform could still add reveals and keep the outcome that it likes. Prove after ${time}, by your own clock`,
    };
  }
  if (isCalledOff) return { zh: "抽取已终止，不要出具证明", en: "The draw was called off: prove nothing" };
  const names = checks.map(({ name }) => name);
  if (names.length === 0) {
    return { zh: "没有需要证明的递补，不要出具证明", en: "No place waits for a proof: prove nothing" };
  }
  return {
    zh: `${names.join("、")} 未通过，不要出具证明`,
    en: `${names.join(", ")} did not hold: prove nothing`,
  };
}
