/** What is thrown when bytes from outside cannot be read. */

/** Input that no check can judge: it is not in the format at all. */
export class MalformedError extends Error {
  /**
   * @param {string} reason a fixed word that names the rule that was broken
   * @param {Object<string, unknown>} [data] what the sentence about it needs
   */
  constructor(reason, data = {}) {
    super(`${reason} ${JSON.stringify(data)}`);
    this.name = "MalformedError";
    this.reason = reason;
    this.data = data;
  }
}

/** A policy, number or file that the reader gave and that cannot be used. */
export class UsageError extends MalformedError {
  /** @param {string} reason @param {Object<string, unknown>} [data] */
  constructor(reason, data = {}) {
    super(reason, data);
    this.name = "UsageError";
  }
}
