// The HTML of a webview: it loads what belongs to the extension, and nothing else.

/** What a page is made of: addresses that the webview can load, and the origin that they come from. */
export interface PageParts {
  title: string;
  source: string;
  nonce: string;
  styles: readonly string[];
  /** Each with the attributes of its tag. */
  scripts: readonly { src: string; data?: Record<string, string> }[];
  body: string;
}

export function page({ title, source, nonce, styles, scripts, body }: PageParts): string {
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${source} 'nonce-${nonce}'`, `img-src ${source} data:`, `font-src ${source}`,
    `connect-src ${source}`, 'worker-src blob:',
  ].join('; ');
  const data = (attributes: Record<string, string> = {}) =>
    Object.entries(attributes).map(([name, value]) => ` data-${name}="${escaped(value)}"`).join('');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<title>${escaped(title)}</title>
${styles.map((style) => `<link rel="stylesheet" href="${escaped(style)}">`).join('\n')}
</head>
<body>
${body}
${scripts.map(({ src, data: attributes }) => `<script nonce="${nonce}" src="${escaped(src)}"${data(attributes)}></script>`).join('\n')}
</body>
</html>`;
}

/** What a page's own scripts and styles are known by. */
export function nonce(): string {
  return crypto.randomUUID();
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
