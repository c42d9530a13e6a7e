/** V1, and what V5, V11 and V12 ask of the witnesses of a cut. */

import { Blocked } from "./findings.js";
import { MalformedError } from "../format/errors.js";
import { beijing } from "../format/time.js";
import { equal } from "../format/bytes.js";
import { cosignedAt, isSignedBy } from "../format/note.js";

/** How long before Φ can be known a cut must be cosigned. */
export const MARGIN_SECONDS = 60;
/** How far a witness's clock may run behind the platform's. */
const SKEW_SECONDS = 60;

/** The times at which each witness of the policy cosigned, by its name. */
function cosignatures(policy, checkpoint) {
  const times = new Map();
  for (const [name, key] of policy.witnesses) times.set(name, cosignedAt(checkpoint, key));
  return times;
}

function witnessesWith(times, isCounted) {
  return new Set([...times].filter(([, seconds]) => seconds.some(isCounted)).map(([name]) => name));
}

/**
 * Requires a quorum of cosignatures between the making of an entry and a deadline.
 * @param {object} dossier
 * @param {object} findings
 * @param {{checkpoint: object, madeAt: number, latest: number}} claim
 */
export function requireWitnessed({ policy }, findings, { checkpoint, madeAt, latest }) {
  if (!policy.isWitnessed) {
    findings.flag(
      "未经见证：您的信任文件没有要求见证人，时间只凭日志自己的说法",
      "not witnessed: your policy asks for no witness, so the time is the log's own word",
    );
    findings.require(
      madeAt <= latest,
      `日志自称的时间 ${beijing(madeAt)} 晚于 ${beijing(latest)}`,
      `by the log's own word it was made at ${beijing(madeAt)}, after ${beijing(latest)}`,
    );
    return;
  }
  const earliest = madeAt - SKEW_SECONDS;
  let names;
  try {
    names = witnessesWith(cosignatures(policy, checkpoint), (time) => time > 0 && time >= earliest && time <= latest);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    findings.fail("检查点的见证签名有误", "a cosignature of the checkpoint is wrong");
    return;
  }
  const [since, until] = [beijing(earliest), beijing(latest)];
  const when = Number.isFinite(latest)
    ? { zh: `${since} 至 ${until} 之间`, en: `between ${since} and ${until}` }
    : { zh: `${since} 以后`, en: `since ${since}` };
  findings.require(
    policy.isReachedBy(names),
    `${when.zh}见证的只有 ${names.size} 方，未达到您要求的人数`,
    `${names.size} witness(es) cosigned ${when.en}: not the quorum`,
  );
  findings.note(
    `${when.zh}有 ${names.size} 方见证`,
    `${names.size} witness(es) cosigned ${when.en}`,
  );
}

/**
 * Requires a quorum of cosignatures that are not older than an entry, however late they came.
 * With `quorum none` there is nobody to ask.
 * @param {object} dossier
 * @param {object} findings
 * @param {{checkpoint: object, madeAt: number}} claim
 */
export function requireSeenSince(dossier, findings, { checkpoint, madeAt }) {
  if (!dossier.policy.isWitnessed) return;
  requireWitnessed(dossier, findings, { checkpoint, madeAt, latest: Infinity });
}

/** The checkpoint of a cut that is there; V1 says why if it cannot be read. */
export function readableCut(dossier, name) {
  const checkpoint = dossier.cut(name);
  if (checkpoint === null) throw new Blocked("V1");
  return checkpoint;
}

/**
 * Says whether a log of the policy signed a checkpoint that bears its name.
 * @throws {MalformedError} if any known log's signature is wrong, which spoils the note
 */
export function isSignedByItsLog(policy, checkpoint) {
  const signers = policy.logs.filter((key) => isSignedBy(checkpoint, key));
  return signers.some(({ name }) => name === checkpoint.origin);
}

function examineCheckpoint(dossier, findings, name, { value: checkpoint, fault }) {
  if (checkpoint === null) {
    findings.fail(`${name}：检查点无法读取`, `${name}: the checkpoint cannot be read (${fault})`);
    return;
  }
  const { bundle, policy } = dossier;
  findings.require(
    checkpoint.origin === bundle.origin,
    `${name}：检查点属于另一个日志 ${checkpoint.origin}`,
    `${name}: the checkpoint is of another log, ${checkpoint.origin}`,
  );
  let witnesses;
  try {
    const isSigned = isSignedByItsLog(policy, checkpoint);
    witnesses = witnessesWith(cosignatures(policy, checkpoint), (time) => time > 0);
    findings.require(isSigned, `${name}：没有您信任的日志的签名`, `${name}: no log of your policy signed it`);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    findings.fail(`${name}：签名错误`, `${name}: a signature is wrong (${error.message})`);
    return;
  }
  findings.require(
    policy.isReachedBy(witnesses),
    `${name}：只有 ${witnesses.size} 方见证，未达到您要求的人数`,
    `${name}: cosigned by ${witnesses.size}, which is not the quorum of your policy`,
  );
  findings.note(
    `${name}：${checkpoint.size} 条，${witnesses.size} 方见证`,
    `${name}: ${checkpoint.size} entries, ${witnesses.size} witness(es)`,
  );
}

/** V1: the checkpoints are signed by a log that the reader trusts, and by the quorum. */
export function v1Checkpoints(dossier, findings) {
  const [first, ...others] = dossier.rows.flatMap(({ proof }) => (proof === null ? [] : [proof.checkpoint]));
  findings.require(
    others.every((note) => equal(note, first)),
    "各条目的证明没有以同一个最终检查点结尾",
    "the proofs do not all end with one final checkpoint",
  );
  examineCheckpoint(dossier, findings, "final", dossier.final);
  for (const [name, cut] of dossier.cuts) examineCheckpoint(dossier, findings, name, cut);
  if (new Set(dossier.policy.logs.map(({ name }) => name)).size > 1) {
    findings.flag(
      "您的信任文件列有多个日志，而公告没有说明抽取记在哪一个：别的日志里可能另有一次",
      "your policy lists several logs, and a notice does not say in which its draw is: another may hold one as well",
    );
  }
  if (!dossier.policy.isWitnessed) {
    findings.note(
      "您的信任文件没有要求见证人，只核对了日志的签名",
      "your policy asks for no witness; only the log's signature was checked",
    );
  }
}
