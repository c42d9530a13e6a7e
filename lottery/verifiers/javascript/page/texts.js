/** What the page says about a draw: its mode's trust statement, and names. */

const MODES = {
  A: ["方式 A：公共信标 drand", "mode A: the public beacon drand"],
  B: ["方式 B：公开开奖号码", "mode B: the numbers of a public lottery"],
  C: ["方式 C：多家机构的数值", "mode C: the values of several organisations"],
  D1: ["演示模式：只有平台的数值", "a demonstration: the platform's value alone"],
  D2: ["内置离线模式：平台与监督方", "built-in offline mode: platform and supervisor"],
};

/** @returns {{zh: string, en: string}} the name of a mode */
export function modeName({ mode }) {
  const [zh, en] = MODES[mode];
  return { zh, en };
}

/** @type {Object<string, (phi: object) => {zh: string, en: string}>} */
const STATEMENTS = {
  A: ({ round }) => ({
    zh: `结果由名单与公共信标 drand 第 ${round} 轮的数值决定。该数值由世界各地多家机构共同产生，平台与任何一方都不能选择它；本页已用内置的公钥核对其签名。即使信标的多数节点串通，也只能提前知道、不能挑选数值，而名单在此之前已经封存。`,
    en: `The result is fixed by the list and round ${round} of the public beacon drand, made jointly by many organisations of the world. Neither the platform nor anyone else can choose it; this page checked its signature against a key compiled in. Even if most of its nodes conspired, they could only know the value early, not choose it, and the list was sealed before.`,
  }),
  B: ({ game, issue }) => ({
    zh: `结果由名单与公开开奖（${game} 第 ${issue} 期）的号码决定。能左右结果的，只有能操纵该次公开开奖的人；平台若录入别的号码，任何一份报纸都能驳倒。请务必输入您自己看到的号码，并自行确认该期不是在约定时刻之前开奖的。`,
    en: `The result is fixed by the list and the numbers of a public lottery (${game}, issue ${issue}). Only whoever rigs that lottery could steer it; if the platform typed other numbers, any newspaper refutes it. Do type the numbers that you saw yourself, and be sure that this issue was not drawn before the time that the notice fixed.`,
  }),
  C: ({ keys }) => ({
    zh: `结果由名单与 ${keys.length} 家机构各自唯一的密码学数值共同决定，任何一家都不能选择或更改自己的数值。只要有一家没有参与串通，结果就不能被操纵；若所有机构与平台全部串通，本方式不能阻止。`,
    en: `The result is fixed by the list and one unique cryptographic value of each of ${keys.length} organisations; none can choose or change its own. It holds as long as one of them does not conspire; it does not protect against all of them acting together with the platform.`,
  }),
  D2: () => ({
    zh: "本次抽取采用内置离线模式。结果由平台与监督方各自的唯一密码学数值共同决定，双方均不能选择或更改自己的数值，也不能重抽。若平台与监督方串通，本模式不能阻止其事先知晓并操纵结果；任何事后篡改、重抽或拖延都会在见证日志中留下公开证据。需要更高保证时，请使用公共信标（drand 或福彩快乐8）模式。",
    en: "Built-in offline mode. The result is fixed jointly by one unique value of the platform and one of the supervisor; neither can choose, change or re-draw its value. It does not protect against the two acting together. Any later alteration, repeat or delay leaves public evidence in the witnessed log. For stronger assurance use a public beacon.",
  }),
  D1: () => ({
    zh: "演示模式：随机值只来自平台自己。平台能够事先知道并影响结果，本次抽取不构成任何保障。",
    en: "A demonstration: the random value is the platform's alone. The platform could know and steer the result beforehand; this draw is no safeguard at all.",
  }),
};

/** @returns {{zh: string, en: string}} whom one must trust, in plain words */
export function trustStatement(phi) {
  return STATEMENTS[phi.mode](phi);
}
