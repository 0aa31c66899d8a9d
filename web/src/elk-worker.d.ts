declare module "elkjs/lib/elk-worker.min.js" {
  export const Worker: new (url?: string) => globalThis.Worker;
}
declare module "elkjs/lib/elk-api.js" {
  export * from "elkjs/lib/elk-api";
  export { default } from "elkjs/lib/elk-api";
}
