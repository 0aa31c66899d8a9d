/**
 * What a person says into the microphone, as text. Only browsers that recognize speech on the device are asked: others
 * send the sound to a server, and nothing that a page gets leaves it.
 */

interface Heard extends Event {
  results: ArrayLike<ArrayLike<{ transcript: string }>>;
}

interface Recognition extends EventTarget {
  lang: string;
  processLocally: boolean;
  start(): void;
  abort(): void;
}

interface RecognitionKind {
  new (): Recognition;
  available?(options: { langs: string[]; processLocally: true }): Promise<string>;
}

declare global {
  interface Window {
    SpeechRecognition?: RecognitionKind;
  }
}

/** Whether this browser understands a language by itself. */
export async function canListen(language: string): Promise<boolean> {
  try {
    return (await window.SpeechRecognition?.available?.({ langs: [language], processLocally: true })) === "available";
  } catch {
    return false;
  }
}

/** Listen for one utterance; what is given back stops it. `ended` is called once, with what was heard or "". */
export function listen(language: string, ended: (words: string) => void): () => void {
  const recognition = new window.SpeechRecognition!();
  recognition.lang = language;
  recognition.processLocally = true;
  let words = "";
  recognition.addEventListener("result", (event) => (words = (event as Heard).results[0]?.[0]?.transcript ?? ""));
  recognition.addEventListener("end", () => ended(words));
  try {
    recognition.start();
  } catch {
    window.setTimeout(() => ended(""));
  }
  return () => recognition.abort();
}
