/** What a call begins with: the values of params, the values of a test, a step, the moment. */

import { el } from "./dom";
import type { CallState, Param } from "./protocol";

export interface Begins {
  test: string | null;
  step: string | null;
  /** What was typed, by the name of the param. */
  values: Record<string, string>;
  at: string | null;
}

export class BeginningForm {
  private shown = "";
  /** Whether it opened by itself, and so closes by itself. */
  private opened = false;

  constructor(
    private readonly root: HTMLDetailsElement,
    private readonly call: (begins: Begins) => void,
  ) {}

  /** Show the form for a script; it opens by itself where a value is needed. */
  show(state: CallState, begins: Begins): void {
    const wanted = JSON.stringify([state.params, state.tests, state.steps, state.readsClock, begins]);
    if (state.missing.length && !this.root.open) this.root.open = this.opened = true;
    if (!state.missing.length && this.opened) this.root.open = this.opened = false;
    if (wanted === this.shown) return;
    this.shown = wanted;
    const nothing = !state.params.length && !state.tests.length && state.steps.length < 2 && !state.readsClock;
    this.root.hidden = nothing;
    if (this.root.contains(document.activeElement) && !state.missing.length) this.root.querySelector("summary")?.focus();
    this.root.replaceChildren(el("summary", {}, "Begin with", this.summary(state.params, begins)), this.form(state, begins));
  }

  private summary(params: Param[], begins: Begins): HTMLElement {
    const shown = params.filter((param) => !param.private && begins.values[param.name]);
    const said = [
      begins.step && `step ${begins.step}`,
      begins.test && `the values of “${begins.test}”`,
      ...shown.map(({ name }) => `${name} = ${begins.values[name]}`),
    ].filter(Boolean);
    return el("span", { class: "where", text: said.join(", ") });
  }

  private form(state: CallState, begins: Begins): HTMLElement {
    const fields = new Map<string, HTMLInputElement>();
    const test = choice("Values of a test", "none", state.tests, begins.test);
    test.select.addEventListener("change", () => test.select.form?.requestSubmit());
    const step = choice("First step", "as the script says", state.steps, begins.step);
    const at = el("input", { type: "datetime-local", step: 60, value: begins.at?.slice(0, 16) ?? null });
    const rows = state.params.map((param) => this.field(param, begins.values[param.name] ?? "", fields));
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const typed = [...fields].map(([name, input]) => [name, input.value] as const).filter(([, value]) => value);
      this.call({
        test: test.select.value || null,
        step: step.select.value || null,
        values: Object.fromEntries(typed),
        at: at.value || null,
      });
    };
    return el(
      "form",
      { class: "beginning", on: { submit }, novalidate: true },
      state.tests.length > 0 && test.label,
      ...rows,
      state.steps.length > 1 && step.label,
      state.readsClock && el("label", {}, el("span", { text: "The call begins at" }), at),
      el("div", { class: "row" }, el("button", { type: "submit", class: "primary", text: "Call" })),
    );
  }

  private field(param: Param, typed: string, fields: Map<string, HTMLInputElement>): HTMLElement {
    const id = `param-${param.name}`;
    const input = el("input", {
      id,
      type: param.private ? "password" : "text",
      value: typed,
      placeholder: param.value,
      autocomplete: "off",
      "aria-describedby": `${id}-doc`,
      "aria-invalid": param.problem && typed ? "true" : null,
    });
    fields.set(param.name, input);
    // That a value lacks is no mistake yet.
    const wrong = param.problem !== null && typed !== "";
    const doc = [param.problem, param.doc].filter(Boolean).join(" · ");
    return el(
      "div",
      { class: "field" },
      el("label", { for: id }, el("span", { text: param.name }), " ", el("span", { class: "type", text: param.type })),
      input,
      el("p", { id: `${id}-doc`, class: wrong ? "wrong" : "hint", text: doc }),
    );
  }
}

function choice(
  label: string,
  nothing: string,
  values: string[],
  chosen: string | null,
): { label: HTMLElement; select: HTMLSelectElement } {
  const options = values.map((value) => el("option", { value, text: value, selected: value === chosen }));
  const select = el("select", {}, el("option", { value: "", text: nothing }), ...options);
  return { label: el("label", {}, el("span", { text: label }), select), select };
}
