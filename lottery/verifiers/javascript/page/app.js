/** The offline page: what the reader gives, and the run over it. */

import { MalformedError, malformedSentence, verifyBundle } from "../index.js";
import { switchLanguage, tell } from "./dom.js";
import { bytesOf, logOfFolder, logOfZip, numbersIn } from "./files.js";
import { showCheck, showOutcome, showProblem, showVerdict, showWaiting } from "./view.js";

/** Long enough to see each check turn, short enough not to wait for. */
const SHOWN_MILLISECONDS = 60;

const given = { bundle: null };

function find(id) {
  return document.getElementById(id);
}

function isReady() {
  return given.bundle !== null && find("policy").value.trim() !== "";
}

function refresh() {
  find("start").disabled = !isReady();
}

function takeBundle(file) {
  given.bundle = file;
  tell(find("bundle-name"), { zh: file.name, en: file.name });
  find("drop").classList.add("full");
  refresh();
}

async function takePolicy(file) {
  find("policy").value = new TextDecoder().decode(await bytesOf(file));
  refresh();
}

/** Files may be dropped anywhere: a zip is the bundle, anything else the policy. */
async function takeDropped(files) {
  for (const file of files) {
    if (file.name.endsWith(".zip")) takeBundle(file);
    else await takePolicy(file);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

async function readHeld() {
  const folder = [...find("log-folder").files];
  const [zip] = find("log-zip").files;
  let log = null;
  if (folder.length > 0) log = await logOfFolder(folder);
  else if (zip !== undefined) log = await logOfZip(zip);
  return {
    numbers: numbersIn(find("numbers").value),
    receipts: await Promise.all([...find("receipts").files].map(bytesOf)),
    log,
  };
}

async function run() {
  showProblem(find("problem"), null);
  const held = await readHeld();
  const bytes = await bytesOf(given.bundle);
  const checks = find("checks");
  const verdict = find("verdict");
  find("results").hidden = false;
  find("outcome").replaceChildren();
  verdict.className = "verdict";
  tell(verdict, { zh: "正在核对……", en: "Checking …" });
  showWaiting(checks);
  verdict.scrollIntoView({ block: "start" });
  const report = await verifyBundle(bytes, find("policy").value, {
    ...held,
    onCheck(check) {
      showCheck(checks, check);
      return pause(SHOWN_MILLISECONDS);
    },
  });
  checks.hidden = report.verdict === "malformed";
  showVerdict(verdict, report);
  delete verdict.dataset.en;
  showOutcome(find("outcome"), report);
  if (report.notice?.phi.mode === "B" && held.numbers === null) find("more").open = true;
}

async function start(event) {
  event.preventDefault();
  if (!isReady()) return;
  find("start").disabled = true;
  try {
    await run();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    showProblem(find("problem"), malformedSentence(error));
  } finally {
    refresh();
  }
}

function listenForFile(id, take) {
  find(id).addEventListener("change", ({ target }) => {
    if (target.files.length > 0) take(target.files[0]);
  });
}

function listen() {
  find("language").addEventListener("click", () => {
    switchLanguage();
    const toOther = find("language");
    toOther.textContent = toOther.textContent === "English" ? "中文" : "English";
    toOther.lang = toOther.lang === "en" ? "zh-CN" : "en";
  });
  listenForFile("bundle", takeBundle);
  listenForFile("policy-file", takePolicy);
  find("policy").addEventListener("input", refresh);
  find("inputs").addEventListener("submit", start);
  const drop = find("drop");
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", name === "dragover");
    });
  }
  document.addEventListener("drop", ({ dataTransfer }) => takeDropped([...dataTransfer.files]));
}

listen();
