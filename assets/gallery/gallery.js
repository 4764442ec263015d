"use strict";
// Language and ground of every page: known before anything is drawn, told in the address, remembered where that can be.
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const called = (id) => document.getElementById(id);
const kept = {
  read(name) { try { return localStorage.getItem(`deepreel-${name}`); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(`deepreel-${name}`, value); } catch { /* a private window */ } },
};
let chosen = [new URLSearchParams(location.search).get("lang"), kept.read("language")].find((one) => one === "en" || one === "fr");
root.lang = chosen ?? (navigator.language.startsWith("fr") ? "fr" : "en");
if (["dark", "light"].includes(kept.read("ground"))) root.dataset.ground = kept.read("ground");

/** Has the page speak a language; who draws anything in it hears of that. */
function speak(language) {
  root.lang = language;
  for (const button of all("[data-to]")) button.setAttribute("aria-pressed", button.dataset.to === language);
  for (const one of all("[data-say]")) one.setAttribute(one.dataset.say, one.dataset[language]);
  for (const link of chosen ? all("a[data-page]") : []) link.search = `?lang=${language}`;
  dispatchEvent(new Event("spoken"));
}

addEventListener("DOMContentLoaded", () => {
  for (const button of all("[data-to]")) button.addEventListener("click", () => {
    chosen = button.dataset.to;
    kept.write("language", chosen);
    speak(chosen);
  });
  called("ground").addEventListener("click", () => {
    const dark = root.dataset.ground ? root.dataset.ground === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.ground = dark ? "light" : "dark";
    kept.write("ground", root.dataset.ground);
  });
  speak(root.lang);
});
