// Plays the call of the page. Time is in seconds of the sound, places in percents of the picture's width.
"use strict";
(() => {
  const player = document.querySelector(".player");
  const picture = document.querySelector(".picture");
  const lanes = picture.querySelector(".lanes");
  const head = lanes.querySelector(".head");
  const play = player.querySelector(".play");
  const slider = player.querySelector("[type=range]");
  const shown = player.querySelector(".clock");
  const choice = player.querySelector("select");
  const status = player.querySelector("[role=status]");
  const hint = status.textContent;
  const tracks = new Map([...player.querySelectorAll("audio")].map((track) => [track.dataset.leg, track]));
  const parts = [...document.querySelectorAll(".part")];
  const knees = JSON.parse(player.dataset.knees);
  const bands = JSON.parse(player.dataset.lanes);
  const seconds = Number(player.dataset.seconds);
  const loading = new Map(); // track: what it waits for
  let track = tracks.values().next().value;
  let position = 0;
  let end = Infinity; // where a part ends that is played alone

  // ---- time and places

  /** From one side of the knees to the other, in straight lines. */
  function along(value, from, to) {
    const after = knees.findIndex((knee) => knee[from] > value);
    if (after === 0) return knees[0][to];
    if (after < 0) return knees[knees.length - 1][to];
    const [low, high] = [knees[after - 1], knees[after]];
    return low[to] + ((value - low[from]) / (high[from] - low[from])) * (high[to] - low[to]);
  }

  function clock(time) {
    const whole = Math.floor(time);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  // ---- what is shown

  function show(time) {
    position = time;
    const x = along(time, 0, 1);
    head.setAttribute("x1", `${x}%`);
    head.setAttribute("x2", `${x}%`);
    slider.value = time;
    slider.setAttribute("aria-valuetext", `${clock(time)} of ${clock(seconds)}`);
    shown.textContent = `${clock(time)} / ${clock(seconds)}`;
    for (const part of parts) {
      const { at, until, leg } = part.dataset;
      const now = leg === track.dataset.leg && Number(at) <= time && time < Number(until ?? seconds);
      part.closest("tr").classList.toggle("now", now && time > 0);
    }
  }

  /** Keep the playhead in view where the picture is wider than its window. */
  function follow() {
    const at = (lanes.clientWidth * along(position, 0, 1)) / 100 - picture.scrollLeft;
    if (at < 0 || at > picture.clientWidth - 40) picture.scrollLeft += at - picture.clientWidth / 4;
  }

  function step() {
    if (track.paused) return;
    show(Math.min(track.currentTime, seconds));
    follow();
    if (position >= end) {
      track.pause();
      return;
    }
    requestAnimationFrame(step);
  }

  // ---- what is played

  /** Load a track that is beside the page, once. */
  function loaded(wanted) {
    if (wanted.src) return Promise.resolve();
    if (!loading.has(wanted)) loading.set(wanted, load(wanted).finally(() => loading.delete(wanted)));
    return loading.get(wanted);
  }

  async function load(wanted) {
    status.textContent = "Loading…";
    const answer = await fetch(wanted.dataset.source);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    wanted.src = URL.createObjectURL(await answer.blob());
    status.textContent = hint;
  }

  async function start(until = Infinity) {
    const wanted = track;
    try {
      await loaded(wanted);
      if (wanted !== track) return;
      end = until;
      wanted.currentTime = position < seconds ? position : 0;
      await wanted.play();
    } catch (error) {
      // A pause that comes before the sound is no failure.
      if (error.name !== "AbortError") status.textContent = `The sound cannot be played: ${error.message}.`;
    }
  }

  function goTo(time) {
    end = Infinity;
    show(Math.max(0, Math.min(time, seconds)));
    if (track.src) track.currentTime = position;
  }

  /** Take another leg, if it can be played. */
  function hearAt(leg) {
    const wanted = tracks.get(String(leg));
    if (!wanted || wanted === track) return;
    track.pause();
    track = wanted;
    play.textContent = "Play";
    if (choice) choice.value = String(leg);
  }

  for (const one of tracks.values()) {
    one.addEventListener("play", () => {
      play.textContent = "Pause";
      requestAnimationFrame(step);
    });
    one.addEventListener("pause", () => {
      if (one === track) play.textContent = "Play";
    });
    one.addEventListener("ended", () => goTo(0));
  }
  play.addEventListener("click", () => (track.paused ? void start() : track.pause()));
  slider.addEventListener("input", () => goTo(Number(slider.value)));
  slider.addEventListener("keydown", (event) => {
    // An arrow goes a second on, and not a hundredth of the call.
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    goTo(position + by);
  });
  choice?.addEventListener("change", () => {
    const goesOn = !track.paused;
    hearAt(choice.value);
    goTo(position);
    if (goesOn) void start();
  });
  lanes.addEventListener("click", (event) => {
    const box = lanes.getBoundingClientRect();
    const y = event.clientY - box.top;
    hearAt(bands.findIndex(([top, bottom]) => top <= y && y < bottom));
    goTo(along((100 * (event.clientX - box.left)) / box.width, 1, 0));
    if (track.paused) void start();
  });
  for (const part of parts) {
    part.addEventListener("click", () => {
      const { at, until, leg } = part.dataset;
      hearAt(leg);
      goTo(Number(at));
      void start(until === undefined ? Infinity : Number(until));
    });
  }
  show(0);
})();
