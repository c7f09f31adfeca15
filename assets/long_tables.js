/* On phones the rows of a table are cards: of a long one the first few are shown, and a button shows the rest. Nothing
   is taken away: without this script, on wider screens and on paper all rows stand there. */
(function () {
  "use strict";
  const phone = window.matchMedia("(max-width: 700px)");
  const LONG = 6;
  let asked = false;

  function fold(table) {
    const frame = table.parentElement;
    const known = frame.querySelector(":scope > .show-all");
    const is_long = table.tBodies.length === 1 && table.tBodies[0].rows.length > LONG;
    if (!is_long || !phone.matches || frame.dataset.unfolded) {
      delete frame.dataset.folded;
      if (known) known.remove();
      return;
    }
    frame.dataset.folded = "";
    const button = known || document.createElement("button");
    if (button.textContent !== table.dataset.more) button.textContent = table.dataset.more;
    if (known) return;
    button.type = "button";
    button.className = "show-all";
    button.addEventListener("click", function () {
      frame.dataset.unfolded = "";
      const next = table.tBodies[0].rows[4].querySelector("th, td");
      fold(table);
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
    });
    frame.appendChild(button);
  }

  function all() {
    asked = false;
    document.querySelectorAll(".table-frame > table.stack[data-more]").forEach(fold);
  }
  function soon() {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(all);
  }
  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true });
  phone.addEventListener("change", soon);
})();
