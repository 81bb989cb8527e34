// Draws the charts in the colours of the page, and again when the colours change.
const { charts, themes, formatLocale, timeFormatLocale } = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const mode = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");

const draw = () => Promise.all(Object.entries(charts).map(([id, chart]) => window.vegaEmbed(
  document.getElementById(id),
  chart,
  {
    actions: false,
    renderer: "svg",
    config: themes[mode()],
    formatLocale,
    timeFormatLocale,
    tooltip: { theme: mode() },
  },
)));

document.getElementById("theme").addEventListener("click", () => {
  root.dataset.theme = mode() === "dark" ? "light" : "dark";
  draw();
});
dark.addEventListener("change", draw);
await draw();
root.dataset.drawn = "yes";
