/** Times as readers write them. */

const OFFSET_SECONDS = 8 * 3600;
/** Later ones have no four-digit year; a bundle may claim any number. */
const LAST_SECONDS = Date.UTC(9999, 11, 31) / 1000;

/**
 * An instant in Beijing time, with its offset.
 * @param {number} seconds Unix seconds
 * @returns {string} such as 2026-11-18 09:34:00+08:00; the number itself where no calendar reaches
 */
export function beijing(seconds) {
  if (!(seconds >= 0 && seconds <= LAST_SECONDS)) return `${seconds} s`;
  const local = new Date((seconds + OFFSET_SECONDS) * 1000).toISOString();
  return `${local.slice(0, 19).replace("T", " ")}+08:00`;
}
