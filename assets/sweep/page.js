"use strict";
const values = JSON.parse(document.getElementById("values").textContent);
const called = (id) => document.getElementById(id);
const turn = called("turn"), knob = document.querySelector("code").textContent.replaceAll("-", "_");
const picture = called("picture"), drawing = picture.getContext("2d");
const image = (address) => Object.assign(new Image(), { src: address });
const pictures = values.map((one) => image(one.picture)); // of each what differs from the ground
const ground = image(JSON.parse(called("ground").textContent));
let at = -1;

/** Shows a value: its picture once that is decoded, so that nothing flashes, and its sentences. */
function show(place) {
  const to = Math.max(0, Math.min(place, values.length - 1));
  if (to === at) return;
  at = to;
  const { value, text, said } = values[at];
  turn.value = at;
  turn.setAttribute("aria-valuetext", text);
  called("value").textContent = text;
  called("said").replaceChildren(...said.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  }));
  history.replaceState(null, "", `#${knob}=${encodeURIComponent(value)}`);
  picture.setAttribute("aria-label", `${knob} = ${text}. ${said.join(" ")}`);
  Promise.all([ground.decode(), pictures[to].decode()]).then(() => {
    if (at !== to) return;
    drawing.drawImage(ground, 0, 0); // pixel by pixel, before anything is scaled
    drawing.drawImage(pictures[to], 0, 0);
  }, () => {});
}

/** The value that the address names, or the nearest one; null where it names none. */
function addressed() {
  const [name, wanted] = location.hash.slice(1).split("=").map(decodeURIComponent);
  if (name.replaceAll("-", "_") !== knob || wanted === undefined) return null;
  const exact = values.findIndex(({ value }) => value === wanted);
  if (exact >= 0 || Number.isNaN(Number(wanted))) return exact >= 0 ? exact : null;
  const away = values.map(({ value }) => Math.abs(Number(value) - Number(wanted)));
  return Number.isNaN(Math.min(...away)) ? null : away.indexOf(Math.min(...away));
}

const share = (place) => (values.length > 1 ? place / (values.length - 1) : 0);
for (const [place, { turn: turns, text, said }] of values.entries()) {
  if (!turns) continue;
  const mark = document.createElement("i"); // between the value before and this one
  mark.style.left = `${100 * share(place - 0.5)}%`;
  mark.title = `${text}: ${said.at(-1)}`;
  called("marks").append(mark);
}
const words = values.some(({ value }) => Number.isNaN(Number(value)));
const named = words ? values : [values[0], values.at(-1)]; // of numbers the ends tell enough
called("ends").replaceChildren(...named.map(({ text }) => {
  const end = document.createElement("span");
  end.textContent = text;
  return end;
}));

turn.addEventListener("input", () => show(Number(turn.value)));
turn.addEventListener("pointermove", (event) => {
  const box = called("marks").getBoundingClientRect();
  const across = Math.max(0, Math.min((event.clientX - box.left) / box.width, 1));
  const place = Math.round(across * (values.length - 1)), under = called("under");
  under.textContent = values[place].text;
  under.style.left = `${box.left - turn.getBoundingClientRect().left + share(place) * box.width}px`;
  under.style.visibility = "visible";
});
turn.addEventListener("pointerleave", () => { called("under").style.visibility = "hidden"; });

const keys = {
  ArrowRight: () => at + 1, ArrowUp: () => at + 1, ArrowLeft: () => at - 1, ArrowDown: () => at - 1,
  PageUp: () => at + Math.ceil(values.length / 10), PageDown: () => at - Math.ceil(values.length / 10),
  Home: () => 0, End: () => values.length - 1,
};
addEventListener("keydown", (event) => {
  if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  show(keys[event.key]());
});
addEventListener("hashchange", () => show(addressed() ?? at));

turn.disabled = false;
show(addressed() ?? Number(turn.value));
for (const one of pictures) one.decode().catch(() => {});
