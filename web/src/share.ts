/** A script and its call in the address of a page: compressed, without a server. */

export interface Shared {
  path: string;
  text: string;
  phone?: unknown;
}

/** What stands behind `#share=`. */
export async function packed(shared: Shared): Promise<string> {
  const stream = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What a link holds. Throws where it is cut. */
export async function unpacked(text: string): Promise<Shared> {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const found = JSON.parse(await new Response(stream).text()) as Shared;
  if (typeof found.path !== "string" || typeof found.text !== "string") throw new Error("not a shared script");
  return found;
}
