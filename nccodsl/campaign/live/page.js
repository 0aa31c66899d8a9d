// The page of running campaigns. What it shows comes from `/now`, once a second; texts only ever become text.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 12; // rows of a list
const shown = new Map(); // name of a campaign: its section

// The token has become a cookie: it need not stay in the address and in the history.
history.replaceState(null, "", "/");

function part(id) {
  return document.getElementById(id);
}

function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "text") made.textContent = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function svg(tag, given, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function many(number) {
  return number.toLocaleString("en");
}

function counted(number, thing) {
  return `${many(number)} ${thing}${number === 1 ? "" : "s"}`;
}

function clock(at, seconds = false) {
  const moment = new Date(at);
  const time = moment.toLocaleTimeString("en-GB", seconds ? {} : { hour: "2-digit", minute: "2-digit" });
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })} ${time}`;
}

function span(seconds) {
  const parts = [];
  let left = seconds;
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
    if (left >= size) {
      parts.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    } else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

// ---- what people do

function trouble(text) {
  part("trouble").textContent = text;
}

async function turn(campaign, state) {
  trouble("");
  try {
    const answer = await fetch("/turn", { method: "POST", body: JSON.stringify({ campaign, state }) });
    if (!answer.ok) trouble(await answer.text());
  } catch {
    trouble("The server did not answer: nothing is known of what it did.");
  }
}

function askToStop(campaign, waiting) {
  const dialog = part("ask");
  part("ask-title").textContent = `Stop ${campaign}?`;
  part("ask-text").textContent =
    `${counted(waiting, "recipient")} will not be called. Calls that run go on. This cannot be undone.`;
  part("ask-yes").onclick = () => {
    dialog.close();
    turn(campaign, "stopped");
  };
  part("ask-no").onclick = () => dialog.close();
  dialog.showModal();
}

// ---- a campaign

function table(caption, heads) {
  const body = el("tbody");
  const row = el("tr", {}, ...heads.map(([text, kind]) => el("th", { scope: "col", text, class: kind ?? "" })));
  const made = el("table", {}, el("caption", { text: caption }), el("thead", {}, row), body);
  return { made, body };
}

function rows(body, lines) {
  const made = lines.slice(0, MOST).map(([name, ...cells]) =>
    el("tr", {}, el("th", { scope: "row", text: name }), ...cells.map((cell) =>
      cell instanceof Node ? el("td", { class: "bar" }, cell) : el("td", { class: "number", text: cell }))));
  if (lines.length > MOST) {
    const columns = lines[0].length;
    made.push(el("tr", {}, el("td", { colspan: columns, text: `and ${counted(lines.length - MOST, "other")}` })));
  }
  body.replaceChildren(...made);
}

function bar(count, most) {
  const width = most ? (100 * count) / most : 0;
  const picture = { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg("svg", picture, svg("rect", { width, height: 10 }));
}

function section(name) {
  const id = `campaign-${shown.size}`;
  const made = {
    state: el("span", { class: "state" }),
    turn: el("button", { type: "button" }),
    stop: el("button", { type: "button", class: "danger", text: "Stop…" }),
    note: el("p", { class: "note" }),
    counts: el("dl", { class: "counts" }),
    chart: svg("svg", { viewBox: "0 0 60 84", preserveAspectRatio: "none", role: "img" }),
    pace: el("figcaption"),
    paced: el("div"),
    queue: el("p", { class: "hint" }),
    zones: table("Queue by time zone", [["zone"], ["due now", "number"], ["waiting", "number"], ["next", "number"]]),
    hours: table("Queue by hour", [["from"], ["due", "number"], ["", "bar"]]),
    outcomes: table("Outcomes of calls", [["outcome"], ["calls", "number"], ["", "bar"]]),
    reasons: table("Settled recipients", [["state and reason"], ["recipients", "number"], ["", "bar"]]),
    events: el("ol"),
  };
  for (const one of [made.hours, made.outcomes, made.reasons]) one.made.querySelector("th.bar").replaceWith(el("td"));
  made.now = null;
  made.turn.addEventListener("click", () => turn(name, made.now.state === "paused" ? "running" : "paused"));
  made.stop.addEventListener("click", () => askToStop(name, made.now.recipients.waiting ?? 0));
  made.stop.setAttribute("aria-label", `Stop ${name}`);
  made.paced.append(
    el("h3", { text: "Calls a second" }),
    el("figure", { class: "pace" }, made.chart, made.pace),
  );
  made.root = el(
    "section",
    { "aria-labelledby": id },
    el("div", { class: "head" },
      el("h2", { id, text: name }), made.state, el("div", { class: "buttons" }, made.turn, made.stop)),
    made.note,
    made.counts,
    el("div", { class: "parts" },
      made.paced,
      el("div", {}, made.zones.made, made.queue),
      made.hours.made, made.outcomes.made, made.reasons.made,
      el("div", {}, el("h3", { text: "Last decisions" }), made.events)),
  );
  part("campaigns").append(made.root);
  return made;
}

function drawPace(made, now) {
  const most = Math.max(now.limit, ...now.starts);
  const height = (count) => (80 * count) / most;
  const bars = now.starts.map((count, second) =>
    svg("rect", { x: second + 0.1, y: 84 - height(count), width: 0.8, height: height(count) }));
  const y = 84 - height(now.limit);
  made.chart.replaceChildren(...bars, svg("line", { x1: 0, x2: 60, y1: y, y2: y }));
  made.chart.setAttribute("aria-label", `Calls that began in each of the last 60 seconds; the limit is ${now.limit}`);
  const rest = now.rest_seconds === null ? "" : ` At least ${span(now.rest_seconds)} left.`;
  made.pace.textContent = `Now ${now.rate.toFixed(1)}; the limit is ${now.limit} (dashed). The last minute.${rest}`;
}

function drawQueue(made, now) {
  const queue = now.queue ?? { due: 0, hours: [], zones: [], next: null };
  const waiting = now.recipients.waiting ?? 0;
  made.zones.made.hidden = queue.zones.length === 0;
  made.hours.made.hidden = queue.hours.length === 0;
  made.queue.parentNode.hidden = waiting === 0;
  made.queue.textContent = now.queue === null ? `Looking at the recipients: ${many(now.walked)}`
    : `${many(queue.due)} due now${queue.next ? `, the next one from ${clock(queue.next)}` : ""}`;
  rows(made.zones.body, queue.zones.map((one) =>
    [one.zone, many(one.due), many(one.waiting), one.due ? "now" : one.next ? clock(one.next) : ""]));
  const most = Math.max(...queue.hours.map((one) => one.recipients));
  rows(made.hours.body, queue.hours.map((one) => [clock(one.hour), many(one.recipients), bar(one.recipients, most)]));
}

function drawCounts(list, counts) {
  const found = Object.entries(counts);
  const most = Math.max(...found.map(([, count]) => count));
  list.made.hidden = found.length === 0;
  rows(list.body, found.map(([name, count]) => [name, many(count), bar(count, most)]));
}

function draw(made, now) {
  made.now = now;
  made.state.textContent = now.state;
  made.state.className = `state ${now.state}`;
  made.turn.hidden = !["running", "paused"].includes(now.state);
  made.stop.hidden = made.turn.hidden;
  made.turn.textContent = now.state === "paused" ? "Resume" : "Pause";
  made.turn.setAttribute("aria-label", `${made.turn.textContent} ${now.campaign}`);
  made.note.hidden = !now.needs_worker;
  made.note.textContent = "Recipients are due and no call begins: does a worker run (nccodsl campaign work)?";
  made.counts.replaceChildren(...Object.entries(now.recipients).map(([state, count]) =>
    el("div", {}, el("dt", { text: state }), el("dd", { text: many(count) }))));
  made.paced.hidden = now.state === "over";
  drawPace(made, now);
  drawQueue(made, now);
  drawCounts(made.outcomes, now.outcomes);
  drawCounts(made.reasons, now.reasons);
  made.events.parentNode.hidden = now.events.length === 0;
  made.events.replaceChildren(...now.events.map((one) =>
    el("li", {}, el("time", { datetime: one.at, text: clock(one.at, true) }),
      el("span", { text: one.row ? `row ${one.row}: ${one.words}` : one.words }))));
}

// ---- what the server says

function link(text, lost) {
  const state = part("link");
  if (state.textContent !== text) state.textContent = text;
  state.className = lost ? "lost" : "";
}

const events = new EventSource("/now");
events.onmessage = (event) => {
  const all = JSON.parse(event.data);
  link("Live", false);
  for (const now of all) {
    if (!shown.has(now.campaign)) shown.set(now.campaign, section(now.campaign));
    draw(shown.get(now.campaign), now);
  }
  for (const [name, made] of shown) made.root.hidden = !all.some((now) => now.campaign === name);
};
events.addEventListener("trouble", (event) => link(`The campaigns cannot be read: ${JSON.parse(event.data)}`, true));
events.onerror = () => link("The connection is lost: these are the last numbers. Trying again…", true);
