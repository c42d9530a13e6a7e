/** The fourteen checks, in order, each with what it says in plain language. */

import { v7Contributions } from "./contributions.js";
import { v2Inclusion } from "./inclusion.js";
import { v14Closed } from "./members.js";
import { v13Deadlines, v3OneNotice, v4Source } from "./notice.js";
import { v5Order } from "./order.js";
import { v10Result, v8Phi, v9Seed } from "./outcome.js";
import { v11Replacements } from "./places.js";
import { v6List } from "./pool.js";
import { v12Void } from "./void.js";
import { v1Checkpoints } from "./witnesses.js";

/**
 * @typedef {object} CheckKind
 * @property {string} name V1 … V14
 * @property {(dossier: object, findings: object) => void} examine
 * @property {{zh: string, en: string}} title
 */

/** @type {CheckKind[]} */
export const CHECKS = [
  {
    name: "V1",
    examine: v1Checkpoints,
    title: {
      zh: "日志的检查点有签名，并有您所信任的足够多的见证方共同签署",
      en: "The log's checkpoints are signed, and cosigned by enough of the witnesses you trust",
    },
  },
  {
    name: "V2",
    examine: v2Inclusion,
    title: {
      zh: "每一条记录都在日志里，日志只增加、未改写",
      en: "Every record is in the log, and the log only grew",
    },
  },
  {
    name: "V3",
    examine: v3OneNotice,
    title: {
      zh: "这次抽取只有一份公告；若是重新抽取，上一次确已终止",
      en: "There is one notice for this draw; if it is a repeat, the last one was called off",
    },
  },
  {
    name: "V4",
    examine: v4Source,
    title: {
      zh: "用哪个随机值、何时产生，报名之前就已定下，之后没有变",
      en: "Which random value decides, and when, was fixed before enrolment and never changed",
    },
  },
  {
    name: "V5",
    examine: v5Order,
    title: {
      zh: "名单在随机值可知之前已经封存，并经见证",
      en: "The list was sealed, before witnesses, before the random value could be known",
    },
  },
  {
    name: "V6",
    examine: v6List,
    title: {
      zh: "名单与报名一一对应：无人被漏掉，无人被塞进",
      en: "The list is exactly who enrolled: nobody left out, nobody slipped in",
    },
  },
  {
    name: "V7",
    examine: v7Contributions,
    title: {
      zh: "各方的随机贡献先承诺、后揭示，前后相符",
      en: "Contributions were promised first and revealed later, and match",
    },
  },
  {
    name: "V8",
    examine: v8Phi,
    title: { zh: "随机值是真的，不是谁填的", en: "The random value is genuine, nobody made it up" },
  },
  {
    name: "V9",
    examine: v9Seed,
    title: {
      zh: "抽取种子由上述各项算出，重算一致",
      en: "The seed follows from all this; recomputing gives the same",
    },
  },
  {
    name: "V10",
    examine: v10Result,
    title: { zh: "结果只有一份，与重新计算的次序相同", en: "There is one result, and it is the recomputed order" },
  },
  {
    name: "V11",
    examine: v11Replacements,
    title: {
      zh: "有人退出时，按规则递补，并有记录的理由",
      en: "Whoever left was replaced by rule, for a logged reason",
    },
  },
  {
    name: "V12",
    examine: v12Void,
    title: { zh: "没有在结果可知之后把抽取作废", en: "No draw was called off once its result could be known" },
  },
  {
    name: "V13",
    examine: v13Deadlines,
    title: {
      zh: "报名与承诺都在期内，没有步骤早于公告的时刻；晚了的步骤会标明",
      en: "Who enrolled or committed did so in time, no step came early, and late steps are marked",
    },
  },
  {
    name: "V14",
    examine: v14Closed,
    title: {
      zh: "包里没有不认识的、多余的或损坏的东西",
      en: "The bundle holds nothing unknown, superfluous or damaged",
    },
  },
];
