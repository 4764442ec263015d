"use strict";
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const field = document.querySelector("input");
const cards = all("article").map((card) => {
  const chapter = card.closest("section").querySelector("h2").textContent;
  return { card, text: plain(`${card.dataset.words} ${chapter} ${card.textContent}`) };
});

/** Shows the films in which all words are found, in either language, whatever the accents; empty chapters go. */
function seek() {
  const parts = plain(field.value).split(/\s+/);
  for (const { card, text } of cards) card.hidden = !parts.every((part) => text.includes(part));
  for (const section of all("section")) {
    section.hidden = !section.querySelector("article:not([hidden])");
    document.querySelector(`#find a[href="#${section.id}"]`).hidden = section.hidden;
  }
  const found = cards.filter(({ card }) => !card.hidden).length;
  document.querySelector("output").value = `${found} / ${cards.length}`;
  called("nothing").hidden = found > 0;
}
field.addEventListener("input", () => {
  seek();
  const top = document.querySelector("main").getBoundingClientRect().top - called("find").offsetHeight;
  if (top < 0) scrollBy(0, top); // what is found begins at the top
});
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  document.querySelector("article:not([hidden]) h3 a")?.focus();
});
seek();

// One loop plays at a time: that of the card under the pointer or with the focus; of a screen that is touched, that of
// the card nearest to its middle. None does where the reader wants no motion.
const still = matchMedia("(prefers-reduced-motion: reduce)"), touched = matchMedia("(hover: none)");
let playing = null;

/** Plays the loop of a card, or none. */
function play(card) {
  if (card === playing) return;
  if (playing) {
    playing.classList.remove("plays");
    for (const video of all("video", playing)) video.pause();
  }
  playing = card;
  if (!card || still.matches) return;
  const video = card.querySelector(`[lang="${root.lang}"] video`);
  video.currentTime = 0;
  video.play().then(() => card === playing && card.classList.add("plays"), () => {});
}

for (const { card } of cards) {
  card.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse" && (event.movementX || event.movementY)) play(card); });
  card.addEventListener("pointerenter", (event) => { // as the page is scrolled, too, but not by who walks through it with the keyboard
    if (event.pointerType === "mouse" && !document.activeElement.matches("article :focus-visible")) play(card);
  });
  card.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && playing === card && !card.contains(document.activeElement)) play(null); });
  card.addEventListener("focusin", () => play(card));
  card.addEventListener("focusout", () => { if (playing === card) play(null); });
}
addEventListener("spoken", () => play(null));

/** The card nearest to the middle of the screen, of those that are wholly seen. */
function middle() {
  const away = cards.filter(({ card }) => !card.hidden).map(({ card }) => {
    const { top, bottom } = card.querySelector(".screen").getBoundingClientRect();
    return { card, seen: top >= 0 && bottom <= innerHeight, by: Math.abs((top + bottom - innerHeight) / 2) };
  });
  return away.filter(({ seen }) => seen).sort((one, other) => one.by - other.by)[0]?.card ?? null;
}
let waiting = 0;
const settle = () => {
  clearTimeout(waiting);
  if (touched.matches && !navigator.connection?.saveData) waiting = setTimeout(() => play(middle()), 250);
};
addEventListener("scroll", settle, { passive: true });
addEventListener("spoken", settle);

// The chapter in view is marked.
const seen = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
  document.querySelector(`#find a[href="#${target.id}"]`).toggleAttribute("aria-current", isIntersecting);
}), { rootMargin: "-45% 0px -50%" });
for (const section of all("section")) seen.observe(section);
