/* A button with data-copy copies that address, made whole with the site's own, and says so beside it. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    var whole = window.location.origin + window.dash_clientside.scidip.at(button.dataset.copy);
    var said = button.parentNode.querySelector("[role=status]");
    function done() {
      if (said) said.textContent = button.dataset.done;
      window.setTimeout(function () { if (said) said.textContent = ""; }, 4000);
    }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(whole).then(done, function () { byHand(whole, done); });
    } else byHand(whole, done);
  });

  /* Without leave to write to the clipboard (an address without TLS): by a selected field. */
  function byHand(text, done) {
    var field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.style.position = "fixed";
    field.style.opacity = "0";
    document.body.appendChild(field);
    field.select();
    try { if (document.execCommand("copy")) done(); } finally { field.remove(); }
  }
})();
