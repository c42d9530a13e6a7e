/** Elements that speak two languages. */

let language = "zh";

/** @returns {boolean} whether the page speaks English now */
export function isEnglish() {
  return language === "en";
}

/**
 * Makes an element.
 * @param {string} tag
 * @param {string} [className]
 * @param {...(Node|string|null)} children
 */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Makes an element with a text in both languages.
 * @param {string} tag
 * @param {{zh: string, en: string}} text
 * @param {string} [className]
 */
export function speak(tag, text, className = "") {
  return tell(make(tag, className), text);
}

/** Gives an element a text in both languages. */
export function tell(element, { zh, en }) {
  element.dataset.zh = zh;
  element.dataset.en = en;
  element.textContent = isEnglish() ? en : zh;
  return element;
}

/** Changes the language of everything on the page. */
export function switchLanguage() {
  language = isEnglish() ? "zh" : "en";
  document.documentElement.lang = isEnglish() ? "en" : "zh-CN";
  for (const element of document.querySelectorAll("[data-en]")) {
    element.dataset.zh ??= element.textContent;
    element.textContent = element.dataset[language];
  }
}
