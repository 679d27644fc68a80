// What a page can do better with a script. Everything works without it.
"use strict";

// A code with data-copy="<id of its element>": the button shows itself, copies and says so.
function copyButtons(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent.trim();
      await navigator.clipboard.writeText(text);
      const label = button.querySelector("[data-copied]") || button;
      const before = label.textContent;
      label.textContent = label.dataset.copied || button.dataset.copied;
      setTimeout(() => (label.textContent = before), 2000);
    });
  }
}

// The chart becomes a slider along its days: one tab stop, arrows, Home, End, or a pointer.
function walkableChart(plot) {
  const points = [...plot.querySelectorAll(".chart__point")];
  const readout = document.getElementById(plot.dataset.chart);
  const cursor = plot.querySelector(".chart__cursor");
  let current = points.length - 1;

  function show(index) {
    points[current].classList.remove("is-current");
    current = Math.max(0, Math.min(points.length - 1, index));
    const point = points[current];
    const words = point.querySelector("title").textContent.trim();
    point.classList.add("is-current");
    cursor.setAttribute("x1", point.dataset.x);
    cursor.setAttribute("x2", point.dataset.x);
    cursor.setAttribute("visibility", "visible");
    readout.textContent = words;
    plot.setAttribute("aria-valuenow", current + 1);
    plot.setAttribute("aria-valuetext", words);
  }

  function nearest(event) {
    const box = plot.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * plot.viewBox.baseVal.width;
    const away = points.map((point) => Math.abs(point.dataset.x - x));
    show(away.indexOf(Math.min(...away)));
  }

  plot.setAttribute("role", "slider");
  plot.setAttribute("tabindex", "0");
  plot.setAttribute("aria-valuemin", 1);
  plot.setAttribute("aria-valuemax", points.length);
  plot.setAttribute("aria-valuenow", points.length);
  plot.setAttribute("aria-valuetext", readout.textContent);
  readout.setAttribute("aria-live", "off"); // the slider says it already
  plot.addEventListener("focus", () => show(current));
  plot.addEventListener("pointermove", nearest);
  plot.addEventListener("pointerdown", nearest);
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 7, PageDown: -7 };
    const goal = { Home: 0, End: points.length - 1 }[event.key] ?? current + step[event.key];
    if (Number.isNaN(goal)) return;
    event.preventDefault();
    show(goal);
  });
}

// The menu of a phone closes with Escape and when something else is touched.
function menu(details) {
  const close = () => (details.open = false);
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    close();
    details.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => details.contains(event.target) || close());
}

copyButtons(document);
document.querySelectorAll("[data-chart]").forEach(walkableChart);
document.querySelectorAll(".menu").forEach(menu);
document.addEventListener("htmx:load", (event) => copyButtons(event.detail.elt));
