// The slider of a round: while it moves, the amount is told; when it rests, the result is fetched, as the button would.
// Without this file the form does the same by its button.
"use strict";
(() => {
  const form = document.getElementById("simulate");
  const result = document.getElementById("result");
  if (!form || !result) return;
  const slider = document.getElementById("reserve");
  const euro = document.getElementById("euro");
  let asked = 0;
  let timer;

  const query = () => new URLSearchParams(new FormData(form));

  const show = async () => {
    const number = ++asked;
    const address = `${form.getAttribute("action")}?${query()}`;
    result.classList.add("waits");
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // A later question was asked meanwhile: this is not its answer.
      if (number !== asked) return;
      const fresh = page.getElementById("result");
      // What went wrong is a page of its own.
      if (!answer.ok || !fresh) { location.assign(address); return; }
      result.replaceChildren(...fresh.childNodes);
      const told = page.getElementById("reserve-is");
      if (told) document.getElementById("reserve-is").textContent = told.textContent;
      history.replaceState(null, "", address);
    } catch {
      location.assign(address);
    } finally {
      if (number === asked) {
        result.classList.remove("waits");
        result.removeAttribute("aria-busy");
      }
    }
  };

  const soon = () => { clearTimeout(timer); timer = setTimeout(show, 150); };

  if (slider) slider.addEventListener("input", () => { euro.value = ""; soon(); });
  form.addEventListener("change", (event) => { if (event.target !== slider) soon(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); show(); });
})();
