/** Times as readers write them. */

/** @param {number} seconds Unix seconds @returns {string} Beijing time */
export function beijing(seconds) {
  return new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");
}
