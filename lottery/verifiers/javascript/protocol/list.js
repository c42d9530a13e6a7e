/** The frozen list, `list.ndjson`: one spelling for each line. */

import { fromUtf8 } from "../format/bytes.js";
import { MalformedError } from "../format/errors.js";

const LINE =
  /^\{"enrol":(0|[1-9][0-9]{0,15}),"firm":"([0-9A-HJ-NPQRTUWXY]{18})","salt":"([0-9a-f]{64})","weight":([1-9][0-9]{0,3})\}$/;
const MOST_WEIGHT = 1000;

/**
 * Reads the list.
 * @param {Uint8Array} bytes
 * @returns {{enrol: number, firm: string, salt: string, weight: number}[]} firms ascending
 * @throws {MalformedError} with the number of the line that is broken
 */
export function readList(bytes) {
  const text = fromUtf8(bytes);
  if (text !== "" && !text.endsWith("\n")) throw new MalformedError("list-end");
  let before = "";
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, i) => {
      const found = LINE.exec(line);
      const enrol = Number(found?.[1]);
      const weight = Number(found?.[4]);
      const isInRange = Number.isSafeInteger(enrol) && weight <= MOST_WEIGHT;
      if (found === null || !isInRange || found[2] <= before) throw new MalformedError("list-line", { line: i + 1 });
      [, , before] = found;
      return { enrol, firm: found[2], salt: found[3], weight };
    });
}
