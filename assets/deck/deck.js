"use strict";
const slides = [...document.querySelectorAll("section")];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const root = document.documentElement;
const called = (id) => document.getElementById(id);
let at = -1;

/** Turns the text that a slide's video waits as into a video. Only slides near the one shown have theirs. */
function load(slide) {
  const video = slide.querySelector("video");
  if (!video || video.src) return;
  const text = atob(slide.querySelector("script").textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  video.loop = "loop" in slide.dataset;
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
}

function unload(slide) {
  const video = slide.querySelector("video");
  if (!video?.src) return;
  URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  video.load();
}

/** Shows a slide: its video from the start, or at once the still that it ends in. */
function show(number, ended = false) {
  const to = Math.max(0, Math.min(number, slides.length - 1));
  if (to === at) return;
  const slide = slides[(at = to)];
  location.replace("#" + (at + 1));
  called("number").textContent = `${at + 1} / ${slides.length}`;
  called("notes").innerHTML = slide.querySelector(".notes")?.innerHTML ?? "";
  slides.forEach((one, i) => (Math.abs(i - at) <= 1 ? load(one) : unload(one)));
  play(slide, calm.matches || (ended && !("loop" in slide.dataset)));
}

/** Plays a slide's video; the slide before stands until there is a picture, so that nothing flashes. */
function play(slide, ended) {
  const video = slide.querySelector("video");
  const appear = () => {
    if (slide !== slides[at]) return;
    for (const one of slides) {
      one.classList.toggle("shown", one === slide);
      if (one !== slide) rest(one);
    }
  };
  slide.classList.toggle("ended", ended || Boolean(video?.error));
  if (!video || ended || video.error) return appear();
  video.onerror = () => { slide.classList.add("ended"); appear(); };
  video.play().catch(() => {});
  if (video.readyState >= 2) appear();
  else video.addEventListener("loadeddata", appear, { once: true });
}

/** Stops a slide's video and takes it back to its start. */
function rest(slide) {
  const video = slide.querySelector("video");
  if (!video) return;
  video.pause();
  video.currentTime = 0;
}

function replay() {
  rest(slides[at]);
  play(slides[at], false);
}

function toggleNotes() {
  called("toggle-notes").setAttribute("aria-pressed", root.classList.toggle("noted"));
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
}

const next = () => show(at + 1);
const back = () => show(at - 1, true);
const keys = {
  ArrowRight: next, ArrowDown: next, PageDown: next, " ": next, Enter: next,
  ArrowLeft: back, ArrowUp: back, PageUp: back, Backspace: back,
  Home: () => show(0), End: () => show(slides.length - 1),
  n: toggleNotes, s: toggleNotes, f: toggleFullscreen, r: replay,
};

addEventListener("keydown", (event) => {
  const act = keys[event.key];
  const presses = event.target.tagName === "BUTTON" && (event.key === " " || event.key === "Enter");
  if (!act || presses || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
const main = document.querySelector("main");
main.addEventListener("click", (event) => (event.clientX < innerWidth / 3 ? back() : next()));
let touched = 0;
main.addEventListener("touchstart", (event) => { touched = event.touches[0].clientX; }, { passive: true });
main.addEventListener("touchend", (event) => {
  const way = event.changedTouches[0].clientX - touched;
  if (Math.abs(way) < 40) return; // a tap, which is a click
  event.preventDefault();
  if (way < 0) next();
  else back();
});
called("back").onclick = back;
called("next").onclick = next;
called("toggle-notes").onclick = toggleNotes;
called("fullscreen").onclick = toggleFullscreen;
called("fullscreen").hidden = !document.fullscreenEnabled; // as on an iPhone
const addressed = () => (Number(location.hash.slice(1)) || 1) - 1;
addEventListener("hashchange", () => show(addressed()));

root.classList.add("deck");
show(addressed());
