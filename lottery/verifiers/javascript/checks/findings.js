/** What one check finds, in Chinese and English, and what that amounts to. */

/** A check needs something that another check has found missing or wrong. */
export class Blocked extends Error {
  /** @param {string} by the name of that other check */
  constructor(by) {
    super(`needs ${by}`);
    this.name = "Blocked";
    this.by = by;
  }
}

/** Collects the findings of one check. */
export class Findings {
  constructor() {
    this.items = [];
  }

  /** Notes why the check fails. */
  fail(zh, en) {
    this.items.push({ kind: "fault", zh, en });
  }

  /** Notes what the reader must be told although the check holds. */
  flag(zh, en) {
    this.items.push({ kind: "flag", zh, en });
  }

  /** Notes what was found to be right. */
  note(zh, en) {
    this.items.push({ kind: "fact", zh, en });
  }

  /** Notes why the check fails, unless something holds. */
  require(holds, zh, en) {
    if (!holds) this.fail(zh, en);
  }

  /** Does one part of a check; the other parts are done even if this one is blocked. */
  part(examine) {
    try {
      examine();
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      this.items.push({
        kind: "blocked",
        zh: `因 ${error.by} 未通过而无法核对`,
        en: `could not be checked because ${error.by} failed`,
      });
    }
  }

  has(kind) {
    return this.items.some((item) => item.kind === kind);
  }

  /** @returns {"ok"|"flagged"|"failed"|"blocked"} */
  get status() {
    if (this.has("fault")) return "failed";
    if (this.has("blocked")) return "blocked";
    return this.has("flag") ? "flagged" : "ok";
  }
}
