/** Documentation comes as Markdown, and may quote texts of scripts: of its HTML only plain elements are kept. */

const PLAIN = "p|br|hr|b|i|em|strong|del|code|pre|ul|ol|li|span|div|blockquote|h[1-6]|table|thead|tbody|tr|th|td";
/** A `<` that begins none of the tags that Markdown makes, which carry a class at most. */
const OTHER = new RegExp(
  `<(?!/?(?:${PLAIN})(?: class="[\\w -]{0,80}")? ?/?>|a href="https://[^"<>\\s]{1,500}">|/a>)`,
  "g",
);

/** The same HTML, where all that could load or run anything is text. */
export function safeHtml(html: string): string {
  return html.replace(OTHER, "&lt;").replaceAll('<a href="', '<a target="_blank" rel="noopener noreferrer" href="');
}
