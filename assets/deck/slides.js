"use strict";
/* The slides: which one is shown, and how its video plays. */
const called = (id) => document.getElementById(id);
const root = document.documentElement;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const asked = new URLSearchParams(location.search);
const presenting = asked.has("presenter"); // whether this is the window of who speaks
const slides = [...document.querySelectorAll("section")];
const videoOf = (slide) => slide.querySelector("video");
const withVideo = slides.filter(videoOf), texts = document.getElementsByTagName("script"); // after this one

/** What both windows show: `ended`, the still and not the video; `said`, a loop whose voice has been heard; `refused`,
what may not be heard before a key is pressed; `since` and `held`, the timer's. */
const state = { at: -1, ended: false, paused: false, said: false, refused: false, blank: "", digits: "", since: 0, held: 0 };
let drawn = -1; // the slide that stands on the page

/** The text that a slide's video waits as, once it has been read: the videos of a course take seconds. */
function textOf(slide) {
  const at = 1 + withVideo.indexOf(slide);
  if (at && (texts[at + 1] || document.readyState !== "loading")) return texts[at];
}

/** Makes a video of it. Only slides near the one shown have theirs. */
function load(slide) {
  const coded = textOf(slide);
  if (!coded || videoOf(slide).src) return;
  const text = atob(coded.textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  give(slide, new Blob([bytes], { type: "video/mp4" }));
}

function give(slide, film) {
  const video = videoOf(slide);
  slide.film = film;
  video.onerror = draw;
  video.onended = () => end(slide);
  video.src = URL.createObjectURL(film);
}

function unload(slide) {
  const video = videoOf(slide);
  if (!video?.src) return;
  URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  video.load();
  delete slide.film;
}

/** Goes to a slide: to its video from the start, or at once to the still that it ends in. */
function show(number, ended = false) {
  const at = Math.max(0, Math.min(number, slides.length - 1));
  state.blank = "";
  if (at === state.at) return;
  if (state.at >= 0 && !elapsed()) runTimer();
  const still = calm.matches || (ended && !("loop" in slides[at].dataset));
  Object.assign(state, { at, paused: false, refused: false, said: ended, ended: still });
}

/** Makes the page what the state says. */
function draw() {
  const slide = slides[state.at];
  if (drawn !== state.at) turn(slide);
  root.dataset.blank = state.blank;
  hint(state.digits ? `→ ${state.digits}` : alone() ? called("hint").dataset.alone : plea());
  roll(slide);
  const playing = videoOf(slide)?.src && !state.ended && !state.paused && !videoOf(slide).ended;
  called("pause").classList.toggle("playing", playing);
  called("pause").setAttribute("aria-label", called("pause").dataset[playing ? "pause" : "play"]);
  called("pause").disabled = !videoOf(slide);
  remember();
}

function turn(slide) {
  drawn = state.at;
  called("number").textContent = `${state.at + 1} / ${slides.length}`;
  called("beat").textContent = slide.getAttribute("aria-label");
  const after = slides[state.at + 1]?.getAttribute("aria-label"), then = called("then");
  then.textContent = after ? `${then.dataset.next} ${after}` : then.dataset.end;
  called("notes").innerHTML = slide.querySelector(".notes")?.innerHTML ?? "";
  called("notes").scrollTop = 0;
  slides.forEach((one, i) => (Math.abs(i - state.at) <= 1 ? load(one) : unload(one)));
}

/** Plays a slide's video or halts it; the slide before stands until there is a picture, so that nothing flashes. */
function roll(slide) {
  const video = videoOf(slide);
  const still = !video?.src || state.ended || Boolean(video.error);
  slide.classList.toggle("ended", still);
  if (still) return appear(slide);
  tune(slide);
  if (state.paused || state.blank) video.pause();
  else if (!video.ended) video.play().catch((error) => refuse(slide, error));
  if (video.readyState >= 2) appear(slide);
  else video.addEventListener("loadeddata", () => appear(slide), { once: true });
}

function appear(slide) {
  if (slide !== slides[state.at]) return;
  slides.forEach((one, i) => {
    one.classList.toggle("shown", one === slide);
    one.classList.toggle("following", i === state.at + 1);
    if (one !== slide) rest(one);
  });
}

/** Stops a slide's video and takes it back to its start. */
function rest(slide) {
  const video = videoOf(slide);
  if (!video?.src) return;
  video.pause();
  video.currentTime = 0;
}

/** Says a line over the slide: the digits typed so far, what went wrong, or nothing. */
function hint(text) {
  if (called("hint").textContent !== text) called("hint").textContent = text; // said aloud once
}
